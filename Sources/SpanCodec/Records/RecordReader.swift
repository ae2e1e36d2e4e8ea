import OrderedJSON

/// Fields of a Fallom record (docs/wire.md §3). The raw value is the name's place in ``names``.
enum RecordField: UInt16 {
    case configKey, sessionID, customerID, traceID, spanID, parentSpanID, name, kind, model, startTime, endTime
    case duration, status, errorMessage, timeToFirstToken, isStreaming, metadata, tags, attributes, promptKey
    case promptVersion, promptABTestKey, promptVariantIndex, promptTokens, completionTokens, totalTokens
    case resourceSpans, resourceLogs, protoSpans, protoLogs

    /// How the fields are written, in the order of the cases.
    static let names = [
        "config_key", "session_id", "customer_id", "trace_id", "span_id", "parent_span_id", "name", "kind", "model",
        "start_time", "end_time", "duration_ms", "status", "error_message", "time_to_first_token_ms", "is_streaming",
        "metadata", "tags", "attributes", "prompt_key", "prompt_version", "prompt_ab_test_key",
        "prompt_variant_index", "prompt_tokens", "completion_tokens", "total_tokens", "resourceSpans", "resourceLogs",
        "resource_spans", "resource_logs",
    ]
    static let table = NameTable(names)

    /// What a field's value may be, besides `null`.
    struct Types: BitwiseCopyable {
        private var kinds: UInt16
        private var first: UInt8
        /// What is needed, in words.
        let words: StaticString

        static let text = Types([.text, .escapedText], words: "text")
        static let number = Types([.number], words: "a number")
        static let bool = Types([.bool], words: "true or false")
        static let list = Types([.json], first: UInt8(ascii: "["), words: "a list")
        static let object = Types([.json], first: UInt8(ascii: "{"), words: "an object")
        /// Attributes are read one by one; what is kept of them as a whole was no object.
        static let attributes = Types([], words: "an object")
        static let any = Types(
            [.text, .escapedText, .number, .bool, .json], words: "a value")

        private init(_ kinds: [WireValue.Kind], first: UInt8 = 0, words: StaticString) {
            self.kinds = kinds.reduce(1 << UInt16(WireValue.Kind.null.rawValue)) { $0 | 1 << UInt16($1.rawValue) }
            self.first = first
            self.words = words
        }

        @inline(__always)
        func allows(_ kind: WireValue.Kind, first: UInt8) -> Bool {
            kinds & 1 << UInt16(kind.rawValue) != 0 && (self.first == 0 || kind == .null || self.first == first)
        }
    }

    /// The types, in the order of the cases.
    static let types = ImmortalList<Types>([
        .text, .text, .text, .text, .text, .text, .text, .text, .text, .text, .text, .number, .text, .text, .number,
        .bool, .object, .list, .attributes, .text, .any, .text, .number, .number, .number, .number, .any, .any,
        .any, .any,
    ])
    static let count = names.count
}

/// Where a record's fields lie.
struct RecordValues: ~Copyable {
    private let values: UnsafeMutablePointer<WireValue>
    private(set) var present: UInt32 = 0
    /// The first field whose value is of a type the contract does not allow.
    private(set) var mistyped: RecordField?
    private let table = RecordField.table
    private let types = RecordField.types

    init() {
        values = .allocate(capacity: RecordField.count)
    }

    deinit {
        values.deallocate()
    }

    mutating func reset() {
        present = 0
        mistyped = nil
    }

    /// Takes a field's value as it came. `first` is the first byte of a list or object.
    @inline(__always)
    mutating func take(_ field: RecordField, _ value: WireValue, first: UInt8) {
        self[field] = value
        if !types[Int(field.rawValue)].allows(value.kind, first: first), mistyped == nil { mistyped = field }
    }

    /// Whether there is what makes it a record, a trace's id or a span's.
    var hasIdentity: Bool { self[.traceID].kind != .null || self[.spanID].kind != .null }

    /// The field of that name.
    @inline(__always)
    func field(_ name: UnsafeRawBufferPointer) -> RecordField? {
        table.id(of: name).flatMap(RecordField.init(rawValue:))
    }

    @inline(__always)
    subscript(_ field: RecordField) -> WireValue {
        get { present & (1 << UInt32(field.rawValue)) != 0 ? values[Int(field.rawValue)] : .null }
        set {
            values[Int(field.rawValue)] = newValue
            present |= 1 << UInt32(field.rawValue)
        }
    }
}

extension JSONScanner {
    /// Passes the next value and says where it lies. `origin` is where the scanner's bytes start among the request's.
    @inline(__always)
    mutating func wireValue(origin: Int) throws(JSONError) -> WireValue {
        switch try peek() {
        case .string:
            let text = try string()
            return wire(text, origin: origin)
        case .number:
            let start = position
            _ = try number()
            return WireValue(kind: .number, start: origin + start, count: position - start)
        case .bool: return WireValue(kind: .bool, bits: try bool() ? 1 : 0)
        case .null:
            try null()
            return .null
        case .object, .array:
            let start = position
            try skipValue()
            return WireValue(kind: .json, start: origin + start, count: position - start)
        }
    }

    /// Where the string that was just passed lies.
    @inline(__always)
    func wire(_ text: JSONText, origin: Int) -> WireValue {
        WireValue(
            kind: text.hasEscapes ? .escapedText : .text, start: origin + position - 1 - text.raw.count,
            count: text.raw.count)
    }
}

/// Reads the fields and attributes of one Fallom record.
enum RecordReader {
    /// What an object of a JSON request turned out to be.
    enum Outcome {
        /// A record; its fields were taken.
        case record
        /// An OTLP request; nothing was taken.
        case otlp
    }

    /// Passes the object the scanner stands at.
    static func read(
        _ scanner: inout JSONScanner, maxAttributes: Int, into record: inout RecordValues, _ facts: inout SpanFacts
    ) throws(DecodeError) -> Outcome {
        do {
            guard try scanner.beginObject() else { return .otlp }
            repeat {
                let name = try scanner.memberName()
                let field = name.hasEscapes ? name.withUnescaped { record.field($0) } : record.field(name.raw)
                switch field {
                case .resourceSpans, .resourceLogs, .protoSpans, .protoLogs: return .otlp
                case .attributes: try readAttributes(&scanner, into: &record, &facts)
                case .some(let field):
                    let value = try scanner.wireValue(origin: 0)
                    let isStructure = value.kind == .json
                    record.take(field, value, first: isStructure ? scanner.bytes(from: value.start)[0] : 0)
                case nil: try scanner.skipValue()
                }
            } while try scanner.nextMember()
        } catch {
            throw DecodeError(reason: "\(error.reason)", offset: error.offset)
        }
        guard facts.attributeCount <= maxAttributes else {
            throw DecodeError(reason: "more than \(maxAttributes) attributes", field: "attributes")
        }
        return .record
    }

    private static func readAttributes(
        _ scanner: inout JSONScanner, into record: inout RecordValues, _ facts: inout SpanFacts
    ) throws(JSONError) {
        guard try scanner.peek() == .object else {
            record.take(.attributes, try scanner.wireValue(origin: 0), first: 0)
            return
        }
        guard try scanner.beginObject() else { return }
        repeat {
            let name = try scanner.memberName()
            let value = try scanner.wireValue(origin: 0)
            if name.hasEscapes {
                let room = facts.arena.take(name.raw.count)
                let length = name.unescape(into: room)
                facts.take(UnsafeRawBufferPointer(rebasing: room[..<length]), value)
            } else {
                facts.take(name.raw, value)
            }
        } while try scanner.nextMember()
    }
}
