internal import SpanCodec
internal import TraceModel

/// Makes spans of what coding agents log, before a batch reaches the store.
///
/// Batches come here one after another in the order in which they are committed, so that a turn's span never gives way to
/// one that knows less of it. Whoever waits for a commit waits for this, too: the store is asked about several sessions at
/// once, and about no more of a batch's when it does not answer.
actor AgentDesk {
    /// Sessions that are asked about in one question.
    private static let sessionsAtOnce = 8
    /// Spans of a session that are looked through when it is first heard of again.
    private static let historyLimit = 5000
    /// Bytes of their turns that are read back.
    private static let historyBytes = 16 << 20
    /// Turns that are read back in one question.
    private static let turnsAtOnce = 32

    private let sink: any SpanSink
    private var turns = AgentTurns()

    init(sink: any SpanSink) {
        self.sink = sink
    }

    /// Whether there is anything in a batch to fold.
    static func concerns(_ batch: borrowing IngestBatch) -> Bool {
        // Asked by what decides alone: a span that is handed over is copied.
        !batch.events.isEmpty
            || batch.spans.indices.contains {
                AgentNews.isNamed(batch.spans[$0].span.dialect, batch.spans[$0].span.kind)
            }
    }

    /// The batch with the spans its events make.
    func fold(_ batch: IngestBatch) async -> IngestBatch {
        var rest = AgentNews.of(batch)[...]
        guard !rest.isEmpty else { return batch }
        var batch = batch
        batch.events = []
        var answers = true
        while !rest.isEmpty {
            let some = Array(rest.prefix(Self.sessionsAtOnce))
            rest = rest.dropFirst(some.count)
            let unknown = some.filter { !turns.isKnown($0.agent, $0.session) }
            var histories: [ExactText: [StoredSpan]] = [:]
            if answers, !unknown.isEmpty {
                if let found = await asked(about: unknown) { histories = found } else { answers = false }
            }
            for news in some {
                // One after the other: sessions that are large by themselves are not remembered together.
                if let history = histories[ExactText(news.session)] {
                    answers = await restore(news.agent, news.session, history) && answers
                }
                batch.spans += turns.take(own: news.own) { $0.identity.session.own }
                let made = turns.take(news.events)
                batch.spans += made.spans
                batch.contents += made.contents
            }
        }
        return batch
    }

    /// What the store has of sessions that this process has not heard of; `nil` where it does not answer.
    private func asked(about unknown: [AgentNews]) async -> [ExactText: [StoredSpan]]? {
        guard
            let spans = try? await sink.spans(ofSessions: unknown.map(\.session), limit: Self.historyLimit)
        else { return nil }
        return Dictionary(grouping: spans) { ExactText($0.sessionID) }
    }

    /// Reads back what the store has of a session; `false` where it does not answer.
    private func restore(_ agent: SpanDialect, _ session: String, _ history: [StoredSpan]) async -> Bool {
        guard !turns.isKnown(agent, session) else { return true }
        // The newest first: they are the ones that go on.
        let spans = history.reversed().filter { $0.span.dialect == agent }
        guard let kept = try? await payloads(ofTurns: spans.filter { $0.span.kind == .agent }.map(\.span.key)) else {
            return false
        }
        let calls = spans.filter { $0.span.kind == .llm }.map {
            StoredSpanPayload(stored: $0, payload: SpanPayload(format: .otlpJSON, span: []), contents: [])
        }
        // Turns first: a call is an event's where its trace is a turn's.
        turns.restore(agent, session, from: kept + calls)
        return true
    }

    private func payloads(ofTurns keys: [SpanKey]) async throws -> [StoredSpanPayload] {
        var kept: [StoredSpanPayload] = []
        var (rest, bytes) = (keys[...], 0)
        while !rest.isEmpty, bytes < Self.historyBytes {
            for payload in try await sink.payloads(of: Array(rest.prefix(Self.turnsAtOnce))) {
                guard bytes < Self.historyBytes else { break }
                bytes += payload.payload.span.count + payload.payload.resource.count
                kept.append(payload)
            }
            rest = rest.dropFirst(Self.turnsAtOnce)
        }
        return kept
    }
}

/// What a batch brings of an agent's session.
private struct AgentNews {
    var agent: SpanDialect
    var session: String
    /// Spans that the agent emits itself.
    var own: [Span] = []
    var events: [AgentEvent] = []

    private struct Place: Hashable {
        var agent: SpanDialect
        var session: ExactText
    }

    /// Whether a span is one that an agent sent itself.
    static func isNamed(_ dialect: SpanDialect, _ kind: SpanKind) -> Bool { dialect == .claudeCode && kind == .llm }

    /// By session, in the order in which they are first named.
    static func of(_ batch: IngestBatch) -> [AgentNews] {
        var all: [AgentNews] = []
        var places: [Place: Int] = [:]
        func place(_ agent: SpanDialect, _ session: String) -> Int {
            let id = Place(agent: agent, session: ExactText(session))
            if let known = places[id] { return known }
            places[id] = all.count
            all.append(AgentNews(agent: agent, session: session))
            return all.count - 1
        }
        for event in batch.events { all[place(event.agent, event.sessionID)].events.append(event) }
        // By index: a loop over the spans copies each of them, and nearly none is an agent's.
        for index in batch.spans.indices {
            guard isNamed(batch.spans[index].span.dialect, batch.spans[index].span.kind) else { continue }
            let span = batch.spans[index].span
            guard span.responseID != nil, let session = span.identity.session.own else { continue }
            all[place(.claudeCode, session)].own.append(span)
        }
        return all
    }
}
