internal import Synchronization

/// A store in memory, as plain as can be: every answer is computed from all spans.
///
/// It is the reference that other stores are tested against, and what a test of anything above a store uses. It is not
/// meant for many spans.
public final class InMemoryTraceStore: SpanSink, TraceReader {
    private let contents = Mutex(InMemoryContents())
    private let signal = RevisionSignal()
    let lookup: @Sendable (StoredSpanPayload) -> SpanFilterLookup

    /// Makes an empty store. `lookup` gives a span's content and attributes to filters that ask for them.
    public init(
        lookup: @escaping @Sendable (StoredSpanPayload) -> SpanFilterLookup = { _ in
            SpanFilterLookup(content: { "" }, attribute: { _ in nil })
        }
    ) {
        self.lookup = lookup
    }

    /// Tells a revision.
    func tell(_ revision: Int64) {
        signal.send(revision)
    }

    /// What a filter sees of a span.
    func looking(_ payload: StoredSpanPayload, _ contents: InMemoryContents) -> SpanFilterLookup {
        var found = lookup(payload)
        let scores = contents.scores(on: .session(payload.stored.sessionID)) + payload.stored.scores
        found.scores = { scores }
        return found
    }

    /// Answers from what it holds.
    func withContents<Value: Sendable>(_ body: (inout InMemoryContents) -> Value) -> Value {
        contents.withLock { body(&$0) }
    }

    /// Stores the batch.
    public func append(_ batch: IngestBatch) async throws -> AppendReceipt {
        let receipt = contents.withLock { $0.append(batch) }
        signal.send(receipt.revision)
        return receipt
    }

    /// How far that file was read.
    public func position(device: UInt64, inode: UInt64) async throws -> FilePosition? {
        contents.withLock { $0.positions.last { $0.device == device && $0.inode == inode } }
    }

    /// What the store holds.
    public func overview() async throws -> StoreOverview {
        contents.withLock { contents in
            var overview = StoreOverview(
                spans: contents.records.count, sessions: contents.summaries(passing: nil).count,
                lastSequence: contents.lastSequence, revision: contents.revision)
            overview.triedSpans = contents.resolved().values.count { RunMark.run(ofSession: $0.sessionID) != nil }
            return overview
        }
    }

    /// A window of spans.
    public func spans(_ query: SpanQuery) async throws -> SpanPage {
        let filter = query.includesRuns ? query.filter : query.filter.withoutRuns
        return contents.withLock { contents in
            let ordered = contents.payloads().filter { payload in
                filter.matches(payload.stored, looking: looking(payload, contents))
                    && payload.stored.sequence <= query.throughSequence ?? .max
            }.map(\.stored).sorted { query.order.precedes($0, $1) }
            let anchor = query.anchor.key.flatMap { contents.resolved()[InMemoryContents.Key($0)] }
            let window = query.window(over: ordered, anchor: anchor)
            var page = SpanPage(
                spans: Array(ordered[window]), hasEarlier: window.lowerBound > 0,
                hasLater: window.upperBound < ordered.count, revision: contents.revision)
            if query.withSessionScores {
                let sessions = Set(page.spans.map { ExactText($0.sessionID) }).sorted()
                page.sessionScores = sessions.flatMap { contents.scores(on: .session($0.text)) }
            }
            return page
        }
    }

    /// One span with its bytes.
    public func payload(of key: SpanKey) async throws -> StoredSpanPayload? {
        contents.withLock { $0.payload(of: InMemoryContents.Key(key)) }
    }

    /// A window of sessions.
    public func sessions(_ query: SessionQuery) async throws -> SessionPage {
        let filter = query.filter.withoutRuns
        return contents.withLock { contents in
            let passing = Set(
                contents.payloads().filter { filter.matches($0.stored, looking: looking($0, contents)) }
                    .map { ExactText($0.stored.sessionID) })
            let sorted = contents.summaries(passing: passing).filter { query.part?.holds($0) ?? true }
                .sorted { query.precedes($0, $1) }
            return SessionPage(
                sessions: Array(sorted.dropFirst(max(0, query.offset)).prefix(max(0, query.limit))),
                total: sorted.count, revision: contents.revision)
        }
    }

    /// One session's figures.
    public func session(_ id: String) async throws -> SessionSummary? {
        contents.withLock { $0.summaries(passing: [ExactText(id)]).first }
    }

    /// The spans of a session by start time.
    public func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan] {
        contents.withLock { contents in
            let own = contents.resolved().values.filter { ExactText($0.sessionID) == ExactText(id) }
            return Array(own.sorted { SpanOrder.start.precedes($0, $1) }.prefix(max(0, limit)))
        }
    }

    /// The assignments recorded for a session, oldest first.
    public func assignments(ofSession id: String) async throws -> [RecordedAssignment] {
        contents.withLock { contents in
            contents.assignments.filter { ExactText($0.sessionID) == ExactText(id) }
        }
    }

    /// Revisions as they change.
    public func revisions() -> AsyncStream<Int64> {
        signal.stream()
    }
}
