import OrderedJSON

/// A field of comma-separated values (RFC 4180).
enum CSVField {
    /// A value; nothing for null.
    static func value(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): self.text(text)
        case .some(let value): value.compactText
        }
    }

    /// Quoted where it must be. A text that a spreadsheet would take for a formula gets an apostrophe before it: an id that
    /// somebody sent must not become one.
    static func text(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { text = "'" + text }
        let plain = text.unicodeScalars.allSatisfy { $0 != "," && $0 != "\"" && $0 != "\n" && $0 != "\r" }
        if plain { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
