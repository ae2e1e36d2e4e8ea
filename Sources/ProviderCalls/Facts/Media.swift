package import OrderedJSON

extension JSONValue {
    /// Longer texts of base64 are media, shorter ones may be anything and are kept.
    private static let longestInline = 4096

    /// The value with what pictures, sounds and files it holds as their size, type and hash: a picture of five megabytes
    /// tells nobody anything in a span.
    package var withoutMedia: JSONValue {
        switch self {
        case .string(let text): Media.summary(of: text).map(JSONValue.string) ?? self
        case .array(let elements): .array(elements.map(\.withoutMedia))
        case .object(let members): .object(members.map { JSONMember($0.name, $0.value.withoutMedia) })
        case .null, .bool, .number: self
        }
    }

    /// What stands in the place of media.
    enum Media {
        /// `[5242880 bytes, sha256 …]`, behind the type where the text says it; `nil` for what is kept as it is.
        static func summary(of text: String) -> String? {
            guard text.utf8.count > longestInline else { return nil }
            guard text.hasPrefix("data:") else { return plain(text) }
            guard let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) else { return nil }
            let head = text[..<comma]
            let data = text[text.utf8.index(after: comma)...]
            let bytes = head.hasSuffix(";base64") ? Base64.decode(data.utf8) : nil
            let type = head.prefix { $0 != ";" }
            return "\(type),\(description(bytes ?? Array(data.utf8)))"
        }

        private static func plain(_ text: String) -> String? {
            guard Base64.isPlausible(text), let bytes = Base64.decode(text.utf8) else { return nil }
            return description(bytes)
        }

        private static func description(_ bytes: [UInt8]) -> String {
            "[\(bytes.count) bytes, sha256 \(SHA256.hex(of: bytes))]"
        }
    }
}
