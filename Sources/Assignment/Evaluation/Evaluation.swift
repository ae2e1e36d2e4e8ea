/// An assignment with its reason and everything that led to it (docs/assignment.md §6).
public struct Evaluation: Sendable {
    /// The config's key.
    public let configKey: String
    /// The config's version.
    public let configVersion: Int
    /// The session.
    public let sessionID: String
    /// The context as evaluated, the customer id in its place.
    public let context: EvaluationContext
    /// The session's bucket, also when targeting decided.
    public let bucket: Int
    /// The model the caller gets: assigned, or the fallback; `nil` when the caller gets the error.
    public let model: String?
    /// The variant assigned; `nil` for a fallback and an error.
    public let variantIndex: Int?
    /// Why.
    public let reason: AssignmentReason
    /// Whether targeting was evaluated and how it ended.
    public let targeting: TargetingOutcome
    /// Targets and rules in the order tried, up to the first match.
    public let steps: [TargetingStep]
    /// Where a published SDK answers otherwise.
    public let notices: [AssignmentNotice]

    /// The error, where there was one, whether or not a fallback covered it.
    public var error: AssignmentError? {
        switch reason {
        case .fallback(let error), .error(let error): error
        default: nil
        }
    }
}

/// Why a session has its model.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum AssignmentReason: Hashable, Sendable {
    /// The weights decided because targeting is switched off.
    case disabled(WeightedDraw)
    /// That individual target matched.
    case target(index: Int)
    /// That rule matched.
    case rule(index: Int)
    /// The bucket lies in the variant's own interval.
    case weighted(WeightedDraw)
    /// The bucket lies beyond all intervals: the last variant takes what the weights leave.
    case remainder(WeightedDraw)
    /// There is no answer, and the caller's fallback took its place.
    case fallback(AssignmentError)
    /// There is no answer.
    case error(AssignmentError)

    /// The reason as one word, as JSON gives it.
    public var name: String {
        switch self {
        case .disabled: "disabled"
        case .target: "target"
        case .rule: "rule"
        case .weighted: "weighted"
        case .remainder: "remainder"
        case .fallback: "fallback"
        case .error: "error"
        }
    }

    /// The weighted draw, where the weights decided.
    public var draw: WeightedDraw? {
        switch self {
        case .disabled(let draw), .weighted(let draw), .remainder(let draw): draw
        default: nil
        }
    }
}

/// A draw by weight.
public struct WeightedDraw: Hashable, Sendable {
    /// The session's bucket.
    public let bucket: Int
    /// The run of buckets around it that gives the same answer for the same reason.
    public let interval: BucketInterval
    /// Whether it lies in the remainder that falls to the last variant.
    public let isRemainder: Bool
}

/// A target or rule, by its place in the record.
public enum TargetingMatch: Hashable, Sendable {
    /// That individual target.
    case target(Int)
    /// That rule.
    case rule(Int)
}

/// How targeting ended.
public enum TargetingOutcome: Hashable, Sendable {
    /// The config has none.
    case absent
    /// It is switched off.
    case disabled
    /// Nothing matched.
    case noMatch
    /// A target or rule decided.
    case matched(TargetingMatch)
    /// A target or rule matched and ended targeting, but its index names no variant, so the weights decided.
    case matchedWithoutVariant(TargetingMatch, VariantReference)
}

/// One target or rule that was tried.
public enum TargetingStep: Sendable {
    /// A target.
    case target(index: Int, target: IndividualTarget, seen: String?, failure: ConditionFailure?)
    /// A rule with the conditions tried; those after the first false one were not looked at.
    case rule(index: Int, rule: TargetingRule, conditions: [ConditionStep], matched: Bool)

    /// Whether it matched.
    public var matched: Bool {
        switch self {
        case .target(_, _, _, let failure): failure == nil
        case .rule(_, _, _, let matched): matched
        }
    }
}

/// One condition that was tried.
public struct ConditionStep: Sendable {
    /// Its place in the rule.
    public let index: Int
    /// The condition.
    public let condition: Condition
    /// The field's value in the context; `nil` when absent.
    public let seen: String?
    /// Why it does not hold; `nil` when it does.
    public let failure: ConditionFailure?
}

/// Why a target or condition does not hold.
public enum ConditionFailure: Hashable, Sendable {
    /// The context does not have the field: false for every operator, `neq` and `nin` included.
    case fieldAbsent
    /// The record names no field.
    case noField
    /// The operator is missing or unknown.
    case unknownOperator
    /// The value is of a kind that the operator cannot compare with.
    case unusableValue
    /// The comparison came out false.
    case comparedFalse
}

/// A case in which a published SDK answers otherwise than we do.
public struct AssignmentNotice: Hashable, Sendable {
    /// What the case is, in one sentence.
    public let message: String
    /// What the Python SDK answers.
    public let python: ReferenceAnswer
    /// What the TypeScript SDK answers.
    public let typeScript: ReferenceAnswer
}

/// What a published SDK answers.
public enum ReferenceAnswer: Hashable, Sendable {
    /// A model.
    case model(String)
    /// A value that is no model's name, in words (`null`, `the number 5`).
    case other(String)
    /// The caller's fallback, or, without one, an error.
    case fallbackOrError(String)
    /// An error that reaches the caller even with a fallback.
    case error(String)
}
