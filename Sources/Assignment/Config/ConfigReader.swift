import OrderedJSON

/// Reads the parts of a config record, keeping what is malformed and noting it.
enum ConfigReader {
    /// The variants and the form in which the record gives them.
    static func variants(
        _ value: JSONValue?, _ problems: inout [ConfigProblem]
    ) -> (variants: [Variant], form: VariantForm) {
        var variants: [Variant] = []
        var form = VariantForm.list
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                variants.append(variant(name: nil, element, path: "variants[\(index)]", &problems))
            }
        case .object:
            form = .object
            for member in value?.objectValuesInOrder ?? [] {
                variants.append(variant(name: member.name, member.value, path: "variants.\(member.name)", &problems))
            }
        default:
            form = .missing
            let found = value.map { "is \($0.kindInWords)" } ?? "is missing"
            problems.append(ConfigProblem(path: "variants", message: "\(found): every session gets an error"))
            return ([], form)
        }
        if variants.isEmpty {
            problems.append(ConfigProblem(path: "variants", message: "is empty: every session gets an error"))
        }
        return (variants, form)
    }

    private static func variant(
        name: String?, _ value: JSONValue, path: @autoclosure () -> String, _ problems: inout [ConfigProblem]
    ) -> Variant {
        let variant = Variant(name: name, record: value)
        guard case .object = value else {
            problems.append(
                ConfigProblem(
                    path: path(), message: "is \(value.kindInWords), not an object: sessions that reach it get an error"
                ))
            return variant
        }
        if variant.model == nil {
            let found = value.field("model").map { "is \($0.kindInWords), not text" } ?? "is missing"
            problems.append(
                ConfigProblem(path: path() + ".model", message: "\(found): sessions assigned to it get an error"))
        }
        if variant.weight.percent == nil {
            let found = variant.weight.written.map { "is \($0.kindInWords), not a number" } ?? "is missing"
            problems.append(
                ConfigProblem(
                    path: path() + ".weight", message: "\(found): sessions whose walk reaches it get an error"))
        }
        return variant
    }

    /// The targeting; `nil` when there is none.
    static func targeting(
        _ value: JSONValue?, variantCount: Int, problems: inout [ConfigProblem]
    ) -> Targeting? {
        guard let value, value != .null else { return nil }
        guard case .object(let members) = value else {
            problems.append(
                ConfigProblem(path: "targeting", message: "is \(value.kindInWords), not an object: nobody is targeted"))
            return nil
        }
        if members.isEmpty { return nil }
        let enabled = value.field("enabled")
        if let enabled, enabled != .bool(true), enabled != .bool(false) {
            problems.append(
                ConfigProblem(
                    path: "targeting.enabled", message: "is \(enabled.kindInWords): only false switches targeting off"))
        }
        let targets = list(value.field("individualTargets"), path: "targeting.individualTargets", &problems)
        let rules = list(value.field("rules"), path: "targeting.rules", &problems)
        return Targeting(
            isEnabled: enabled != .bool(false),
            individualTargets: targets.enumerated().map { index, element in
                target(element, "targeting.individualTargets[\(index)]", variantCount, &problems)
            },
            rules: rules.enumerated().map { index, element in
                rule(element, "targeting.rules[\(index)]", variantCount, &problems)
            })
    }

    private static func list(_ value: JSONValue?, path: String, _ problems: inout [ConfigProblem]) -> [JSONValue] {
        switch value {
        case nil: return []
        case .array(let elements): return elements
        case .some(let other):
            problems.append(
                ConfigProblem(path: path, message: "is \(other.kindInWords), not a list: it is taken as empty"))
            return []
        }
    }

    private static func target(
        _ value: JSONValue, _ path: @autoclosure () -> String, _ variantCount: Int, _ problems: inout [ConfigProblem]
    ) -> IndividualTarget {
        let target = IndividualTarget(
            field: value.field("field")?.string, value: value.field("value"),
            variant: VariantReference(value.field("variantIndex")))
        guard case .object = value else {
            problems.append(
                ConfigProblem(path: path(), message: "is \(value.kindInWords), not an object: it never matches"))
            return target
        }
        if target.field == nil {
            problems.append(ConfigProblem(path: path() + ".field", message: "is not text: the target never matches"))
        }
        switch target.value {
        case .string: break
        case nil:
            problems.append(
                ConfigProblem(
                    path: path() + ".value",
                    message: "is missing: the target never matches here, while the published SDKs send everyone "
                        + "without the field to it"))
        case .some(let other):
            problems.append(
                ConfigProblem(path: path() + ".value", message: "is \(other.kindInWords), not text: it never matches"))
        }
        reference(target.variant, path(), variantCount, &problems)
        return target
    }

    private static func rule(
        _ value: JSONValue, _ path: @autoclosure () -> String, _ variantCount: Int, _ problems: inout [ConfigProblem]
    ) -> TargetingRule {
        let variant = VariantReference(value.field("variantIndex"))
        guard case .object = value else {
            problems.append(
                ConfigProblem(path: path(), message: "is \(value.kindInWords), not an object: it never matches"))
            return TargetingRule(conditions: nil, variant: variant)
        }
        defer { reference(variant, path(), variantCount, &problems) }
        guard case .array(let elements) = value.field("conditions") else {
            let found = value.field("conditions").map { "is \($0.kindInWords), not a list" } ?? "is missing"
            problems.append(
                ConfigProblem(path: path() + ".conditions", message: "\(found): the rule never matches"))
            return TargetingRule(conditions: nil, variant: variant)
        }
        let conditions = elements.enumerated().map { index, element in
            condition(element, "\(path()).conditions[\(index)]", &problems)
        }
        return TargetingRule(conditions: conditions, variant: variant)
    }

    private static func condition(
        _ value: JSONValue, _ path: @autoclosure () -> String, _ problems: inout [ConfigProblem]
    ) -> Condition {
        let condition = Condition(
            field: value.field("field")?.string, operatorName: value.field("operator")?.string,
            value: value.field("value"))
        guard case .object = value else {
            problems.append(ConfigProblem(path: path(), message: "is \(value.kindInWords), not an object: it is false"))
            return condition
        }
        if condition.field == nil {
            problems.append(ConfigProblem(path: path() + ".field", message: "is not text: the condition is false"))
        }
        guard let `operator` = condition.operator else {
            let found = condition.operatorName.map { "'\($0)' is no operator" } ?? "is missing"
            let known = Condition.Operator.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append(
                ConfigProblem(
                    path: path() + ".operator", message: "\(found): the condition is false (operators: \(known))"))
            return condition
        }
        if let fault = operandFault(`operator`, condition) {
            problems.append(ConfigProblem(path: path() + ".value", message: fault))
        }
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

    private static func reference(
        _ variant: VariantReference, _ path: @autoclosure () -> String, _ variantCount: Int,
        _ problems: inout [ConfigProblem]
    ) {
        let after = "a match ends targeting and the weights decide"
        guard let index = variant.index else {
            let found = variant.written.map { "is \($0.kindInWords), not a whole number" } ?? "is missing"
            problems.append(ConfigProblem(path: path() + ".variantIndex", message: "\(found): \(after)"))
            return
        }
        if index < 0 || index >= variantCount {
            problems.append(
                ConfigProblem(
                    path: path() + ".variantIndex",
                    message: "\(index) is out of range, there are \(variantCount) variants: \(after)"))
        }
    }
}
