public import TraceModel

/// What a call came to: the answer and the figures that are compared.
public struct CallOutcome: Hashable, Sendable {
    /// The answer's text, with the tools it asks for, one a line.
    public var answer: String
    /// Why there is none, or not all of it.
    public var error: String?
    /// Why the model stopped.
    public var finishReason: String?
    /// The model that answered.
    public var model: String?
    /// Nanoseconds.
    public var latency: Int64?
    /// Nanoseconds to the first token.
    public var firstToken: Int64?
    /// Tokens.
    public var usage: TokenUsage
    /// What it cost.
    public var cost: Cost?
    /// Scores by name.
    public var scores: [String: Double]

    /// Makes an outcome.
    public init(
        answer: String = "", error: String? = nil, finishReason: String? = nil, model: String? = nil,
        latency: Int64? = nil, firstToken: Int64? = nil, usage: TokenUsage = TokenUsage(), cost: Cost? = nil,
        scores: [String: Double] = [:]
    ) {
        self.answer = answer
        self.error = error
        self.finishReason = finishReason
        self.model = model
        self.latency = latency
        self.firstToken = firstToken
        self.usage = usage
        self.cost = cost
        self.scores = scores
    }

    /// Whether it failed before anything was said: nothing is charged for that.
    public var isUnanswered: Bool { error != nil && answer.isEmpty }

    /// What a recorded call came to.
    public init(_ span: Span, _ detail: SpanDetail) {
        self.init(
            answer: Self.text(of: detail.output),
            error: span.status == .error ? span.errorMessage ?? "failed" : nil,
            finishReason: detail.finishReason ?? span.finishReason, model: span.model,
            latency: span.durationNanoseconds, firstToken: span.timeToFirstTokenNanoseconds, usage: span.usage,
            cost: span.cost)
    }

    /// What was answered, as text: what the model said, then what it asked of tools.
    public static func text(of content: CapturedContent) -> String {
        switch content {
        case .notCaptured: ""
        case .value(let text): text
        case .messages(let messages):
            messages.flatMap(\.parts).compactMap { part -> String? in
                switch part {
                case .text(let text): text
                case .toolCall(_, let name, let arguments): "\(name)(\(arguments))"
                case .other(_, let json): json
                case .media(let kind, let summary): "[\(kind) \(summary)]"
                case .reasoning, .toolResult: nil
                }
            }.joined(separator: "\n")
        }
    }
}
