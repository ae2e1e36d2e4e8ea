import Display
import TraceModel

/// A session as documents tell it: turn by turn, every message once.
struct SessionTurns: Sendable {
    /// One call, with what it said for the first time.
    struct Call: Sendable {
        let span: Span
        let added: [Message]
        let answer: [Message]
        let error: String?
    }

    /// One turn: a trace.
    struct Turn: Sendable {
        let number: Int
        var calls: [Call]
        /// Its other spans, by name and how long they took.
        var steps: [(name: String, kind: SpanKind, nanoseconds: Int64?, isError: Bool)]
    }

    let id: String
    let customer: String?
    let config: String?
    let summary: SessionSummary?
    private(set) var turns: [Turn] = []
    private var said: [Message] = []

    init(_ id: String, summary: SessionSummary?, customer: String?, config: String?) {
        self.id = id
        self.summary = summary
        self.customer = customer
        self.config = config
    }

    private var traces: [String: Int] = [:]

    /// Adds a span, in order of start.
    mutating func add(_ loaded: LoadedSpan) {
        let stored = loaded.stored
        let trace = stored.span.key.traceID
        let index = traces[trace] ?? turns.count
        if traces[trace] == nil {
            traces[trace] = index
            turns.append(Turn(number: index + 1, calls: [], steps: []))
        }
        guard stored.isCall else {
            let isAlone = stored.span.kind == .llm
            if !isAlone {
                turns[index].steps.append(
                    (stored.span.name, stored.span.kind, stored.span.durationNanoseconds, stored.span.status == .error))
            }
            return
        }
        var added: [Message] = []
        if case .messages(let input) = loaded.detail.input { added = input.filter { !said.contains($0) } }
        if case .value(let text) = loaded.detail.input { added = [Message(role: "user", parts: [.text(text)])] }
        var answer: [Message] = []
        if case .messages(let output) = loaded.detail.output { answer = output }
        if case .value(let text) = loaded.detail.output { answer = [Message(role: "assistant", parts: [.text(text)])] }
        // A long session says much: what is known for the last calls is enough to tell what is new.
        said = Array((said + added + answer).suffix(400))
        turns[index].calls.append(
            Call(
                span: stored.span, added: added, answer: answer,
                error: stored.span.status == .error ? stored.span.errorMessage ?? "failed" : nil))
    }

    /// A call's figures on one line.
    static func figures(_ span: Span) -> String {
        var parts: [String] = []
        if let model = span.model { parts.append(model) }
        if let duration = span.durationNanoseconds { parts.append(Figure.duration(duration)) }
        if let first = span.timeToFirstTokenNanoseconds { parts.append("ttft " + Figure.duration(first)) }
        let tokens = Figure.tokens(span.usage)
        if !tokens.isEmpty { parts.append(tokens + " tokens") }
        if let cost = span.cost { parts.append(Figure.cost(cost)) }
        if let key = span.promptKey { parts.append(key + (span.promptVersion.map { "@" + $0 } ?? "")) }
        return parts.joined(separator: " · ")
    }

    /// The session's figures on one line.
    var headline: String {
        guard let summary else { return Figure.count(turns.count, "turn") }
        var parts = [Figure.count(turns.count, "turn"), Figure.count(summary.llmCalls, "call")]
        if summary.errors > 0 { parts.append(Figure.count(summary.errors, "error")) }
        if summary.totalTokens > 0 { parts.append(Figure.count(summary.totalTokens) + " tokens") }
        if let cost = summary.cost { parts.append(Figure.cost(cost)) }
        return parts.joined(separator: " · ")
    }
}
