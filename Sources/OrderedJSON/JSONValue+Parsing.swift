extension JSONValue {
    /// Reads one JSON text (RFC 8259, UTF-8, white space around it allowed).
    ///
    /// Member order, repeated names and the spelling of numbers are kept. `maxDepth` bounds nesting, `maxValues` how many
    /// values there may be: two bytes make one, and each takes many; `allowsLoneSurrogates` reads half a surrogate pair
    /// as U+FFFD.
    public init(
        parsing bytes: some Collection<UInt8>, maxDepth: Int = 512, allowsLoneSurrogates: Bool = false,
        maxValues: Int = 2_000_000
    ) throws(JSONError) {
        let result = Self.withBytes(of: bytes) { raw in
            Result { () throws(JSONError) -> JSONValue in
                try JSONValue(
                    parsing: raw, maxDepth: maxDepth, allowsLoneSurrogates: allowsLoneSurrogates, maxValues: maxValues)
            }
        }
        self = try result.get()
    }

    /// Reads one JSON text from a string.
    public init(parsing text: String, maxDepth: Int = 512, allowsLoneSurrogates: Bool = false) throws(JSONError) {
        try self.init(parsing: text.utf8, maxDepth: maxDepth, allowsLoneSurrogates: allowsLoneSurrogates)
    }

    /// Reads one JSON text from raw bytes.
    public init(
        parsing bytes: UnsafeRawBufferPointer, maxDepth: Int = 512, allowsLoneSurrogates: Bool = false,
        maxValues: Int = 2_000_000
    ) throws(JSONError) {
        var scanner = JSONScanner(
            bytes, maxDepth: maxDepth, allowsLoneSurrogates: allowsLoneSurrogates, maxValues: maxValues)
        self = try scanner.value()
        try scanner.finish()
    }

    private static func withBytes<R>(of bytes: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        if let result = bytes.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
        return Array(bytes).withUnsafeBytes(body)
    }
}

extension JSONScanner {
    /// Passes the next value and builds it.
    public mutating func value() throws(JSONError) -> JSONValue {
        try build()
        switch try peek() {
        case .string: return .string(try string().string)
        case .number: return .number(JSONNumber(validated: try number().text))
        case .bool: return .bool(try bool())
        case .null:
            try null()
            return .null
        case .object:
            var members: [JSONMember] = []
            guard try beginObject() else { return .object([]) }
            repeat {
                let name = try memberName().string
                members.append(JSONMember(name, try value()))
            } while try nextMember()
            return .object(members)
        case .array:
            var elements: [JSONValue] = []
            guard try beginArray() else { return .array([]) }
            repeat { elements.append(try value()) } while try nextElement()
            return .array(elements)
        }
    }
}
