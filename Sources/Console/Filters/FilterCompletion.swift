import Display
import TraceModel

/// What may take the place of the word that is being typed at the end of a filter's text.
struct FilterCompletion: Sendable {
    /// One possibility.
    struct Candidate: Hashable, Sendable {
        /// What takes the word's place.
        var text: String
        /// An example of a field, or how many spans have a value.
        var about: String
    }

    /// Where the word begins, in characters; a dash before it is left out.
    let start: Int
    let word: String
    /// The word cut at its sign: `model`, `:`, `gpt`.
    private let field: String
    private let sign: String
    private let value: String

    init(_ typed: some Collection<Character>) {
        let typed = Array(typed)
        start = Self.start(of: typed)
        word = String(typed[start...])
        let cut = word.firstIndex { ":<>=".contains($0) } ?? word.endIndex
        let end = word[cut...].firstIndex { !":<>=".contains($0) } ?? word.endIndex
        field = String(word[..<cut])
        sign = String(word[cut..<end])
        value = word[end...].filter { $0 != "\"" }
    }

    private static func start(of typed: [Character]) -> Int {
        var (start, isQuoted, isEscaped) = (0, false, false)
        for (place, character) in typed.enumerated() {
            if isQuoted {
                if character == "\"", !isEscaped { isQuoted = false }
                isEscaped = character == "\\" && !isEscaped
            } else if character.isWhitespace || "()".contains(character) || (place == start && "-!".contains(character))
            {
                start = place + 1
            } else if character == "\"" {
                isQuoted = true
            }
        }
        return start
    }

    /// Where the values are read that the word may become; `nil` where it needs none.
    var source: ValueSource? {
        if sign.isEmpty { return field.hasPrefix("attr.") ? .attributeNames : nil }
        guard sign == ":" else { return nil }
        switch field {
        case "model", "provider", "customer", "config", "variant", "prompt", "tag", "session", "error":
            return UsageField(name: field).map(ValueSource.field)
        case let field where field.hasPrefix("attr.") && field.count > 5: return .attribute(String(field.dropFirst(5)))
        default: return nil
        }
    }

    /// The possibilities, the likely first.
    func candidates(_ known: [ValueSource: [ValueSource.Value]]) -> [Candidate] {
        guard !word.hasPrefix("\"") else { return [] }
        if sign.isEmpty { return fields(known[.attributeNames] ?? []) }
        guard SpanFilterParser.fieldNames.contains(field) || field.hasPrefix("attr.") else { return otherFields }
        if let source { return values(known[source]?.map { ($0.text, Figure.count($0.spans, "span")) } ?? []) }
        return sign == ":" ? values((SpanFilterParser.usualValues[field] ?? []).map { ($0, "") }) : []
    }

    private func fields(_ attributes: [ValueSource.Value]) -> [Candidate] {
        if field.hasPrefix("attr.") {
            return values(attributes.map { ("attr." + $0.text, Figure.count($0.spans, "span")) }, looking: field) {
                $0 + ":"
            }
        }
        let examples = SpanFilterParser.examples
        let begun = examples.filter { $0.field.hasPrefix(field.lowercased()) }
        let near = begun.isEmpty ? SpanFilterParser.fields(near: field) : []
        return (begun + examples.filter { near.contains($0.field) }).map {
            Candidate(text: $0.field + Self.sign(of: $0.field), about: $0.example)
        }
    }

    /// For a field that there is not: those like it with what was typed, then all others, of which hardly one takes it.
    private var otherFields: [Candidate] {
        let near = SpanFilterParser.fields(near: field)
        let examples = SpanFilterParser.examples
        let alike = near.flatMap { name in examples.filter { $0.field == name } }
        let others = examples.filter { !near.contains($0.field) }
        return alike.map { Candidate(text: $0.field + sign + value, about: $0.example) }
            + others.map { Candidate(text: $0.field + Self.sign(of: $0.field), about: $0.example) }
    }

    private static func sign(of field: String) -> String {
        if SpanFilter.NumberField(rawValue: field) != nil { return ">" }
        return field == "attr." ? "" : ":"
    }

    private func values(_ all: [(text: String, about: String)]) -> [Candidate] {
        values(all, looking: value) { FilterText.condition(field, $0) }
    }

    /// Values that begin with what is typed, then those that hold it.
    private func values(
        _ all: [(text: String, about: String)], looking typed: String, _ condition: (String) -> String
    ) -> [Candidate] {
        let wanted = FoldedText(typed)
        var begun: [Candidate] = []
        var holding: [Candidate] = []
        for (text, about) in all {
            let folded = FoldedText(text)
            let candidate = Candidate(text: condition(text), about: about)
            if folded.bytes.starts(with: wanted.bytes) {
                begun.append(candidate)
            } else if folded.contains(wanted) {
                holding.append(candidate)
            }
        }
        return Array((begun + holding).prefix(200))
    }
}
