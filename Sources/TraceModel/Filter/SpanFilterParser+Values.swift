extension SpanFilterParser {
    /// Values of fields that have few, and usual moments, the likely first: what is offered while a condition is typed.
    public static let usualValues: [String: [String]] = [
        "status": ["error", "ok", "running", "unset"], "kind": SpanKind.allCases.map(\.rawValue),
        "is": ["pinned", "run"], "has": ["note", "label"],
        "finish": ["stop", "length", "tool_calls", "content_filter"], "role": ["system", "user", "assistant", "tool"],
        "since": ["15m", "1h", "today", "yesterday", "7d", "14:00"], "until": ["1h", "today", "yesterday", "14:00"],
    ]

    /// Reads the value of a field that has no others than the usual ones; a pattern with `*` is let through when it can
    /// match any of them.
    func usual(_ field: String, _ value: Value) throws(FilterMistake) -> SpanFilter.TextPattern {
        let pattern = SpanFilter.TextPattern(value.text)
        let words = Self.usualValues[field] ?? []
        guard words.contains(where: pattern.matches) else {
            throw value.mistake("\"\(value.text)\" is none of its values", hint: "use " + words.joined(separator: ", "))
        }
        return pattern
    }
}
