public import OrderedJSON

/// Who gets a given variant whatever the weights say: individual targets first, then rules (docs/assignment.md §1).
public struct Targeting: Hashable, Sendable {
    /// Whether it is evaluated: everything but exactly `false` in the record means yes.
    public let isEnabled: Bool
    /// Targets in their order; the first that matches wins.
    public let individualTargets: [IndividualTarget]
    /// Rules in their order, tried after the targets; the first that matches wins.
    public let rules: [TargetingRule]

    /// Makes a targeting.
    public init(isEnabled: Bool = true, individualTargets: [IndividualTarget] = [], rules: [TargetingRule] = []) {
        self.isEnabled = isEnabled
        self.individualTargets = individualTargets
        self.rules = rules
    }

    /// Whether there is nothing in it that could match.
    public var isEmpty: Bool { individualTargets.isEmpty && rules.isEmpty }
}

/// Sends those whose field has exactly that value to one variant.
public struct IndividualTarget: Hashable, Sendable {
    /// The field; `nil` when the record has none: the target never matches.
    public let field: String?
    /// The value; `nil` when the record has none, and never matched then (docs/assignment.md §2).
    public let value: JSONValue?
    /// Which variant.
    public let variant: VariantReference
    /// Whether the field is `customerId`, which a call's customer id overrides.
    let isCustomerID: Bool

    /// Makes a target.
    public init(field: String?, value: JSONValue?, variant: VariantReference) {
        self.field = field
        self.value = value
        self.variant = variant
        self.isCustomerID = field.map { $0.hasSameUTF8(as: EvaluationContext.customerIDField) } ?? false
    }
}

/// Sends those who fulfil all conditions to one variant.
public struct TargetingRule: Hashable, Sendable {
    /// The conditions, all of which must hold; empty matches everyone; `nil` when the record has no list: never matches.
    public let conditions: [Condition]?
    /// Which variant.
    public let variant: VariantReference

    /// Makes a rule.
    public init(conditions: [Condition]?, variant: VariantReference) {
        self.conditions = conditions
        self.variant = variant
    }
}

/// One test of one field of the context.
public struct Condition: Hashable, Sendable {
    /// The operators (docs/assignment.md §1). On an absent field every one of them is false.
    public enum Operator: String, Hashable, Sendable, CaseIterable {
        /// Equal.
        case equal = "eq"
        /// Not equal.
        case notEqual = "neq"
        /// One of a list.
        case oneOf = "in"
        /// None of a list.
        case noneOf = "nin"
        /// Has the text somewhere.
        case contains
        /// Begins with the text.
        case startsWith
        /// Ends with the text.
        case endsWith
    }

    /// The field; `nil` when the record has none: the condition is false.
    public let field: String?
    /// The operator as written; `nil` when the record has none.
    public let operatorName: String?
    /// The operator; `nil` when the name is none of the seven: the condition is false.
    public let `operator`: Operator?
    /// What the field is compared with; `nil` when the record has nothing.
    public let value: JSONValue?
    /// The value as the comparison needs it.
    let operand: Operand
    /// Whether the field is `customerId`.
    let isCustomerID: Bool

    /// A condition's value, unwrapped once.
    enum Operand: Hashable, Sendable {
        case text(String)
        case texts([String])
        case other
    }

    /// Makes a condition.
    public init(field: String?, operatorName: String?, value: JSONValue?) {
        self.field = field
        self.operatorName = operatorName
        self.operator = operatorName.flatMap { name in
            Operator.allCases.first { $0.rawValue.hasSameUTF8(as: name) }
        }
        self.value = value
        switch value {
        case .string(let text): self.operand = .text(text)
        case .array(let elements): self.operand = .texts(elements.compactMap(\.string))
        default: self.operand = .other
        }
        self.isCustomerID = field.map { $0.hasSameUTF8(as: EvaluationContext.customerIDField) } ?? false
    }

    /// Whether that value of the field fulfils the condition.
    func isFulfilled(by seen: String) -> Bool {
        switch (self.operator, operand) {
        case (.equal, .text(let text)): seen.hasSameUTF8(as: text)
        case (.notEqual, .text(let text)): !seen.hasSameUTF8(as: text)
        case (.notEqual, _): true
        case (.oneOf, .texts(let texts)): texts.contains { $0.hasSameUTF8(as: seen) }
        case (.noneOf, .texts(let texts)): !texts.contains { $0.hasSameUTF8(as: seen) }
        case (.contains, .text(let text)): seen.containsUTF8(text)
        case (.startsWith, .text(let text)): seen.hasUTF8Prefix(text)
        case (.endsWith, .text(let text)): seen.hasUTF8Suffix(text)
        default: false
        }
    }
}

/// The `variantIndex` of a target or rule.
public struct VariantReference: Hashable, Sendable {
    /// The index, counted from 0, where the record has a whole JSON number (`2`, `2.0`); it may be out of range.
    public let index: Int?
    /// What the record says; `nil` when it says nothing.
    public let written: JSONValue?

    /// Reads a reference.
    public init(_ written: JSONValue?) {
        self.written = written
        if case .number(let number) = written {
            self.index = number.int64.flatMap { Int(exactly: $0) }
        } else {
            self.index = nil
        }
    }

    /// A reference to that variant.
    public init(index: Int) {
        self.init(.number(JSONNumber(index)))
    }
}
