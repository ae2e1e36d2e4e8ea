internal import SpanCodec
internal import TraceModel

/// Makes spans of what coding agents log, before a batch reaches the store.
///
/// Batches come here one after another in the order in which they are committed, so that a turn's span never gives way to
/// one that knows less of it.
actor AgentDesk {
    /// Spans of a session that are looked through when it is first heard of again.
    private static let historyLimit = 5000
    /// Bytes of their turns that are read back.
    private static let historyBytes = 16 << 20

    private let sink: any SpanSink
    private var turns = AgentTurns()

    init(sink: any SpanSink) {
        self.sink = sink
    }

    /// The batch with the spans its events make.
    func fold(_ batch: IngestBatch) async -> IngestBatch {
        let own = batch.spans.map(\.span).filter {
            $0.dialect == .claudeCode && $0.kind == .llm && $0.responseID != nil
        }
        guard !batch.events.isEmpty || !own.isEmpty else { return batch }
        for event in batch.events { await recall(event.agent, event.sessionID) }
        for span in own { if let session = span.identity.session.own { await recall(span.dialect, session) } }
        var batch = batch
        batch.spans += turns.take(own: own) { $0.identity.session.own }
        let made = turns.take(batch.events)
        batch.spans += made.spans
        batch.contents += made.contents
        batch.events = []
        return batch
    }

    /// Reads back what the store has of a session that this process has not heard of.
    private func recall(_ agent: SpanDialect, _ session: String) async {
        guard !turns.isKnown(agent, session) else { return }
        let spans = (try? await sink.spans(ofSession: session, limit: Self.historyLimit)) ?? []
        var kept: [StoredSpanPayload] = []
        var bytes = 0
        // The newest first: they are the ones that go on.
        for stored in spans.reversed() where stored.span.dialect == agent {
            switch stored.span.kind {
            case .agent:
                guard bytes < Self.historyBytes, let payload = try? await sink.payload(of: stored.span.key) else {
                    continue
                }
                bytes += payload.payload.span.count + payload.payload.resource.count
                kept.append(payload)
            case .llm:
                kept.append(
                    StoredSpanPayload(stored: stored, payload: SpanPayload(format: .otlpJSON, span: []), contents: []))
            default: continue
            }
        }
        // Turns first: a call is an event's where its trace is a turn's.
        turns.restore(
            agent, session,
            from: kept.filter { $0.stored.span.kind == .agent } + kept.filter { $0.stored.span.kind == .llm })
    }
}
