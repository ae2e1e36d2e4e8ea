extension JSONValue {
    /// The value of an object's last member of that name, compared byte by byte; `nil` when there is none or this is
    /// no object. Setting puts it in its place or at the end, `nil` takes it away; what is no object becomes one.
    public subscript(name: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.last { $0.name.hasBytes(of: name) }?.value
        }
        set {
            if let newValue {
                self = setting(name, newValue)
            } else if case .object(let members) = self {
                self = .object(members.filter { !$0.name.hasBytes(of: name) })
            }
        }
    }

    /// The element at that place; `nil` when there is none or this is no array. Setting replaces it, or appends it at the
    /// place after the last, `nil` takes it away; any other place is left alone.
    public subscript(index: Int) -> JSONValue? {
        get {
            guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
            return elements[index]
        }
        set {
            guard case .array(var elements) = self else { return }
            switch newValue {
            case let value? where elements.indices.contains(index): elements[index] = value
            case let value? where index == elements.count: elements.append(value)
            case nil where elements.indices.contains(index): elements.remove(at: index)
            default: return
            }
            self = .array(elements)
        }
    }

    /// The text, if this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements, if this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members in document order, if this is an object.
    public var object: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The number, if this is one.
    public var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The whole number, if this is a number that is one (`2`, `2.0`).
    public var int64: Int64? { number?.int64 }

    /// The whole number, if this is a number that is one and fits.
    public var int: Int? { int64.flatMap { Int(exactly: $0) } }

    /// The number as a double, if this is one.
    public var double: Double? { number?.double }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// Makes a number.
    public static func number(_ value: some FixedWidthInteger) -> JSONValue { .number(JSONNumber(value)) }

    /// Makes a number; `null` for NaN and infinities.
    public static func number(_ value: Double) -> JSONValue { JSONNumber(value).map(JSONValue.number) ?? .null }

    /// Makes an object of pairs in their order.
    public static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { JSONMember($0.key, $0.value) })
    }

    /// The value on one line without spaces, as UTF-8.
    public var compactBytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value on one line without spaces.
    public var compactText: String { String(decoding: compactBytes, as: UTF8.self) }

    /// The value on several lines, two spaces a level, as UTF-8.
    public var prettyBytes: [UInt8] {
        var writer = JSONWriter(style: .pretty)
        writer.value(self)
        return writer.bytes
    }
}
