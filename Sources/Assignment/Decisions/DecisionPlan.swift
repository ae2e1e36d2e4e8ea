public import OrderedJSON

/// By what an experiment is decided (docs/files.md §1): one figure to improve, and others that must not get worse by more
/// than so much.
public struct DecisionPlan: Hashable, Sendable {
    /// How much worse a figure may get.
    public enum Limit: Hashable, Sendable {
        /// A part of the other variant's figure: 0.1 for 10 %.
        case relative(Double)
        /// In the figure's own unit: a share, milliseconds, dollars, tokens, a score's number.
        case absolute(Double)
    }

    /// A figure that must not get worse by more than so much.
    public struct Guardrail: Hashable, Sendable {
        /// The figure.
        public var metric: DecisionMetric
        /// How much.
        public var limit: Limit

        /// Makes one.
        public init(_ metric: DecisionMetric, _ limit: Limit) {
            self.metric = metric
            self.limit = limit
        }
    }

    /// The figure to improve.
    public var goal: DecisionMetric?
    /// What must not get worse.
    public var guardrails: [Guardrail]
    /// Scores that are better when they are lower.
    public var lowerIsBetter: [String]

    /// The file's name in a config's folder.
    public static let fileName = "goals.json"
    /// The most guardrails: each one more makes all intervals wider.
    public static let mostGuardrails = 20

    /// Makes a plan.
    public init(goal: DecisionMetric? = nil, guardrails: [Guardrail] = [], lowerIsBetter: [String] = []) {
        self.goal = goal
        self.guardrails = guardrails
        self.lowerIsBetter = lowerIsBetter
    }

    /// Whether more of it is better.
    public func isHigherBetter(_ metric: DecisionMetric) -> Bool {
        guard case .score(let name) = metric else { return false }
        return !lowerIsBetter.contains { $0.utf8.elementsEqual(name.utf8) }
    }

    /// The figures it decides by, each once, the goal first.
    public var metrics: [DecisionMetric] {
        var metrics = [goal].compactMap { $0 }
        for guardrail in guardrails where !metrics.contains(guardrail.metric) { metrics.append(guardrail.metric) }
        return metrics
    }
}

extension DecisionPlan.Limit {
    /// Reads `10%`, `1pp` (a point of a share) or a number in the figure's own unit; `nil` for what is none, or negative.
    public init?(_ text: String) {
        var text = text[...]
        if text.hasPrefix("+") { text = text.dropFirst() }
        func number(_ digits: Substring) -> Double? {
            let trimmed = digits.last == " " ? digits.dropLast() : digits
            guard let number = Double(trimmed), number.isFinite, number >= 0 else { return nil }
            return number
        }
        if text.hasSuffix("%") {
            guard let percent = number(text.dropLast()) else { return nil }
            self = .relative(percent / 100)
        } else if text.hasSuffix("pp") {
            guard let points = number(text.dropLast(2)) else { return nil }
            self = .absolute(points / 100)
        } else {
            guard let own = number(text) else { return nil }
            self = .absolute(own)
        }
    }

    /// As it is read.
    public var text: String {
        switch self {
        case .relative(let share): Self.plain(share * 100) + "%"
        case .absolute(let number): Self.plain(number)
        }
    }

    private static func plain(_ number: Double) -> String {
        let rounded = (number * 1e9).rounded() / 1e9
        return Int64(exactly: rounded).map(String.init) ?? rounded.description
    }
}

extension DecisionPlan {
    /// The file's content.
    public var record: JSONValue {
        var members: [JSONMember] = []
        if let goal { members.append(JSONMember("goal", .string(goal.id))) }
        members.append(
            JSONMember("guardrails", .object(guardrails.map { JSONMember($0.metric.id, .string($0.limit.text)) })))
        if !lowerIsBetter.isEmpty {
            members.append(JSONMember("lower_is_better", .array(lowerIsBetter.map { .string($0) })))
        }
        return .object(members)
    }

    /// Reads a file's content. What is wrong of it is told by its field, the rest is taken.
    public static func read(_ record: JSONValue) -> (plan: DecisionPlan, problems: [ConfigProblem]) {
        var plan = DecisionPlan()
        var problems: [ConfigProblem] = []
        func tell(_ path: String, _ message: String) {
            problems.append(ConfigProblem(path: path, message: message))
        }
        if let goal = record["goal"], goal != .null {
            plan.goal = goal.string.flatMap(DecisionMetric.init)
            if plan.goal == nil { tell("goal", "is not the name of a score or of another figure") }
        }
        for member in record["guardrails"]?.object ?? [] {
            guard let metric = DecisionMetric(member.name), let limit = member.value.string.flatMap(Limit.init) else {
                tell("guardrails.\(member.name)", "is not a limit such as 10%, 1pp or 0.02")
                continue
            }
            guard plan.guardrails.count < mostGuardrails else {
                tell("guardrails.\(member.name)", "is left out: \(mostGuardrails) are the most")
                continue
            }
            plan.guardrails.append(Guardrail(metric, limit))
        }
        plan.lowerIsBetter = (record["lower_is_better"]?.array ?? []).compactMap(\.string)
        return (plan, problems)
    }
}
