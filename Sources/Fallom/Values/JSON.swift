package import OrderedJSON

/// A JSON value that keeps what it was given: members in their order, repeated names, numbers as they were written.
///
/// ```swift
/// let tool: JSON = ["type": "object", "properties": ["city": ["type": "string"]]]
/// tool["properties"]?["city"]?["type"]?.string        // "string"
/// ```
///
/// It is written as a literal, made of the app's own values (``JSONConvertible``, ``init(encoding:)``) or read from text
/// (``init(parsing:)-(String)``), and decodes any `Decodable` (``decoded(as:)``).
public struct JSON: Hashable, Sendable {
    /// One member of an object.
    public struct Member: Hashable, Sendable {
        /// The member's name.
        public var name: String
        /// Its value.
        public var value: JSON

        /// Makes a member.
        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Why a text is not JSON, and where.
    public struct ParsingError: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong, and where: "line 1, column 7: a string holds a raw control character (0x0A)".
        public let description: String
        /// The line of the offence, from 1.
        public let line: Int
        /// The column of the offence in bytes, from 1.
        public let column: Int
    }

    package var value: JSONValue

    package init(_ value: JSONValue) { self.value = value }

    /// Reads one JSON text (RFC 8259, UTF-8, white space around it allowed). Half a surrogate pair is read as U+FFFD; values may
    /// be nested 512 deep, and there may be two million of them.
    public init(parsing bytes: some Collection<UInt8>) throws(ParsingError) {
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, allowsLoneSurrogates: true)
        } catch {
            throw ParsingError(description: error.description, line: error.line, column: error.column)
        }
    }

    /// Reads one JSON text from a string.
    public init(parsing text: String) throws(ParsingError) { try self.init(parsing: text.utf8) }

    /// `null`.
    public static let null = JSON(JSONValue.null)

    /// `true` or `false`.
    public static func bool(_ value: Bool) -> JSON { JSON(JSONValue.bool(value)) }

    /// A number.
    public static func number(_ value: some FixedWidthInteger) -> JSON { JSON(JSONValue.number(value)) }

    /// A number; `null` for NaN and infinities.
    public static func number(_ value: Double) -> JSON { JSON(JSONValue.number(value)) }

    /// A string.
    public static func string(_ text: String) -> JSON { JSON(JSONValue.string(text)) }

    /// A list.
    public static func array(_ elements: [JSON]) -> JSON { JSON(JSONValue.array(elements.map(\.value))) }

    /// An object of members in their order.
    public static func object(_ members: [Member]) -> JSON {
        JSON(JSONValue.object(members.map { JSONMember($0.name, $0.value.value) }))
    }

    /// An object of pairs in their order.
    public static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
        JSON(JSONValue.object(members.map { JSONMember($0.key, $0.value.value) }))
    }
}

extension JSON {
    /// The value of an object's last member of that name, compared byte by byte; `nil` when there is none or this is no object.
    /// Setting puts it in its place or at the end, `nil` takes it away; what is no object becomes one.
    public subscript(name: String) -> JSON? {
        get { value[name].map { JSON($0) } }
        set { value[name] = newValue?.value }
    }

    /// The element at that place; `nil` when there is none or this is no array. Setting replaces it, or appends it at the place
    /// after the last, `nil` takes it away; any other place is left alone.
    public subscript(index: Int) -> JSON? {
        get { value[index].map { JSON($0) } }
        set { value[index] = newValue?.value }
    }

    /// This object with a member set: in its place where it is there, else at the end. What is no object becomes one.
    public func setting(_ name: String, _ member: JSON) -> JSON { JSON(value.setting(name, member.value)) }

    /// The text, if this is a string.
    public var string: String? { value.string }

    /// The elements, if this is an array.
    public var array: [JSON]? { value.array?.map { JSON($0) } }

    /// The members in document order, if this is an object.
    public var object: [Member]? { value.object?.map { Member($0.name, JSON($0.value)) } }

    /// The whole number, if this is a number that is one and fits (`2`, `2.0`).
    public var int: Int? { value.int }

    /// The number as a double, if this is one.
    public var double: Double? { value.double }

    /// The number's digits as they were written, if this is one.
    public var numberText: String? { value.number?.text }

    /// The truth value, if this is one.
    public var bool: Bool? { value.bool }

    /// Whether this is `null`.
    public var isNull: Bool { value.isNull }

    /// The value on one line without spaces.
    public var compactText: String { value.compactText }

    /// The value on one line without spaces, as UTF-8.
    public var compactBytes: [UInt8] { value.compactBytes }

    /// The value on several lines, two spaces a level.
    public var prettyText: String { String(decoding: value.prettyBytes, as: UTF8.self) }
}

extension JSON: CustomStringConvertible {
    /// The value on one line without spaces.
    public var description: String { compactText }
}

extension JSON: Codable {
    /// Reads any value. The order of members is the decoder's: what was written is kept by parsing it.
    public init(from decoder: any Decoder) throws { value = try JSONValue(from: decoder) }

    /// Writes the value. Numbers are written as whole numbers of 64 bits where they are that, else as doubles, and the order of
    /// members is the encoder's.
    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A string.
    public init(stringLiteral text: String) { self = .string(text) }
}

extension JSON: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(integerLiteral number: Int64) { self = .number(number) }
}

extension JSON: ExpressibleByFloatLiteral {
    /// A number; `null` for one that is not finite.
    public init(floatLiteral number: Double) { self = .number(number) }
}

extension JSON: ExpressibleByBooleanLiteral {
    /// `true` or `false`.
    public init(booleanLiteral flag: Bool) { self = .bool(flag) }
}

extension JSON: ExpressibleByNilLiteral {
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
}

extension JSON: ExpressibleByArrayLiteral {
    /// A list.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
    /// An object, its members in the order in which they are written.
    public init(dictionaryLiteral members: (String, JSON)...) { self = .object(members.map { Member($0.0, $0.1) }) }
}
