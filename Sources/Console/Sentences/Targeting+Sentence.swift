public import Assignment
import OrderedJSON

extension Condition {
    /// The condition as one reads it aloud: "plan is enterprise", "region starts with eu-".
    public var sentence: String {
        "\(field ?? "(no field)") \(verb) \(value.map(Condition.display) ?? "(no value)")"
    }

    private var verb: String {
        switch self.operator {
        case .equal: "is"
        case .notEqual: "is not"
        case .oneOf: "is one of"
        case .noneOf: "is none of"
        case .contains: "contains"
        case .startsWith: "starts with"
        case .endsWith: "ends with"
        case nil: operatorName.map { "(unknown operator \($0))" } ?? "(no operator)"
        }
    }

    /// A value for people: text bare where that is clear, quoted where it is empty or has white space.
    static func display(_ value: JSONValue) -> String {
        switch value {
        case .string(let text):
            text.isEmpty || text.contains(where: \.isWhitespace) ? value.compactText : text
        case .array(let elements): elements.map(display).joined(separator: ", ")
        default: value.compactText
        }
    }
}

extension TargetingRule {
    /// The rule's conditions as one sentence.
    public var sentence: String {
        guard let conditions else { return "never (the rule has no conditions)" }
        return conditions.isEmpty ? "always" : conditions.map(\.sentence).joined(separator: " and ")
    }
}

extension IndividualTarget {
    /// The target as one sentence.
    public var sentence: String {
        "\(field ?? "(no field)") is \(value.map(Condition.display) ?? "(no value)")"
    }
}

extension ConditionFailure {
    /// Why it does not hold, with the value seen.
    public func sentence(seen: String?) -> String {
        switch self {
        case .fieldAbsent: "the context has no such field"
        case .noField: "the record names no field"
        case .unknownOperator: "the operator is unknown"
        case .unusableValue: "its value cannot be compared so"
        case .comparedFalse: "it is \(seen.map { Condition.display(.string($0)) } ?? "absent")"
        }
    }
}
