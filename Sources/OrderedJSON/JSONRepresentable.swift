/// A value of an app's that stands for a JSON value: text, numbers, truth values, lists and dictionaries of them, optionals.
public protocol JSONRepresentable {
    /// The value as JSON.
    var jsonValue: JSONValue { get }
}

extension JSONValue: JSONRepresentable {
    /// The value itself.
    public var jsonValue: JSONValue { self }

    /// The JSON of a value: `JSONValue(name)` for a `String` called `name`.
    public init(_ value: some JSONRepresentable) { self = value.jsonValue }
}

extension String: JSONRepresentable {
    /// A string.
    public var jsonValue: JSONValue { .string(self) }
}

extension Substring: JSONRepresentable {
    /// A string.
    public var jsonValue: JSONValue { .string(String(self)) }
}

extension Bool: JSONRepresentable {
    /// `true` or `false`.
    public var jsonValue: JSONValue { .bool(self) }
}

extension Int: JSONRepresentable {
    /// A number.
    public var jsonValue: JSONValue { .number(self) }
}

extension Int32: JSONRepresentable {
    /// A number.
    public var jsonValue: JSONValue { .number(self) }
}

extension Int64: JSONRepresentable {
    /// A number.
    public var jsonValue: JSONValue { .number(self) }
}

extension UInt: JSONRepresentable {
    /// A number.
    public var jsonValue: JSONValue { .number(self) }
}

extension UInt64: JSONRepresentable {
    /// A number.
    public var jsonValue: JSONValue { .number(self) }
}

extension Double: JSONRepresentable {
    /// A number; `null` for one that is not finite.
    public var jsonValue: JSONValue { .number(self) }
}

extension Float: JSONRepresentable {
    /// A number in its own shortest form; `null` for one that is not finite.
    public var jsonValue: JSONValue { JSONNumber(description).map(JSONValue.number) ?? .null }
}

extension Optional: JSONRepresentable where Wrapped: JSONRepresentable {
    /// What is inside; `null` for `nil`.
    public var jsonValue: JSONValue { self?.jsonValue ?? .null }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
    /// A list.
    public var jsonValue: JSONValue { .array(map(\.jsonValue)) }
}

extension Dictionary: JSONRepresentable where Key == String, Value: JSONRepresentable {
    /// An object, its members sorted by name.
    public var jsonValue: JSONValue {
        .object(sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value.jsonValue) })
    }
}
