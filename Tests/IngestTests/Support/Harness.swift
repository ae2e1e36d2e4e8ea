import Synchronization
import Testing
import TraceModel

@testable import Ingest

/// A running service with a store in memory.
struct Harness: Sendable {
    let sink: TestSink
    let counters: IngestCounters

    /// The port the HTTP listener got.
    var httpPort: Int { port(of: .http) }
    /// The port the listener for gRPC got.
    var grpcPort: Int { port(of: .grpc) }
    /// The port the UDP listener got.
    var udpPort: Int { port(of: .udp) }

    private func port(of source: IngestSource) -> Int {
        guard case .listening(let address) = counters.health[source]?.state else { return 0 }
        return address.split(separator: ":").last.flatMap { Int($0) } ?? 0
    }

    /// Waits until the figures are so. What never comes about is ended by the suite's limit of time (`endsHangs`), and told here.
    func wait(
        _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, until holds: (IngestHealth) -> Bool
    ) async {
        for await health in counters.updates() where holds(health) { return }
        Issue.record("it did not come about: \(what) - \(counters.health)", sourceLocation: sourceLocation)
    }

    /// Waits until so many distinct spans are stored.
    func waitForSpans(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async {
        let sink = sink
        await wait("\(count) spans stored", sourceLocation: sourceLocation) { _ in sink.keys.count >= count }
    }

    /// Runs a service for the time of `body`.
    static func run(
        http: HTTPOptions? = nil, udp: UDPOptions? = nil, paths: [String] = [], files: FileOptions = .forTests,
        queues: BatchWriter.Limits = BatchWriter.Limits(), sink: TestSink = TestSink(),
        api: any LocalAPI = EmptyLocalAPI(), routes: [any RequestRoute] = [], _ body: (Harness) async throws -> Void
    ) async throws {
        let options = IngestOptions(http: http, udp: udp, paths: paths, files: files, queues: queues)
        let service = IngestService(
            options, into: sink, api: api, routes: routes, now: { Timestamp(unixMilliseconds: 1_000) })
        let harness = Harness(sink: sink, counters: service.counters)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            await harness.wait("the listeners are up") { health in
                !health.sources.isEmpty && health.sources.allSatisfy { $0.state != .starting }
            }
            let result: Result<Void, any Error>
            do {
                try await body(harness)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            sink.release()
            group.cancelAll()
            try await group.waitForAll()
            try result.get()
        }
    }
}

extension HTTPOptions {
    /// Any free port.
    static var anyPort: HTTPOptions { HTTPOptions(port: 0) }
}

extension FileOptions {
    /// Small blocks, so that tests cross their borders, and no waiting.
    static var forTests: FileOptions {
        FileOptions(lineLimit: 4 << 20, firstBlock: 1 << 10, largestBlock: 64 << 10, retryDelay: {})
    }
}

/// Fallom records for tests.
enum Record {
    static func json(_ id: Int, trace: Int = 1, name: String = "call", padding: Int = 0) -> String {
        let span = hex(id, 16)
        let filler = padding > 0 ? #","attributes":{"filler":"\#(String(repeating: "x", count: padding))"}"# : ""
        return
            #"{"config_key":"app","session_id":"s-1","trace_id":"\#(hex(trace, 32))","span_id":"\#(span)","#
            + #""name":"\#(name)","start_time":"2026-01-01T00:00:00.000Z","end_time":"2026-01-01T00:00:01.000Z","#
            + #""duration_ms":1000,"status":"OK"\#(filler)}"#
    }

    static func hex(_ value: Int, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: width - digits.count) + digits
    }
}

extension SourceHealth {
    /// Records refused, all causes together.
    var rejectedTotal: Int { rejected.values.reduce(0, +) }
}

extension Trait where Self == TimeLimitTrait {
    /// Ends what hangs: with the whole suite on few cores a turn may be long in coming.
    static var endsHangs: Self { .timeLimit(.minutes(10)) }
}
