import OrderedJSON

/// What the published TypeScript SDK (0.2.28) answers for a record, its crashes included: for the simulator's notices.
struct TypeScriptReference {
    let record: JSONValue
    let bucket: Int
    let context: EvaluationContext

    /// A `TypeError` that ends the call.
    struct Raised: Error {}

    /// A property's value as JavaScript sees it.
    private enum Seen {
        case undefined
        case text(String)
        /// Something inherited from `Object.prototype`.
        case inherited
    }

    /// The answer.
    func answer() -> ReferenceAnswer {
        do throws(Raised) {
            guard let model = try assignedModel() else { return .other("undefined") }
            if case .string(let text) = model { return .model(text) }
            return .other(model.kindInWords)
        } catch {
            return .fallbackOrError("TypeError")
        }
    }

    private func assignedModel() throws(Raised) -> JSONValue? {
        let variants = try variants()
        if let index = try targetedIndex(), let chosen = element(index, of: variants), isTrue(chosen) {
            return chosen["model"]
        }
        guard let last = variants.last, last != .null else { throw Raised() }
        let fallThrough = last["model"]
        var sum = 0.0
        for variant in variants {
            if variant == .null { throw Raised() }
            let scaled = JavaScriptNumber.value(of: variant["weight"]) * 10000
            sum += scaled
            if Double(bucket) < sum { return variant["model"] }
        }
        return fallThrough
    }

    /// `Object.values` of what is no list.
    private func variants() throws(Raised) -> [JSONValue] {
        switch record["variants"] {
        case .array(let list): return list
        case nil, .null: throw Raised()
        case .string(let text): return text.unicodeScalars.map { .string(String($0)) }
        case .object(let members): return JavaScriptOrder.members(members).map(\.value)
        default: return []
        }
    }

    /// The element at a property key; lists have no other properties that matter here.
    private func element(_ index: JSONValue, of variants: [JSONValue]) -> JSONValue? {
        let place: Int?
        switch index {
        case .number(let number): place = number.int64.flatMap { Int(exactly: $0) }
        case .string(let text): place = JavaScriptOrder.arrayIndex(text)
        default: place = nil
        }
        guard let place, place >= 0, place < variants.count else { return nil }
        return variants[place]
    }

    private func targetedIndex() throws(Raised) -> JSONValue? {
        guard let targeting = record["targeting"], isTrue(targeting),
            targeting["enabled"] != .bool(false)
        else { return nil }
        for target in try elements(targeting["individualTargets"]) {
            if target == .null { throw Raised() }
            let isEqual: Bool
            switch (lookUp(target["field"]), target["value"]) {
            case (.undefined, nil): isEqual = true
            case (.text(let seen), .string(let wanted)): isEqual = seen.hasSameUTF8(as: wanted)
            default: isEqual = false
            }
            if isEqual { return target["variantIndex"] }
        }
        for rule in try elements(targeting["rules"]) {
            if rule == .null { throw Raised() }
            guard case .array(let conditions) = rule["conditions"] else { throw Raised() }
            if try allHold(conditions) { return rule["variantIndex"] }
        }
        return nil
    }

    private func allHold(_ conditions: [JSONValue]) throws(Raised) -> Bool {
        for condition in conditions {
            if condition == .null { throw Raised() }
            let parsed = Condition(
                field: nil, operatorName: condition["operator"]?.string, value: condition["value"])
            switch lookUp(condition["field"]) {
            case .undefined: return false
            case .text(let seen): if !parsed.isFulfilled(by: seen) { return false }
            case .inherited:
                switch (parsed.operator, parsed.operand) {
                case (.notEqual, _), (.noneOf, .texts): continue
                case (.contains, .text), (.startsWith, .text), (.endsWith, .text): throw Raised()
                default: return false
                }
            }
        }
        return true
    }

    private func elements(_ value: JSONValue?) throws(Raised) -> [JSONValue] {
        guard let value, isTrue(value) else { return [] }
        switch value {
        case .array(let list): return list
        case .string(let text): return text.unicodeScalars.map { .string(String($0)) }
        default: throw Raised()
        }
    }

    private func lookUp(_ field: JSONValue?) -> Seen {
        let name: String
        switch field {
        case nil: name = "undefined"
        case .null: name = "null"
        case .string(let text): name = text
        case .number(let number): name = number.int64.map { String($0) } ?? number.text
        case .bool(let flag): name = flag ? "true" : "false"
        case .array: name = ""
        case .object: name = "[object Object]"
        }
        if let value = context[name] { return .text(value) }
        return JavaScriptOrder.isInherited(name) ? .inherited : .undefined
    }

    private func isTrue(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false), .string(""): false
        case .number(let number): number.double != 0
        default: true
        }
    }
}

/// Facts about JavaScript objects that decide what the TypeScript SDK does.
enum JavaScriptOrder {
    /// The members in JavaScript's order: names that are array indices first, ascending, then the rest as written.
    static func members(_ members: [JSONMember]) -> [JSONMember] {
        let kept = JSONValue.object(members).objectValuesInOrder ?? []
        let indexed = kept.compactMap { member in arrayIndex(member.name).map { ($0, member) } }
        return indexed.sorted { $0.0 < $1.0 }.map(\.1) + kept.filter { arrayIndex($0.name) == nil }
    }

    /// The array index that a name is (`0`, `17`, not `01`), if it is one.
    static func arrayIndex(_ name: String) -> Int? {
        guard let value = UInt32(name), value < .max, String(value).hasSameUTF8(as: name) else { return nil }
        return Int(value)
    }

    /// Whether every object has a property of that name from `Object.prototype`.
    static func isInherited(_ name: String) -> Bool {
        let names = [
            "constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable",
            "toLocaleString", "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__",
            "__lookupSetter__",
        ]
        return names.contains { $0.hasSameUTF8(as: name) }
    }
}

/// JavaScript's conversion to a number.
enum JavaScriptNumber {
    /// The number that arithmetic makes of a value; NaN where there is none.
    static func value(of json: JSONValue?) -> Double {
        switch json {
        case nil, .object: .nan
        case .null: 0
        case .bool(let flag): flag ? 1 : 0
        case .number(let number): number.double
        case .string(let text): value(ofText: text)
        case .array(let elements):
            elements.isEmpty ? 0 : elements.count == 1 ? value(ofElement: elements[0]) : .nan
        }
    }

    private static func value(ofElement element: JSONValue) -> Double {
        switch element {
        case .null: 0
        case .bool: .nan
        default: value(of: element)
        }
    }

    private static func value(ofText text: String) -> Double {
        let isSpace = { (scalar: Unicode.Scalar) in
            scalar.value == 0xFEFF
                || (PythonSpace.contains(scalar) && !(0x1C...0x1F).contains(scalar.value)
                    && scalar.value != 0x85)
        }
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
        while let last = scalars.last, isSpace(last) { scalars.removeLast() }
        let trimmed = String(scalars)
        if trimmed.isEmpty { return 0 }
        switch trimmed {
        case "Infinity", "+Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: break
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where trimmed.lowercased().hasPrefix(prefix) {
            let digits = trimmed.dropFirst(2)
            guard digits.allSatisfy({ $0.isHexDigit }), let value = UInt64(digits, radix: radix) else { return .nan }
            return Double(value)
        }
        return Weight.number(in: trimmed) ?? .nan
    }
}
