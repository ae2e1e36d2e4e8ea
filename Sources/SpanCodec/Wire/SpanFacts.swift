import OrderedJSON

/// What one pass over a span's bytes found: where the values that ingest reads lie.
///
/// It is filled by the reader of one wire shape and read by the ``Normaliser``, which so knows no wire shape. One is
/// made per request and used for each span in turn. The bytes and the arena outlive every text taken from it.
struct SpanFacts: ~Copyable {
    /// Ids of names. A copy of the shared one, so that the hot path does not look it up.
    let vocabulary: Vocabulary
    /// The request's bytes, which all ranges are relative to.
    var base = UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped  // Nothing is read through it before it is set.
    private let values: UnsafeMutablePointer<WireValue>
    /// Which names are there.
    private(set) var present = PresentNames()
    /// Texts that had to be unescaped.
    var arena = TextArena(capacity: 8192)
    /// Texts seen lately, which need not be made again.
    var cache = StringCache()

    /// Attributes that are metadata by their name's prefix, with the rest of the name.
    private(set) var metadata: [(name: UnsafeRawBufferPointer, value: WireValue)] = []
    /// How many attributes were taken.
    private(set) var attributeCount = 0
    /// Whether an attribute of a protobuf span is a list, a map or bytes.
    private(set) var hasNested = false
    /// Whether a protobuf span has events or links.
    var hasParts = false
    /// Whether an attribute's name starts with `gen_ai.`.
    private(set) var hasGenAI = false
    /// Whether an attribute of an answer's message, numbered in its name, is about a tool call.
    private(set) var hasIndexedToolCalls = false
    /// Whether an attribute makes it a score (docs/wire.md §7).
    private(set) var isScore = false
    /// Whether an attribute makes it what is kept of a session (docs/wire.md §8).
    private(set) var isKept = false
    /// Whether an attribute is a judge's score.
    private(set) var hasScore = false

    /// The span's own fields, as far as its shape has them.
    var core = SpanCore()
    /// What its events say.
    var events = EventFacts()

    init() {
        self.vocabulary = Vocabulary.shared
        self.values = .allocate(capacity: NameSet.capacity)
    }

    deinit {
        values.deallocate()
    }

    /// Forgets the span before.
    mutating func reset() {
        present.removeAll()
        arena.reset()
        if !metadata.isEmpty { metadata.removeAll(keepingCapacity: true) }
        attributeCount = 0
        hasNested = false
        hasParts = false
        hasGenAI = false
        hasIndexedToolCalls = false
        isScore = false
        isKept = false
        hasScore = false
        core = SpanCore()
        events = EventFacts()
    }

    /// Takes an attribute.
    mutating func take(_ name: UnsafeRawBufferPointer, _ value: WireValue) {
        attributeCount += 1
        if value.kind == .protobuf { hasNested = true }
        let id = vocabulary.attributes.id(of: name)
        if let id {
            values[Int(id)] = value
            present.insert(id)
        }
        guard name.count > 7 else { return }
        switch name[0] {
        case UInt8(ascii: "g") where name.startsWith("gen_ai."):
            hasGenAI = true
            if name.startsWith("gen_ai.completion."), name.holds("tool_calls") { hasIndexedToolCalls = true }
        case UInt8(ascii: "g") where name.equals("geval.score"): hasScore = true
        case UInt8(ascii: "f") where name.equals("fallom.score.name"): isScore = true
        case UInt8(ascii: "f") where name.equals("fallom.kept.pinned"): isKept = true
        case UInt8(ascii: "a"), UInt8(ascii: "t"), UInt8(ascii: "l"):
            if name.startsWith("llm.output_messages."), name.holds("tool_call") { hasIndexedToolCalls = true }
            let prefix = MetadataPrefix.length(of: name)
            if prefix > 0 { metadata.append((UnsafeRawBufferPointer(rebasing: name[prefix...]), value)) }
        default: break
        }
    }

    /// A copy of the bytes in a range.
    @inline(__always)
    func copy(_ range: Range<Int>) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// Whether that name is there.
    @inline(__always)
    func has(_ id: UInt16) -> Bool { present.contains(id) }

    /// The value of a name; `null` when it is not there.
    @inline(__always)
    func value(_ id: UInt16) -> WireValue { present.contains(id) ? values[Int(id)] : .null }
}

/// The fields that every span has beside its attributes.
struct SpanCore {
    /// The name.
    var name = WireValue.null
    /// Start, nanoseconds since 1970.
    var start: UInt64 = 0
    /// End, nanoseconds since 1970; 0 when absent.
    var end: UInt64 = 0
    /// OTLP status code.
    var statusCode = 0
    /// OTLP status message.
    var statusMessage = WireValue.null
    /// Whether its JSON has the field names of the `.proto` files.
    var hasProtoNames = false
}

/// What a span's events tell that is not among its attributes.
struct EventFacts {
    /// `exception.type` of the last exception.
    var exceptionType = WireValue.null
    /// `exception.message` of the last exception.
    var exceptionMessage = WireValue.null
    /// Whether there is an exception.
    var hasException = false
    /// Time of the first event that marks the first token; 0 when there is none.
    var firstToken: UInt64 = 0
    /// `ai.response.msToFirstChunk` of an `ai.stream.firstChunk` event.
    var millisecondsToFirstChunk = WireValue.null
    /// Whether events carry messages, so that tool calls and the finish reason may be among them.
    var hasMessages = false
    /// Whether events carry scores.
    var hasScores = false
    /// How many events there are.
    var count = 0
}

/// Prefixes of attribute names whose rest is a key of the metadata (docs/normalisation.md §2.9).
enum MetadataPrefix {
    /// The length of the prefix that `name` starts with; 0 when it is no metadata.
    static func length(of name: UnsafeRawBufferPointer) -> Int {
        guard name.count > 17 else { return 0 }
        switch name[0] {
        case UInt8(ascii: "a"):
            if name.startsWith("ai.telemetry.metadata.") { return 22 }
            if name.startsWith("ai.settings.context.") { return 20 }
            if name.startsWith("ai.settings.runtimeContext.") { return 27 }
        case UInt8(ascii: "l"):
            if name.startsWith("langsmith.metadata.") { return 19 }
            if name.startsWith("langfuse.metadata.") { return 18 }
            if name.startsWith("langfuse.trace.metadata.") { return 24 }
            if name.startsWith("langfuse.observation.metadata.") { return 30 }
        case UInt8(ascii: "t"):
            if name.startsWith("traceloop.association.properties.") { return 33 }
        default: break
        }
        return 0
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes start with that ASCII text.
    @inline(__always)
    func startsWith(_ prefix: StaticString) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard count >= length else { return false }
        let letters = prefix.utf8Start
        for index in 0..<length where self[index] != letters[index] { return false }
        return true
    }

    /// Whether that ASCII text stands somewhere in these bytes.
    func holds(_ needle: StaticString) -> Bool {
        let length = needle.utf8CodeUnitCount
        guard length > 0, count >= length else { return false }
        let letters = needle.utf8Start
        let first = letters[0]
        var at = 0
        search: while at <= count - length {
            if self[at] == first {
                for index in 1..<length where self[at + index] != letters[index] {
                    at += 1
                    continue search
                }
                return true
            }
            at += 1
        }
        return false
    }
}
