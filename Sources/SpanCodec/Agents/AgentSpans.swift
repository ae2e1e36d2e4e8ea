import TraceModel

/// Spans that were made of a batch of events: a turn that was touched more than once is made once, at the end.
struct AgentSpans {
    private var spans: [IngestedSpan] = []
    private var turns: [SpanKey: AgentSpan] = [:]
    private var order: [SpanKey] = []
    var contents: [IngestedContent] = []

    mutating func add(_ span: AgentSpan) {
        if let span = span.ingested() { spans.append(span) }
    }

    mutating func put(_ turn: AgentSpan) {
        if turns.updateValue(turn, forKey: turn.key) == nil { order.append(turn.key) }
    }

    func finished() -> (spans: [IngestedSpan], contents: [IngestedContent]) {
        (spans + order.compactMap { turns[$0]?.ingested() }, contents)
    }
}
