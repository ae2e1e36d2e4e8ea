import ClickHouseStore
import OrderedJSON
import SpanCodec
import TraceModel

/// Walks a store's spans window by window, so that a command needs the same memory for a thousand and a million.
struct SpanListing: Sendable {
    let reader: any TraceReader
    /// Whether calls of runs are among them though the filter names none.
    var includesRuns = false
    private static let window = 500
    /// Where texts must be looked into in the order of start, each window may be a search of its own.
    private static let textWindow = 20_000

    /// Calls `body` with the spans that match, oldest start first, a window at a time.
    ///
    /// - Parameters:
    ///   - last: Only the newest so many, when given.
    ///   - order: In which order; which one is quick depends on the filter.
    func each(
        _ filter: SpanFilter, last: Int? = nil, order: SpanOrder = .start, _ body: ([StoredSpan]) async throws -> Void
    ) async throws {
        if let last {
            try await body(newest(filter, limit: last))
            return
        }
        try await windows(filter, order) { query in
            let page = try await reader.spans(query)
            if !page.spans.isEmpty { try await body(page.spans) }
            return page
        }
    }

    /// The same with their bytes, from the store that is read.
    func each(
        _ filter: SpanFilter, in store: any SpanStore, last: Int? = nil,
        _ body: ([StoredSpanPayload]) async throws -> Void
    ) async throws {
        if let last {
            for part in Self.parts(try await newest(filter, limit: last)) {
                try await body(store.payloads(of: part.map(\.span.key)))
            }
            return
        }
        let server = StoreAccess.server(store)
        try await windows(filter, .start) { query in
            if let server, query.limit <= Self.window {
                let (page, payloads) = try await server.filledSpans(query)
                if !payloads.isEmpty { try await body(payloads) }
                return page
            }
            let page = try await store.spans(query)
            for part in Self.parts(page.spans) { try await body(store.payloads(of: part.map(\.span.key))) }
            return page
        }
    }

    /// So few spans at a time that their bytes may be read too.
    static func parts(_ spans: [StoredSpan]) -> [ArraySlice<StoredSpan>] {
        stride(from: 0, to: spans.count, by: window).map { spans[$0..<min(spans.count, $0 + window)] }
    }

    /// Goes from window to window, oldest first.
    private func windows(
        _ filter: SpanFilter, _ order: SpanOrder, _ read: (SpanQuery) async throws -> SpanPage
    ) async throws {
        var anchor = SpanAnchor.oldest
        let window = filter.needsPayload ? Self.textWindow : Self.window
        while true {
            var query = SpanQuery(filter: filter, order: order, anchor: anchor, limit: window)
            query.includesRuns = includesRuns
            let page = try await read(query)
            guard page.hasLater, let last = page.spans.last else { return }
            anchor = .after(last.span.key)
        }
    }

    /// Calls `body` with the spans that match and failed, a window at a time: in order of arrival, in which a store has
    /// its failed spans at hand. By start it would sort them all for each window.
    func failures(_ filter: SpanFilter, _ body: ([StoredSpan]) async throws -> Void) async throws {
        try await each(filter.narrowed(by: .text(.status, .init(SpanStatus.error.rawValue))), order: .arrival, body)
    }

    /// The newest spans that match, oldest first.
    func newest(_ filter: SpanFilter, limit: Int) async throws -> [StoredSpan] {
        try await reader.spans(SpanQuery(filter: filter, order: .start, anchor: .newest, limit: limit)).spans
    }

    /// The newest calls of models that match and are over, oldest first.
    func calls(_ filter: SpanFilter, limit: Int) async throws -> [StoredSpan] {
        var filter = filter.narrowed(by: .text(.kind, .init(SpanKind.llm.rawValue)))
        filter = filter.narrowed(by: .not(.text(.status, .init("running"))))
        var query = SpanQuery(filter: filter, order: .start, anchor: .newest, limit: limit)
        var calls: [StoredSpan] = []
        while true {
            let page = try await reader.spans(query)
            // What counts as no call (another emitter's span of the same one) takes no call's place.
            calls = page.spans.filter { $0.isCall && !$0.span.isRunning } + calls
            guard calls.count < limit, page.hasEarlier, let first = page.spans.first else { break }
            query.anchor = .before(first.span.key)
            query.limit = max(limit - calls.count, Self.window)
        }
        return Array(calls.suffix(limit))
    }

    /// The span's JSON with what was said in it.
    static func document(of stored: StoredSpan, in reader: any TraceReader) async throws -> [UInt8] {
        guard let payload = try await reader.payload(of: stored.span.key) else {
            return SpanDocument(stored: stored, texts: nil).json.compactBytes
        }
        return try document(of: payload.filled)
    }

    /// The JSON of a span that was read with its bytes.
    static func document(of payload: StoredSpanPayload) throws -> [UInt8] { try json(of: payload).compactBytes }

    /// The same as a value.
    static func json(of payload: StoredSpanPayload) throws -> JSONValue {
        let decoder = PayloadDecoder()
        var stored = payload.stored
        if !payload.contents.isEmpty {
            decoder.complete(&stored.span, from: try decoder.detail(of: payload.payload, contents: payload.contents))
        }
        let texts = try decoder.texts(
            of: payload.payload, contents: payload.contents, kind: stored.span.kind)
        return SpanDocument(stored: stored, texts: texts).json
    }
}
