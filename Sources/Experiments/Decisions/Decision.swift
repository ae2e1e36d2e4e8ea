public import Assignment
import Display

/// What to do about a variant, in one sentence.
public struct Decision: Sendable {
    /// What to do.
    public enum Call: String, Hashable, Sendable {
        /// The second variant is better and holds its guardrails.
        case keep
        /// The first stays: the second is worse, or breaks a guardrail.
        case reject
        /// The data do not decide yet.
        case wait
        /// Nothing may be said, or there is no goal to decide by.
        case open
    }

    /// How a guardrail stands.
    public enum GuardState: String, Hashable, Sendable {
        /// It is not worse by more than allowed.
        case holds
        /// It is worse by more than allowed.
        case broken
        /// The data do not tell yet.
        case open
    }

    /// What to do.
    public let call: Call
    /// Why, in one sentence.
    public let sentence: String
    /// The guardrails in their order.
    public let guardrails: [(metric: DecisionMetric, state: GuardState)]
    /// How many more sessions of both variants would decide a difference of the goal's size; `nil` where that is decided, or
    /// none would.
    public let moreSessions: Int?
    /// How many days that is at today's traffic.
    public let days: Double?
}

extension ConfigResults {
    /// What to do about the variant that is compared.
    public func decision(_ comparison: Comparison) -> Decision {
        let states = comparison.differences.compactMap { difference in
            difference.guardState.map { (metric: difference.metric, state: $0) }
        }
        func decided(_ call: Decision.Call, _ sentence: String, more: Int? = nil) -> Decision {
            Decision(
                call: call, sentence: sentence, guardrails: states, moreSessions: more,
                days: more.flatMap { more in sessionsPerDay.map { Double(more) / $0 } })
        }
        let (base, other) = (rows[comparison.base].name, rows[comparison.other].name)
        switch comparison.obstacle {
        case .tooFewSessions:
            return decided(.open, "\(other) against \(base): too few sessions to decide.")
        case .sampleRatio: return decided(.open, "no decision while the sample ratio is off.")
        case nil: break
        }
        guard let goal = comparison.differences.first(where: { $0.metric == comparison.goal }) else {
            return decided(.open, "no goal is set: nothing says which figure decides.")
        }
        guard goal.estimate != nil else {
            return decided(.wait, "wait: too few sessions of both have a figure for \(goal.metric.words).")
        }
        let others = comparison.differences.filter { $0.metric != goal.metric && $0.isBetter }
        let gains = ([goal] + others).compactMap { $0.figure(isCostEstimated(comparison)) }.joined(separator: ", ")
        let broken = comparison.differences.filter { $0.guardState == .broken }
        let open = comparison.differences.filter { $0.guardState == .open }
        if let first = broken.first {
            return decided(.reject, "keep \(base): \(first.broken(goal, other)).")
        }
        if goal.isWorse { return decided(.reject, "keep \(base): with \(other) \(goal.figure(false) ?? "").") }
        guard goal.isBetter else {
            let more = goal.missing(at: comparison.confidence)
            return decided(.wait, "wait: \(goal.figure(false) ?? "") may be chance\(needed(more)).", more: more)
        }
        if let first = open.first {
            let text = first.figure(false) ?? first.metric.words
            return decided(.wait, "wait: \(gains); but the guardrail of \(first.limitText) is not settled: \(text).")
        }
        let held = states.isEmpty ? "" : "; guardrails hold"
        return decided(.keep, "keep \(other): \(gains)\(held).")
    }

    private func isCostEstimated(_ comparison: Comparison) -> Bool {
        rows[comparison.base].isCostEstimated || rows[comparison.other].isCostEstimated
    }

    private func needed(_ more: Int?) -> String {
        guard let more else { return "; no number of sessions would tell a difference so small" }
        guard more > 0 else { return "" }
        let time = sessionsPerDay.map { perDay -> String in
            let days = Double(more) / perDay
            return days < 1 ? ", less than a day" : ", \(Figure.count(Int(days.rounded(.up)), "day"))"
        }
        return
            "; about \(Figure.count(more, "more session"))\(time.map { $0 + " at today's traffic" } ?? "") would tell"
    }
}

extension ConfigResults.Comparison.Difference {
    /// How the guardrail stands; `nil` where it is none.
    package var guardState: Decision.GuardState? {
        guard let limit else { return nil }
        let allowed: Double
        let found: Estimate?
        switch limit {
        case .relative(let share): (allowed, found) = (share, change)
        case .absolute(let number): (allowed, found) = (number * unit, estimate)
        }
        guard let found else { return .open }
        // What is worse is positive.
        let (least, most) = isHigherBetter ? (-found.upper, -found.lower) : (found.lower, found.upper)
        return most <= allowed ? .holds : least > allowed ? .broken : .open
    }

    /// What an absolute limit is counted in, in the figure's own unit.
    private var unit: Double {
        switch metric {
        case .latencyP50, .latencyP95, .firstTokenP50: 1e6
        default: 1
        }
    }

    /// `helpful +6.1 points (2.3…9.8)`, `cost -12% (-18…-6)`; `nil` where there is nothing to say.
    package func figure(_ isCostEstimated: Bool) -> String? {
        guard let estimate else { return nil }
        let name = (metric == .costPerSession && isCostEstimated ? "estimated " : "") + metric.words
        switch metric {
        case .score, .errorRate:
            if isShare { return "\(name) \(Self.text(estimate, scale: 100, places: 1, unit: " points"))" }
            return "\(name) \(Self.text(estimate, scale: 1, places: 2, unit: ""))"
        default:
            if let change { return "\(name) \(Self.text(change, scale: 100, places: 0, unit: "%"))" }
            return "\(name) \(Self.text(estimate, scale: 1 / unit, places: 0, unit: metric.plainUnit))"
        }
    }

    private static func text(_ estimate: Estimate, scale: Double, places: Int, unit: String) -> String {
        func signed(_ value: Double) -> String {
            guard value.isFinite else { return "?" }
            let text = Figure.decimal(value * scale, places: places)
            return value > 0 && text != Figure.decimal(0, places: places) ? "+" + text : text
        }
        return "\(signed(estimate.value))\(unit) (\(signed(estimate.lower))…\(signed(estimate.upper)))"
    }

    /// Why a broken guardrail decides.
    fileprivate func broken(_ goal: Self, _ other: String) -> String {
        let gain = goal.isBetter ? "\(goal.figure(false) ?? "") with \(other), but " : "\(other) has "
        return "\(gain)\(figure(false) ?? metric.words), more than the \(limitText) its guardrail allows"
    }

    /// `10% more p95 latency`.
    fileprivate var limitText: String {
        guard let limit else { return metric.words }
        let size = isShare && metric != .costPerSession ? limit.points : limit.text
        return "\(size) \(isHigherBetter ? "less" : "more") \(metric.words)"
    }

    /// How many more sessions decide a difference of this size.
    fileprivate func missing(at confidence: Double) -> Int? {
        guard let estimate, let standardError,
            let needed = ConfidenceSequence.needed(
                effect: estimate.value, standardError: standardError, after: Double(sessions), confidence: confidence),
            needed < 1e9
        else { return nil }
        return max(0, Int(needed) - sessions)
    }
}

extension DecisionPlan.Limit {
    /// An absolute limit of a share in points.
    fileprivate var points: String {
        switch self {
        case .relative: text
        case .absolute(let share): Figure.decimal(share * 100, places: 1) + " points"
        }
    }
}

extension DecisionMetric {
    /// The unit of an absolute figure, behind the number.
    fileprivate var plainUnit: String {
        switch self {
        case .latencyP50, .latencyP95, .firstTokenP50: "ms"
        case .costPerSession: " dollars"
        case .tokensPerSession: " tokens"
        case .score, .errorRate: ""
        }
    }
}
