import OrderedJSON

/// A value of an app's that stands for a JSON value: text, numbers, truth values, dates, lists and dictionaries of them,
/// optionals. A type of one's own conforms by saying its ``json``; one that is `Encodable` becomes JSON by
/// ``JSON/init(encoding:)``.
public protocol JSONConvertible {
    /// The value as JSON.
    var json: JSON { get }
}

extension JSON: JSONConvertible {
    /// The value itself.
    public var json: JSON { self }

    /// The JSON of a value: `JSON(name)` for a `String` called `name`.
    public init(_ value: some JSONConvertible) { self = value.json }
}

extension String: JSONConvertible {
    /// A string.
    public var json: JSON { .string(self) }
}

extension Substring: JSONConvertible {
    /// A string.
    public var json: JSON { .string(String(self)) }
}

extension Bool: JSONConvertible {
    /// `true` or `false`.
    public var json: JSON { .bool(self) }
}

extension Int: JSONConvertible {
    /// A number.
    public var json: JSON { .number(self) }
}

extension Int32: JSONConvertible {
    /// A number.
    public var json: JSON { .number(self) }
}

extension Int64: JSONConvertible {
    /// A number.
    public var json: JSON { .number(self) }
}

extension UInt: JSONConvertible {
    /// A number.
    public var json: JSON { .number(self) }
}

extension UInt64: JSONConvertible {
    /// A number.
    public var json: JSON { .number(self) }
}

extension Double: JSONConvertible {
    /// A number; `null` for one that is not finite.
    public var json: JSON { .number(self) }
}

extension Float: JSONConvertible {
    /// A number in its own shortest form; `null` for one that is not finite.
    public var json: JSON { JSON(jsonValue) }
}

extension Optional: JSONConvertible where Wrapped: JSONConvertible {
    /// What is inside; `null` for `nil`.
    public var json: JSON { self?.json ?? .null }
}

extension Array: JSONConvertible where Element: JSONConvertible {
    /// A list.
    public var json: JSON { .array(map(\.json)) }
}

extension Dictionary: JSONConvertible where Key == String, Value: JSONConvertible {
    /// An object, its members sorted by name.
    public var json: JSON { .object(sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value.json) }) }
}
