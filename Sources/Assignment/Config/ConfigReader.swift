import OrderedJSON

/// Reads the parts of a config record, keeping what is malformed and noting it.
struct ConfigReader {
    /// What is malformed in what was read so far.
    private(set) var problems: [ConfigProblem] = []

    private mutating func tell(_ path: String, _ message: String) {
        problems.append(ConfigProblem(path: path, message: message))
    }

    /// What stands in the place of something else.
    private static func found(_ value: JSONValue?, not wanted: String) -> String {
        value.map { "is \($0.kindInWords), not \(wanted)" } ?? "is missing"
    }

    /// The variants and the form in which the record gives them.
    mutating func variants(_ value: JSONValue?) -> (variants: [Variant], form: VariantForm) {
        var variants: [Variant] = []
        var form = VariantForm.list
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                variants.append(variant(name: nil, element, path: "variants[\(index)]"))
            }
        case .object:
            form = .object
            for member in value?.objectValuesInOrder ?? [] {
                variants.append(variant(name: member.name, member.value, path: "variants.\(member.name)"))
            }
        default:
            let found = value.map { "is \($0.kindInWords)" } ?? "is missing"
            tell("variants", "\(found): every session gets an error")
            return ([], .missing)
        }
        if variants.isEmpty { tell("variants", "is empty: every session gets an error") }
        return (variants, form)
    }

    private mutating func variant(name: String?, _ value: JSONValue, path: @autoclosure () -> String) -> Variant {
        let variant = Variant(name: name, record: value)
        guard case .object = value else {
            tell(path(), "is \(value.kindInWords), not an object: sessions that reach it get an error")
            return variant
        }
        if variant.model == nil {
            let found = Self.found(value.field("model"), not: "text")
            tell(path() + ".model", "\(found): sessions assigned to it get an error")
        }
        if variant.weight.percent == nil {
            let found = Self.found(variant.weight.written, not: "a number")
            tell(path() + ".weight", "\(found): sessions whose walk reaches it get an error")
        }
        return variant
    }

    /// The targeting; `nil` when there is none.
    mutating func targeting(_ value: JSONValue?, variantCount: Int) -> Targeting? {
        guard let value, value != .null else { return nil }
        guard case .object(let members) = value else {
            tell("targeting", "is \(value.kindInWords), not an object: nobody is targeted")
            return nil
        }
        if members.isEmpty { return nil }
        let enabled = value.field("enabled")
        if let enabled, enabled != .bool(true), enabled != .bool(false) {
            tell("targeting.enabled", "is \(enabled.kindInWords): only false switches targeting off")
        }
        let targets = list(value.field("individualTargets"), path: "targeting.individualTargets")
        let rules = list(value.field("rules"), path: "targeting.rules")
        return Targeting(
            isEnabled: enabled != .bool(false),
            individualTargets: targets.enumerated().map { index, element in
                target(element, "targeting.individualTargets[\(index)]", variantCount)
            },
            rules: rules.enumerated().map { index, element in
                rule(element, "targeting.rules[\(index)]", variantCount)
            })
    }

    private mutating func list(_ value: JSONValue?, path: String) -> [JSONValue] {
        if let value, value.array == nil {
            tell(path, "is \(value.kindInWords), not a list: it is taken as empty")
        }
        return value?.array ?? []
    }

    private mutating func target(
        _ value: JSONValue, _ path: @autoclosure () -> String, _ variantCount: Int
    ) -> IndividualTarget {
        let target = IndividualTarget(
            field: value.field("field")?.string, value: value.field("value"),
            variant: VariantReference(value.field("variantIndex")))
        guard case .object = value else {
            tell(path(), "is \(value.kindInWords), not an object: it never matches")
            return target
        }
        if target.field == nil { tell(path() + ".field", "is not text: the target never matches") }
        switch target.value {
        case .string: break
        case nil:
            tell(
                path() + ".value",
                "is missing: the target never matches here, while the published SDKs send everyone "
                    + "without the field to it")
        case .some(let other): tell(path() + ".value", "is \(other.kindInWords), not text: it never matches")
        }
        reference(target.variant, path(), variantCount)
        return target
    }

    private mutating func rule(
        _ value: JSONValue, _ path: @autoclosure () -> String, _ variantCount: Int
    ) -> TargetingRule {
        let variant = VariantReference(value.field("variantIndex"))
        guard case .object = value else {
            tell(path(), "is \(value.kindInWords), not an object: it never matches")
            return TargetingRule(conditions: nil, variant: variant)
        }
        defer { reference(variant, path(), variantCount) }
        guard case .array(let elements) = value.field("conditions") else {
            let found = Self.found(value.field("conditions"), not: "a list")
            tell(path() + ".conditions", "\(found): the rule never matches")
            return TargetingRule(conditions: nil, variant: variant)
        }
        let conditions = elements.enumerated().map { index, element in
            condition(element, "\(path()).conditions[\(index)]")
        }
        return TargetingRule(conditions: conditions, variant: variant)
    }

    private mutating func condition(_ value: JSONValue, _ path: @autoclosure () -> String) -> Condition {
        let condition = Condition(
            field: value.field("field")?.string, operatorName: value.field("operator")?.string,
            value: value.field("value"))
        guard case .object = value else {
            tell(path(), "is \(value.kindInWords), not an object: it is false")
            return condition
        }
        if condition.field == nil { tell(path() + ".field", "is not text: the condition is false") }
        guard let `operator` = condition.operator else {
            let found = condition.operatorName.map { "'\($0)' is no operator" } ?? "is missing"
            let known = Condition.Operator.allCases.map(\.rawValue).joined(separator: ", ")
            tell(path() + ".operator", "\(found): the condition is false (operators: \(known))")
            return condition
        }
        if let fault = Self.operandFault(`operator`, condition) { tell(path() + ".value", fault) }
        return condition
    }

    /// What is wrong with a condition's value for its operator.
    private static func operandFault(_ operator: Condition.Operator, _ condition: Condition) -> String? {
        let found = condition.value.map { "is \($0.kindInWords)" } ?? "is missing"
        switch (`operator`, condition.operand) {
        case (.oneOf, .texts(let texts)), (.noneOf, .texts(let texts)):
            if case .array(let all) = condition.value, all.count != texts.count {
                return "has elements that are not text: they equal no field"
            }
            return nil
        case (.oneOf, _), (.noneOf, _): return "\(found), not a list: the condition is false"
        case (_, .text): return nil
        case (.notEqual, _): return "\(found), not text: the condition is true whenever the field is there"
        default: return "\(found), not text: the condition is false"
        }
    }

    private mutating func reference(
        _ variant: VariantReference, _ path: @autoclosure () -> String, _ variantCount: Int
    ) {
        let after = "a match ends targeting and the weights decide"
        guard let index = variant.index else {
            tell(path() + ".variantIndex", "\(Self.found(variant.written, not: "a whole number")): \(after)")
            return
        }
        if index < 0 || index >= variantCount {
            tell(
                path() + ".variantIndex",
                "\(index) is out of range, there are \(variantCount) variants: \(after)")
        }
    }
}
