/// A JSON value that keeps what it was given: members in their order, repeated names, numbers as they were written.
///
/// Assignment and prompts depend on both (variants given as an object are walked in document order; a large integer in
/// a template is exact), and an inspector should show what came, not what a `Double` made of it.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as written.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members in document order.
    case object([JSONMember])
}

/// One member of a JSON object.
public struct JSONMember: Hashable, Sendable {
    /// The member's name.
    public var name: String
    /// Its value.
    public var value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// A JSON number as it was written, so that no digit is lost.
public struct JSONNumber: Hashable, Sendable {
    /// The digits as written, valid by RFC 8259.
    public let text: String

    /// Takes text that is known to be a valid JSON number.
    init(validated text: String) {
        self.text = text
    }

    /// Makes a number from an integer.
    public init(_ value: some FixedWidthInteger) {
        self.text = String(value)
    }

    /// Makes a number from a finite double, shortest form that reads back the same; `nil` for NaN and infinities.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.text = value.description
    }

    /// Takes text that is a JSON number and nothing else; `nil` for other text.
    public init?(_ text: String) {
        var text = text
        guard text.withUTF8({ JSONScanner.isNumber(UnsafeRawBufferPointer($0)) }) else { return nil }
        self.text = text
    }

    /// The value as a double.
    public var double: Double { Double(text) ?? .nan }

    /// The value as a whole number, if it is one in range, however it is written (`2`, `2.0`, `2e0`).
    public var int64: Int64? {
        var text = text
        return Int64(text) ?? text.withUTF8 { exactInteger(UnsafeRawBufferPointer($0)) }
    }
}
