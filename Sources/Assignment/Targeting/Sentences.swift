import OrderedJSON

extension Condition {
    /// The condition as words: `plan is enterprise`.
    public var sentence: String {
        let name = field.map(Condition.shown) ?? "(no field)"
        let wanted = value.map(Condition.words) ?? "(nothing)"
        switch self.operator {
        case .equal: return "\(name) is \(wanted)"
        case .notEqual: return "\(name) is there and not \(wanted)"
        case .oneOf: return "\(name) is one of \(wanted)"
        case .noneOf: return "\(name) is there and none of \(wanted)"
        case .contains: return "\(name) contains \(wanted)"
        case .startsWith: return "\(name) starts with \(wanted)"
        case .endsWith: return "\(name) ends with \(wanted)"
        case nil: return "\(name) \(operatorName ?? "(no operator)") \(wanted)"
        }
    }

    /// A text with what of it cannot be seen: `Mérida (é as two characters)`.
    private static func shown(_ text: String) -> String { text + hidden(text) }

    private static func hidden(_ text: String) -> String {
        let features = HiddenText.features(of: text)
        return features.isEmpty ? "" : " (\(features.joined(separator: ", ")))"
    }

    /// A value as words: plain text bare, everything else as it would be misread bare.
    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .string(let text):
            let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "," && $0 != "\"" }
            return isPlain ? shown(text) : JSONValue.string(text).compactText + hidden(text)
        case .array(let elements):
            return elements.isEmpty ? "(an empty list)" : elements.map(words).joined(separator: ", ")
        default: return value.compactText
        }
    }
}

extension TargetingRule {
    /// The rule's conditions as words: `plan is enterprise and region starts with eu-`; `everyone` without conditions.
    public var sentence: String {
        guard let conditions else { return "nobody (the conditions are missing)" }
        return conditions.isEmpty ? "everyone" : conditions.map(\.sentence).joined(separator: " and ")
    }
}

extension IndividualTarget {
    /// The target as words: `customerId is vip-1`.
    public var sentence: String {
        Condition(field: field, operatorName: Condition.Operator.equal.rawValue, value: value).sentence
    }
}
