import Display
import TraceModel

/// A figure of Usage: what the columns of the table, the bars and the histogram show.
enum UsageFigure: Int, Hashable, Sendable, CaseIterable {
    case cost, perCall, calls, sessions, errors, errorRate, tokens, cached, p50, p95, ttft

    /// The column's title.
    var title: String {
        switch self {
        case .cost: "COST"
        case .perCall: "A CALL"
        case .calls: "CALLS"
        case .sessions: "SESSIONS"
        case .errors: "ERRORS"
        case .errorRate: "ERR RATE"
        case .tokens: "TOKENS"
        case .cached: "CACHED"
        case .p50: "P50"
        case .p95: "P95"
        case .ttft: "TTFT P95"
        }
    }

    /// Its name inside a sentence.
    var name: String {
        switch self {
        case .perCall: "cost of a call"
        case .p50: "median latency"
        case .p95: "p95 latency"
        case .ttft: "p95 time to first token"
        case .cached: "cached tokens"
        case .errorRate: "error rate"
        default: title.lowercased()
        }
    }

    /// What it counts, where its title alone could mislead: errors can be more than the calls beside them.
    var meaning: String? {
        switch self {
        case .errors: "failed spans of any kind, tools too"
        case .errorRate: "failed calls of models, of all their calls"
        default: nil
        }
    }

    /// Its name in the settings.
    var columnName: String {
        switch self {
        case .perCall: "call_cost"
        case .errorRate: "error_rate"
        default: "\(self)"
        }
    }

    /// Whether it tells of what failed.
    var isOfFailures: Bool { self == .errors || self == .errorRate }

    /// Whether it tells of failures, and there are some.
    func isBad(_ figures: UsageFigures) -> Bool { isOfFailures && (value(figures) ?? 0) > 0 }

    /// Whether parts of it add up to a whole, so that a share means something.
    var addsUp: Bool {
        switch self {
        case .cost, .calls, .errors, .tokens, .cached: true
        case .perCall, .sessions, .errorRate, .p50, .p95, .ttft: false
        }
    }

    /// Whether it counts things.
    var isCount: Bool {
        switch self {
        case .calls, .sessions, .errors, .tokens, .cached: true
        case .cost, .perCall, .errorRate, .p50, .p95, .ttft: false
        }
    }

    /// The figure as a number; `nil` where it is not known.
    func value(_ figures: UsageFigures) -> Double? {
        switch self {
        case .cost: figures.cost.map { Double($0.nanoDollars) }
        case .perCall: Self.perCall(figures).map { Double($0.nanoDollars) }
        case .calls: Double(figures.llmCalls)
        case .sessions: Double(figures.sessions)
        case .errors: Double(figures.errors)
        case .errorRate: figures.errorRate
        case .tokens: Double(figures.totalTokens)
        case .cached: Double(figures.cachedTokens)
        case .p50: figures.latencyP50.map(Double.init)
        case .p95: figures.latencyP95.map(Double.init)
        case .ttft: figures.ttftP95.map(Double.init)
        }
    }

    /// The figure as people read it.
    func text(_ figures: UsageFigures, isNarrow: Bool) -> String {
        func count(_ value: Int) -> String { isNarrow ? Figure.compact(value) : Figure.count(value) }
        return switch self {
        case .cost: Figure.cost(figures.cost)
        case .perCall: Figure.cost(Self.perCall(figures))
        case .calls: count(figures.llmCalls)
        case .sessions: count(figures.sessions)
        case .errors: count(figures.errors)
        case .errorRate: figures.llmCalls > 0 ? Figure.percent(figures.failedCalls, of: figures.llmCalls) : ""
        case .tokens: count(figures.totalTokens)
        case .cached: count(figures.cachedTokens)
        case .p50: Figure.duration(figures.latencyP50)
        case .p95: Figure.duration(figures.latencyP95)
        case .ttft: Figure.duration(figures.ttftP95)
        }
    }

    /// A value of it on the histogram's scale.
    func text(of value: Double) -> String {
        switch self {
        case .cost, .perCall: Figure.cost(Cost(nanoDollars: Int64(value), isEstimated: false))
        case .p50, .p95, .ttft: Figure.duration(Int64(value))
        case .errorRate: Figure.percent(value, places: value < 0.1 ? 1 : 0)
        default: Figure.compact(Int(value))
        }
    }

    /// The cost shared out over the calls of which one is known.
    private static func perCall(_ figures: UsageFigures) -> Cost? {
        let calls = figures.llmCalls - figures.callsWithoutCost
        guard calls > 0, let cost = figures.cost else { return nil }
        return Cost(nanoDollars: cost.nanoDollars / Int64(calls), isEstimated: cost.isEstimated)
    }
}
