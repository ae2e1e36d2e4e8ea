import OrderedJSON
import SpanCodec

/// Takes out of what leaves the machine what is not to leave it: secrets, whatever they stand in, and fields that were named.
struct Redactor: Sendable {
    private let scanner: SecretScanner
    /// Names of fields whose values go, folded.
    private let names: Set<String>

    static let mark = "[redacted]"

    init(_ scanner: SecretScanner, fields: [String] = []) {
        self.scanner = scanner
        names = Set(fields.map { $0.lowercased() })
    }

    /// Whether a field of that name goes.
    func hides(_ name: String) -> Bool { !names.isEmpty && names.contains(name.lowercased()) }

    /// A value that stands under a name.
    func field(_ name: String, _ text: String?) -> String? {
        guard let text else { return nil }
        return hides(name) ? Self.mark : self.text(text)
    }

    /// A text, and the JSON that it may be.
    func text(_ text: String) -> String {
        let masked = scanner.masked(text).text
        guard !names.isEmpty else { return masked }
        if let first = masked.utf8.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let json = try? JSONValue(parsing: Array(masked.utf8), allowsLoneSurrogates: true)
        {
            return withoutFields(json).compactText
        }
        return withoutAssignments(masked)
    }

    /// A value.
    func json(_ value: JSONValue) -> JSONValue {
        let masked = scanner.masked(value.compactText).text
        let read = (try? JSONValue(parsing: Array(masked.utf8), allowsLoneSurrogates: true)) ?? .string(masked)
        return names.isEmpty ? read : withoutFields(read)
    }

    private func withoutFields(_ value: JSONValue, depth: Int = 0) -> JSONValue {
        guard depth < 200 else { return .string(Self.mark) }
        switch value {
        case .object(let members):
            return .object(
                members.map { member in
                    JSONMember(
                        member.name,
                        hides(member.name) ? .string(Self.mark) : withoutFields(member.value, depth: depth + 1))
                })
        case .array(let values): return .array(values.map { withoutFields($0, depth: depth + 1) })
        case .string(let text): return .string(self.text(text))
        default: return value
        }
    }

    /// `name: value` and `name=value` in plain text, with or without quotes, up to the end of the word or the quote.
    private func withoutAssignments(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let sign = rest.firstIndex(where: { $0 == ":" || $0 == "=" }) {
            let before = rest[..<sign]
            result += rest[...sign]
            rest = rest[rest.index(after: sign)...]
            let name = before.reversed().drop { $0 == "\"" || $0 == "'" || $0 == " " }
                .prefix { $0.isLetter || $0.isNumber || "_-.".contains($0) }
            guard hides(String(name.reversed())) else { continue }
            let spaces = rest.prefix { $0 == " " }
            rest = rest[spaces.endIndex...]
            result += spaces + Self.mark
            if let quote = rest.first, quote == "\"" || quote == "'" {
                rest = rest.dropFirst().drop { $0 != quote }.dropFirst()
            } else {
                rest = rest.drop { !$0.isWhitespace && $0 != "," && $0 != ";" }
            }
        }
        return result + rest
    }
}
