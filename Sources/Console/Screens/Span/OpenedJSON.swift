import OrderedJSON
import TraceModel

/// JSON that stands in an attribute as text, opened like any other value. What is copied stays the text.
enum OpenedJSON {
    /// Longer texts are read in the record.
    private static let longest = 1 << 20

    /// The members or elements; nothing for a text that is no object and no list.
    static func children(of text: String) -> [(name: String, value: AttributeValue)] {
        guard text.utf8.count <= longest, let first = text.utf8.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let json = try? JSONValue(parsing: Array(text.utf8), allowsLoneSurrogates: true)
        else { return [] }
        switch json {
        case .object(let members): return members.map { ($0.name, value(of: $0.value)) }
        case .array(let values): return values.enumerated().map { ("\($0)", value(of: $1)) }
        default: return []
        }
    }

    private static func value(of json: JSONValue) -> AttributeValue {
        switch json {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let number): number.int64.map(AttributeValue.int) ?? .double(number.double)
        case .string(let text): .string(text)
        case .array(let values): .array(values.map { value(of: $0) })
        case .object(let members): .map(AttributeMap(members.map { AttributeMap.Entry($0.name, value(of: $0.value)) }))
        }
    }
}
