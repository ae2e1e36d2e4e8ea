import Glibc
import Testing
import TraceModel
import TraceStore
import Workspace

@testable import FallomCommand

/// A store in a temporary folder, for one test.
struct TemporaryStore {
    let settings: Settings
    let store: TraceStore
    private let folder: DemoFolder

    init() throws {
        folder = try DemoFolder.create(.current())
        settings = DemoRun.settings(in: folder)
        store = try StoreAccess.writer(settings)
    }

    var backend: Backend { backend(store) }

    /// What a command works with over another opening of the store, or with other settings.
    func backend(_ store: TraceStore, _ change: (inout Settings) -> Void = { _ in }) -> Backend {
        var settings = settings
        change(&settings)
        return Backend(settings: settings, store: store)
    }

    /// A file beside the store.
    func file(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// Makes it impossible to take the store's lock, for root too: a folder stands in its place.
    func blockLock() throws {
        try #require(mkdir(settings.store + ".lock", 0o700) == 0)
    }

    func write(_ name: String, _ text: String) throws {
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    /// Stores spans, all in one commit.
    func append(_ spans: IngestedSpan...) async throws {
        _ = try await store.append(IngestBatch(spans: spans))
    }

    func end() async throws {
        try await store.close()
        removeFolder()
    }

    func removeFolder() {
        folder.remove()
    }
}

extension IngestedSpan {
    /// A call of a trace of its own; without a duration it runs.
    static func call(
        _ name: String, session: String = "s", start: Timestamp = Timestamp(unixMilliseconds: 1_000_000_000_000),
        milliseconds: Int64? = nil, status: SpanStatus = .ok
    ) -> IngestedSpan {
        var span = Span(
            key: SpanKey(traceID: "trace-" + name, spanID: "span"), parentID: nil, name: name, kind: .llm, start: start)
        span.identity.session.own = session
        span.durationNanoseconds = milliseconds.map { $0 * 1_000_000 }
        span.end = span.durationNanoseconds.map { start.advanced(byNanoseconds: $0) }
        span.status = status
        return IngestedSpan(span: span, payload: SpanPayload(format: .fallomRecord, span: Array("{}".utf8)))
    }
}
