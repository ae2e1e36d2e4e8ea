import OrderedJSON

/// Keeps every step, for a person.
struct TraceRecorder: EvaluationRecorder {
    private(set) var steps: [TargetingStep] = []
    private(set) var outcome: TargetingOutcome
    private var conditions: [ConditionStep] = []

    init(hasTargeting: Bool) {
        self.outcome = hasTargeting ? .noMatch : .absent
    }

    mutating func targetingIsDisabled() {
        outcome = .disabled
    }

    mutating func tried(target index: Int, _ target: IndividualTarget, seen: String?, matched: Bool) {
        if matched { outcome = .matched(.target(index)) }
        let failure = matched ? nil : Self.failure(of: target, seen: seen)
        steps.append(.target(index: index, target: target, seen: seen, failure: failure))
    }

    mutating func tried(condition index: Int, ofRule rule: Int, _ condition: Condition, seen: String?, held: Bool) {
        let failure = held ? nil : Self.failure(of: condition, seen: seen)
        conditions.append(ConditionStep(index: index, condition: condition, seen: seen, failure: failure))
    }

    mutating func tried(rule index: Int, _ rule: TargetingRule, matched: Bool) {
        if matched { outcome = .matched(.rule(index)) }
        steps.append(.rule(index: index, rule: rule, conditions: conditions, matched: matched))
        conditions = []
    }

    mutating func matchedWithoutVariant(_ match: TargetingMatch, _ reference: VariantReference) {
        outcome = .matchedWithoutVariant(match, reference)
    }

    private static func failure(of target: IndividualTarget, seen: String?) -> ConditionFailure {
        if target.field == nil { return .noField }
        guard target.value?.string != nil else { return .unusableValue }
        return seen == nil ? .fieldAbsent : .comparedFalse
    }

    static func failure(of condition: Condition, seen: String?) -> ConditionFailure {
        if condition.field == nil { return .noField }
        guard let `operator` = condition.operator else { return .unknownOperator }
        if seen == nil { return .fieldAbsent }
        switch (`operator`, condition.operand) {
        case (.equal, .text), (.notEqual, _), (.oneOf, .texts), (.noneOf, .texts), (.contains, .text),
            (.startsWith, .text), (.endsWith, .text):
            return .comparedFalse
        default:
            return .unusableValue
        }
    }
}
