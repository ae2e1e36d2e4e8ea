import OrderedJSON

/// What the published Python SDK (0.2.7) answers for a record, its crashes included: for the simulator's notices.
struct PythonReference {
    let record: JSONValue
    let bucket: Int
    let context: EvaluationContext

    /// What ends a call: an exception of that name.
    struct Raised: Error {
        let name: String
        init(_ name: String) { self.name = name }
    }

    /// The answer.
    func answer() -> ReferenceAnswer {
        do throws(Raised) {
            let model = try assignedModel()
            switch record["version"] {
            case .null, .string, .array, .object: throw Raised("TypeError")
            default: break
            }
            if case .string(let text) = model { return .model(text) }
            return .other(model == .null ? "None" : model.kindInWords)
        } catch {
            return error.name == "ValueError" ? .error(error.name) : .fallbackOrError(error.name)
        }
    }

    private func assignedModel() throws(Raised) -> JSONValue {
        guard let raw = record["variants"] else { throw Raised("KeyError") }
        let variants: [JSONValue]?
        switch raw {
        case .array(let list): variants = list
        case .object: variants = raw.objectValuesInOrder?.map(\.value) ?? []
        default: variants = nil
        }
        if let index = try targetedIndex() {
            if let chosen = try self.variant(at: index, of: variants) { return try item(chosen, "model") }
        }
        guard let variants else { throw Raised("TypeError") }
        return try weighted(variants)
    }

    private func weighted(_ variants: [JSONValue]) throws(Raised) -> JSONValue {
        guard let last = variants.last else { throw Raised("IndexError") }
        let fallThrough = try item(last, "model")
        var sum = 0.0
        for variant in variants {
            let scaled = try number(try item(variant, "weight")) * 10000
            sum += scaled
            let model = try item(variant, "model")
            if Double(bucket) < sum { return model }
        }
        return fallThrough
    }

    /// The element that a matched index names; `nil` when the index is too large.
    private func variant(at index: JSONValue, of variants: [JSONValue]?) throws(Raised) -> JSONValue? {
        guard let variants else { throw Raised("TypeError") }
        switch index {
        case .bool(let flag): return element(flag ? 1 : 0, of: variants)
        case .number(let number):
            guard number.double < Double(variants.count) else { return nil }
            guard let whole = Int(number.text) else { throw Raised("TypeError") }
            guard whole >= -variants.count else { throw Raised("IndexError") }
            return element(whole < 0 ? whole + variants.count : whole, of: variants)
        default: throw Raised("TypeError")
        }
    }

    private func element(_ index: Int, of variants: [JSONValue]) -> JSONValue? {
        index < variants.count ? variants[index] : nil
    }

    /// The index that targeting returns; `nil` for Python's `None`.
    private func targetedIndex() throws(Raised) -> JSONValue? {
        guard let targeting = record["targeting"], isTrue(targeting) else { return nil }
        guard case .object = targeting else { throw Raised("AttributeError") }
        if targeting["enabled"] == .bool(false) { return nil }
        for target in try elements(targeting, "individualTargets") {
            guard case .object = target else { throw Raised("AttributeError") }
            let seen = try lookUp(target["field"])
            let wanted = target["value"] ?? .null
            let isEqual: Bool
            switch (seen, wanted) {
            case (nil, .null): isEqual = true
            case (let seen?, .string(let text)): isEqual = seen.hasSameUTF8(as: text)
            default: isEqual = false
            }
            if isEqual { return present(target["variantIndex"]) }
        }
        for rule in try elements(targeting, "rules") {
            guard case .object = rule else { throw Raised("AttributeError") }
            if try allHold(rule) { return present(rule["variantIndex"]) }
        }
        return nil
    }

    private func allHold(_ rule: JSONValue) throws(Raised) -> Bool {
        for condition in try elements(rule, "conditions") {
            guard case .object = condition else { throw Raised("AttributeError") }
            guard let seen = try lookUp(condition["field"]) else { return false }
            let parsed = Condition(
                field: nil, operatorName: condition["operator"]?.string, value: condition["value"])
            if !parsed.isFulfilled(by: seen) { return false }
        }
        return true
    }

    private func present(_ value: JSONValue?) -> JSONValue? { value == .null ? nil : value }

    private func lookUp(_ field: JSONValue?) throws(Raised) -> String? {
        switch field {
        case .string(let name): return context[name]
        case .array, .object: throw Raised("TypeError")
        default: return nil
        }
    }

    /// What Python iterates over; an element that is no object raises when its turn comes.
    private func elements(_ owner: JSONValue, _ name: String) throws(Raised) -> [JSONValue] {
        switch owner[name] {
        case nil: return []
        case .array(let list):
            return list
        case .string(let text):
            if text.isEmpty { return [] }
            throw Raised("AttributeError")
        case .object(let members):
            if members.isEmpty { return [] }
            throw Raised("AttributeError")
        default: throw Raised("TypeError")
        }
    }

    private func item(_ value: JSONValue, _ name: String) throws(Raised) -> JSONValue {
        guard case .object = value else { throw Raised("TypeError") }
        guard let item = value[name] else { throw Raised("KeyError") }
        return item
    }

    private func isTrue(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false), .string(""): false
        case .number(let number): number.double != 0
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        default: true
        }
    }

    /// Python's `float()`.
    private func number(_ value: JSONValue) throws(Raised) -> Double {
        switch value {
        case .number(let number):
            let isInteger = !number.text.utf8.contains { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 }
            if isInteger, number.double.isInfinite { throw Raised("OverflowError") }
            return number.double
        case .bool(let flag): return flag ? 1 : 0
        case .string(let text):
            if let number = Weight.number(in: text) ?? pythonOnlyNumber(in: text) { return number }
            throw Raised("ValueError")
        default: throw Raised("TypeError")
        }
    }

    /// Texts that only Python takes as a number: infinities, NaN and digits with underscores between them.
    private func pythonOnlyNumber(in text: String) -> Double? {
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, PythonSpace.contains(first) { scalars.removeFirst() }
        while let last = scalars.last, PythonSpace.contains(last) { scalars.removeLast() }
        let trimmed = String(scalars).lowercased()
        let unsigned = trimmed.hasPrefix("-") || trimmed.hasPrefix("+") ? String(trimmed.dropFirst()) : trimmed
        let sign = trimmed.hasPrefix("-") ? -1.0 : 1.0
        switch unsigned {
        case "inf", "infinity": return sign * .infinity
        case "nan": return .nan
        default: break
        }
        let bytes = Array(unsigned.utf8)
        let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
        for (index, byte) in bytes.enumerated() where byte == 0x5F {
            guard index > 0, index + 1 < bytes.count, isDigit(bytes[index - 1]), isDigit(bytes[index + 1]) else {
                return nil
            }
        }
        return Weight.number(in: trimmed.filter { $0 != "_" })
    }
}
