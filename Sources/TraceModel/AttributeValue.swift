/// The value of an attribute: what OTLP's `AnyValue` and JSON can say.
public enum AttributeValue: Hashable, Sendable {
    /// No value.
    case null
    /// Text.
    case string(String)
    /// True or false.
    case bool(Bool)
    /// A whole number.
    case int(Int64)
    /// A fraction.
    case double(Double)
    /// Raw bytes.
    case bytes([UInt8])
    /// A list.
    case array([AttributeValue])
    /// Named values in the order in which they came.
    case map(AttributeMap)
}

/// Named values in the order in which they came. A name that occurs twice is kept twice; look-ups give the last.
public struct AttributeMap: Hashable, Sendable {
    /// One named value.
    public struct Entry: Hashable, Sendable {
        /// The attribute's name.
        public var name: String
        /// Its value.
        public var value: AttributeValue

        /// Makes an entry.
        public init(_ name: String, _ value: AttributeValue) {
            self.name = name
            self.value = value
        }
    }

    /// The entries in their order.
    public var entries: [Entry]

    /// Makes a map.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { entries.isEmpty }

    /// The last value of that name, compared byte by byte.
    public subscript(name: String) -> AttributeValue? {
        entries.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}
