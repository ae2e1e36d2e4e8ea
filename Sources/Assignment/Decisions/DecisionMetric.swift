/// A figure by which variants of an experiment are compared.
public enum DecisionMetric: Hashable, Sendable {
    /// A score of that name: the mean over sessions of a session's mean.
    case score(String)
    /// The share of calls that fail.
    case errorRate
    /// The calls' median duration.
    case latencyP50
    /// The calls' 95th percentile of the duration.
    case latencyP95
    /// The calls' median time to the first token.
    case firstTokenP50
    /// The mean cost of a session.
    case costPerSession
    /// The mean tokens of a session.
    case tokensPerSession

    /// All that need no name.
    public static let plain: [DecisionMetric] = [
        .errorRate, .latencyP50, .latencyP95, .firstTokenP50, .costPerSession, .tokensPerSession,
    ]

    /// Its name in files and JSON; a score's is behind `score.` where another metric has it.
    public var id: String {
        switch self {
        case .score(let name): Self.named[name] == nil && !name.hasPrefix("score.") ? name : "score.\(name)"
        case .errorRate: "error_rate"
        case .latencyP50: "latency_p50"
        case .latencyP95: "latency_p95"
        case .firstTokenP50: "time_to_first_token_p50"
        case .costPerSession: "cost_per_session"
        case .tokensPerSession: "tokens_per_session"
        }
    }

    /// Whether it is a score's, which has to be given.
    public var isScore: Bool { if case .score = self { true } else { false } }

    /// Reads a name, or the short one that people type; what is none of them is a score's. `nil` for no name.
    public init?(_ name: String) {
        if let known = Self.named[name] {
            self = known
        } else {
            let score = name.hasPrefix("score.") ? String(name.dropFirst(6)) : name
            guard !score.isEmpty else { return nil }
            self = .score(score)
        }
    }

    private static let named: [String: DecisionMetric] = [
        "error_rate": .errorRate, "errors": .errorRate, "latency_p50": .latencyP50, "p50": .latencyP50,
        "latency_p95": .latencyP95, "p95": .latencyP95, "latency": .latencyP95,
        "time_to_first_token_p50": .firstTokenP50, "ttft": .firstTokenP50, "cost_per_session": .costPerSession,
        "cost": .costPerSession, "tokens_per_session": .tokensPerSession, "tokens": .tokensPerSession,
    ]

    /// In words, as a sentence has it.
    public var words: String {
        switch self {
        case .score(let name): name
        case .errorRate: "errors"
        case .latencyP50: "median latency"
        case .latencyP95: "p95 latency"
        case .firstTokenP50: "first token"
        case .costPerSession: "cost"
        case .tokensPerSession: "tokens"
        }
    }
}
