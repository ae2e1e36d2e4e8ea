package import Assignment
package import OrderedJSON

/// A target or rule as one types it: `plan eq enterprise and region startsWith eu- -> 1`.
///
/// Operators are the contract's own words. A value of `in` and `nin` is a list with commas; a value with a space, a comma
/// or a quote is written as a JSON string. No condition at all (`-> 0`) matches everyone.
package struct RuleText: Hashable, Sendable {
    /// One condition.
    package struct Part: Hashable, Sendable {
        package var field: String
        package var operation: Condition.Operator
        package var values: [String]
    }

    /// Why a text is no rule.
    package struct Mistake: Error, Hashable {
        package let message: String
    }

    package var parts: [Part]
    package var variantIndex: Int

    package init(parts: [Part], variantIndex: Int) {
        self.parts = parts
        self.variantIndex = variantIndex
    }

    /// Reads a text.
    package init(_ text: String, _ list: TargetingList) throws(Mistake) {
        var words = try RuleText.words(of: text)
        guard let arrow = words.lastIndex(of: .plain("->")), arrow == words.count - 2,
            let index = Int(words[arrow + 1].text)
        else { throw Mistake(message: "end it with -> and the variant's number: … -> 1") }
        words.removeSubrange(arrow...)
        variantIndex = index
        parts = []
        for condition in words.split(separator: .plain("and"), omittingEmptySubsequences: words.isEmpty) {
            parts.append(try RuleText.part(Array(condition)))
        }
        guard list == .rules || parts.count == 1 && parts[0].operation == .equal else {
            throw Mistake(message: "a target is one field and one value: customerId eq vip-1 -> 0")
        }
    }

    private static func part(_ words: [Word]) throws(Mistake) -> Part {
        guard words.count >= 3 else { throw Mistake(message: "a condition is field, operator, value") }
        guard let operation = Condition.Operator(rawValue: words[1].text) else {
            let known = Condition.Operator.allCases.map(\.rawValue).joined(separator: " ")
            throw Mistake(message: "\"\(words[1].text)\" is no operator; there are \(known)")
        }
        let isList = operation == .oneOf || operation == .noneOf
        let values = words[2...].filter { $0 != .plain(",") }.map(\.text)
        guard isList || values.count == 1 else {
            throw Mistake(message: "a value with spaces is written in quotes: \"two words\"")
        }
        return Part(field: words[0].text, operation: operation, values: values)
    }

    private enum Word: Hashable {
        case plain(String)
        case quoted(String)

        var text: String {
            switch self {
            case .plain(let text), .quoted(let text): text
            }
        }
    }

    private static func words(of text: String) throws(Mistake) -> [Word] {
        var words: [Word] = []
        var rest = text[...]
        while let first = rest.first {
            if first == " " {
                rest.removeFirst()
            } else if first == "," {
                words.append(.plain(","))
                rest.removeFirst()
            } else if first == "\"" {
                let end = closingQuote(of: rest)
                guard let end, let value = try? JSONValue(parsing: Array(rest[...end].utf8)), let word = value.string
                else { throw Mistake(message: "a quote is not closed") }
                words.append(.quoted(word))
                rest = rest[rest.index(after: end)...]
            } else {
                let word = rest.prefix { $0 != " " && $0 != "," }
                words.append(.plain(String(word)))
                rest = rest[word.endIndex...]
            }
        }
        return words
    }

    private static func closingQuote(of text: Substring) -> String.Index? {
        var isEscaped = false
        for index in text.indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == "\"" {
                return index
            }
        }
        return nil
    }
}

extension RuleText {
    /// What the API's record has in that list.
    package func record(_ list: TargetingList) -> JSONValue {
        if list == .targets, let part = parts.first {
            return .object([
                "field": .string(part.field), "value": .string(part.values.first ?? ""),
                "variantIndex": .number(variantIndex),
            ])
        }
        let conditions = parts.map { part in
            let isList = part.operation == .oneOf || part.operation == .noneOf
            return JSONValue.object([
                "field": .string(part.field), "operator": .string(part.operation.rawValue),
                "value": isList ? .array(part.values.map { .string($0) }) : .string(part.values.first ?? ""),
            ])
        }
        return .object(["conditions": .array(conditions), "variantIndex": .number(variantIndex)])
    }

    /// The text one would type.
    package var text: String {
        let conditions = parts.map { part in
            ([part.field, part.operation.rawValue].map(Self.word) + [part.values.map(Self.word).joined(separator: ", ")])
                .joined(separator: " ")
        }
        return (conditions.isEmpty ? "" : conditions.joined(separator: " and ") + " ") + "-> \(variantIndex)"
    }

    private static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && !["and", "->"].contains(text) && !text.contains { " ,\"\\".contains($0) }
        return isPlain ? text : JSONValue.string(text).compactText
    }
}

extension RuleText {
    /// A rule as text; `nil` when it holds something that this notation cannot say, and `E` has to edit it.
    package init?(_ rule: TargetingRule) {
        guard let conditions = rule.conditions, let index = rule.variant.index else { return nil }
        var parts: [Part] = []
        for condition in conditions {
            guard let field = condition.field, let operation = condition.operator else { return nil }
            switch condition.value {
            case .string(let text): parts.append(Part(field: field, operation: operation, values: [text]))
            case .array(let elements):
                let texts = elements.compactMap(\.string)
                guard texts.count == elements.count else { return nil }
                parts.append(Part(field: field, operation: operation, values: texts))
            default: return nil
            }
        }
        self.init(parts: parts, variantIndex: index)
    }

    /// A target as text.
    package init?(_ target: IndividualTarget) {
        guard let field = target.field, let value = target.value?.string, let index = target.variant.index else {
            return nil
        }
        self.init(parts: [Part(field: field, operation: .equal, values: [value])], variantIndex: index)
    }
}
