package import Assignment

/// By what a config is decided, as one types it: `helpful, p95=10%, cost=5%`. The figure without a limit is the goal; `less` before a
/// score says that it is better when it is lower.
package enum PlanText {
    /// Why a text is no plan.
    package struct Mistake: Error, Hashable {
        package let message: String
    }

    /// Reads a text; an empty one is a plan of nothing.
    package static func plan(_ text: String) throws(Mistake) -> DecisionPlan {
        var plan = DecisionPlan()
        for part in text.split(separator: ",") {
            let words = trimmed(part)
            guard !words.isEmpty else { continue }
            guard let sign = words.lastIndex(of: "=") else {
                guard plan.goal == nil else {
                    throw Mistake(message: "one figure is the goal; the others have limits: p95=10%, errors=1pp")
                }
                plan.goal = try metric(words, &plan)
                continue
            }
            let metric = try metric(trimmed(words[..<sign]), &plan)
            let limit = trimmed(words[words.index(after: sign)...])
            guard let limit = DecisionPlan.Limit(String(limit)) else {
                throw Mistake(
                    message: "\"\(limit)\" is no limit: 10%, 1pp of a share, or a number in the figure's unit")
            }
            plan.guardrails.append(.init(metric, limit))
        }
        guard plan.guardrails.count <= DecisionPlan.mostGuardrails else {
            throw Mistake(message: "\(DecisionPlan.mostGuardrails) figures with limits are the most")
        }
        return plan
    }

    private static func metric(_ words: Substring, _ plan: inout DecisionPlan) throws(Mistake) -> DecisionMetric {
        let isLess = words.hasPrefix("less ")
        let name = isLess || words.hasPrefix("more ") ? trimmed(words.dropFirst(5)) : words
        guard let metric = DecisionMetric(String(name)) else { throw Mistake(message: "a figure's name is missing") }
        guard case .score(let score) = metric else {
            guard !words.hasPrefix("more ") else {
                throw Mistake(message: "less \(metric.words) is better, always")
            }
            return metric
        }
        if isLess, plan.isHigherBetter(metric) { plan.lowerIsBetter.append(score) }
        return metric
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The text that is read as this plan; `nil` where a name in it cannot be typed so.
    package static func text(_ plan: DecisionPlan) -> String? {
        func name(_ metric: DecisionMetric) -> String {
            guard case .score(let score) = metric else { return metric.id }
            if !plan.isHigherBetter(metric) { return "less " + metric.id }
            return score.hasPrefix("more ") || score.hasPrefix("less ") ? "more " + metric.id : metric.id
        }
        let parts =
            [plan.goal.map(name)].compactMap(\.self) + plan.guardrails.map { name($0.metric) + "=" + $0.limit.text }
        let text = parts.joined(separator: ", ")
        guard let read = try? self.plan(text), read.goal == plan.goal, read.guardrails == plan.guardrails else {
            return nil
        }
        return text
    }
}

extension DecisionPlan {
    /// `more helpful`; `nil` without a goal.
    package var goalWords: String? { goal.map { "\(isHigherBetter($0) ? "more" : "less") \($0.words)" } }

    /// `at most 10% more p95 latency`, for each guardrail.
    package var guardrailWords: [String] {
        guardrails.map { "at most \($0.limit.text) \(isHigherBetter($0.metric) ? "less" : "more") \($0.metric.words)" }
    }
}
