public import Assignment
import OrderedJSON

extension Evaluation {
    /// Why the session has its model, in one sentence.
    public var sentence: String {
        switch reason {
        case .target(let index): "by target \(index + 1)"
        case .rule(let index): "by rule \(index + 1)"
        case .disabled(let draw): "by weight (targeting is switched off), \(draw.sentence)"
        case .weighted(let draw): "by weight, \(draw.sentence)"
        case .remainder(let draw): "last variant takes the remainder, \(draw.sentence)"
        case .fallback(let error): "the fallback: \(error)"
        case .error(let error): "\(error)"
        }
    }

    /// The lines that explain every target and rule tried, each with why it did not match.
    public var explanation: [String] {
        var lines = steps.flatMap { $0.explanation(in: context) }
        switch targeting {
        case .absent: lines.append("no targeting")
        case .disabled: lines.append("targeting is switched off")
        case .noMatch: lines.append("nothing matched: the weights decide")
        case .matched: break
        case .matchedWithoutVariant(_, let reference):
            let written = reference.written?.compactText ?? "missing"
            lines.append("it matched, but its variantIndex (\(written)) names no variant: the weights decide")
        }
        return lines
    }
}

extension WeightedDraw {
    /// The bucket and its interval.
    public var sentence: String {
        "bucket \(bucket) in \(interval.lowerBound)–\(interval.upperBound - 1)"
    }
}

extension TargetingStep {
    /// The step in lines: what was asked of a context, then each condition tried.
    public func explanation(in context: EvaluationContext) -> [String] {
        switch self {
        case .target(let index, let target, let seen, let failure):
            let head = "target \(index + 1): \(target.sentence)"
            return [
                "\(failure == nil ? "✓" : "✗") \(head)"
                    + (failure.map { ": \($0.sentence(seen: seen, of: target.condition, in: context))" } ?? "")
            ]
        case .rule(let index, let rule, let conditions, let matched):
            return ["\(matched ? "✓" : "✗") rule \(index + 1): \(rule.sentence)"]
                + conditions.map { step in
                    "    \(step.failure == nil ? "✓" : "✗") \(step.condition.sentence)"
                        + (step.failure.map { ": \($0.sentence(seen: step.seen, of: step.condition, in: context))" }
                            ?? "")
                }
        }
    }
}

extension ReferenceAnswer {
    /// The answer in words.
    public var sentence: String {
        switch self {
        case .model(let model): model
        case .other(let text): text
        case .fallbackOrError(let error): "the fallback, else an error (\(error))"
        case .error(let error): "an error, the fallback ignored (\(error))"
        }
    }
}
