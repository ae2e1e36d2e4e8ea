public import TraceModel

/// What a request, a line or a datagram held.
public struct DecodedBatch: Sendable {
    /// Good spans in the order in which they stood.
    public var spans: [IngestedSpan]
    /// Message content that came apart from its span.
    public var contents: [IngestedContent]
    /// What coding agents logged, in its order.
    public var events: [AgentEvent] = []
    /// Scores, in their order.
    public var scores: [Score] = []
    /// What people keep of sessions, where it may be taken from this source.
    public internal(set) var kept: [KeptSession] = []
    /// Whether it may.
    var takesKept = false
    /// Log records that make no span and hold nothing of one, by the name of their event.
    public private(set) var passedOver: [String: Int] = [:]
    /// Spans that could not be read, each with its reason; the good ones beside them are kept.
    public var rejected: [RejectedSpan]
    /// Secrets that were masked.
    public var masked = 0
    /// What the message has had so far, of whatever is counted.
    private var records = 0
    /// How many were rejected before this message.
    private var rejectedBefore = 0
    /// Room used again from line to line.
    private var scratch = DecodeScratch()

    /// Makes an empty batch.
    public init() {
        spans = []
        contents = []
        rejected = []
    }

    /// Empties the batch and keeps its room.
    public mutating func removeAll() {
        spans.removeAll(keepingCapacity: true)
        contents.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        scores.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
        passedOver.removeAll(keepingCapacity: true)
        rejected.removeAll(keepingCapacity: true)
        masked = 0
    }
}

extension DecodedBatch {
    /// So many bad records beside good ones are no accident.
    static let mostRejected = 10_000

    /// Another message begins.
    mutating func beginMessage() {
        records = 0
        rejectedBefore = rejected.count
    }

    /// Counts one more resource, scope, span or log record. Throws where a message has too many.
    mutating func takeAnother(_ limits: SpanDecoder.Limits) throws(TooManyRecords) {
        records += 1
        guard records <= limits.maxRecords else { throw TooManyRecords(areBad: false) }
        guard rejected.count - rejectedBefore <= Self.mostRejected else { throw TooManyRecords(areBad: true) }
    }

    /// How many names of events are told apart: they come from outside and may be made up.
    private static let passedOverNames = 200

    /// Counts a log record that is of no use here.
    mutating func passOver(_ name: String) {
        let isRoom = passedOver[name] != nil || passedOver.count < Self.passedOverNames
        passedOver[isRoom ? String(name.prefix(80)) : "other events", default: 0] += 1
    }

    /// The room to work in, used before if this batch alone has it.
    mutating func ownScratch() -> DecodeScratch {
        if !isKnownUniquelyReferenced(&scratch) { scratch = DecodeScratch() }
        return scratch
    }
}

/// Room that decoding uses again from line to line: tables and buffers, never anything a span says.
///
/// `@unchecked Sendable`: it is only touched inside a mutating call on a batch that alone refers to it.
final class DecodeScratch: @unchecked Sendable {
    private var normaliser = Normaliser()

    /// Works with the normaliser.
    func work<E: Error>(_ body: (inout Normaliser) throws(E) -> Void) throws(E) {
        try body(&normaliser)
    }
}

/// A span that could not be read.
public struct RejectedSpan: Error, Hashable, Sendable {
    /// What is wrong with it, one sentence without a full stop.
    public var reason: String
    /// The field it is about, when one is to blame (`start_time`, `traceId`, …).
    public var field: String?
    /// Bytes before the offence in the line or body.
    public var offset: Int
}

/// A message has more records than one may have.
struct TooManyRecords: Error, CustomStringConvertible {
    /// Whether those that cannot be read are too many.
    let areBad: Bool

    /// For people.
    var reason: StaticString {
        areBad
            ? "too many of its records cannot be read: nothing of the message is kept"
            : "the message has too many records; send smaller batches"
    }

    var description: String { "\(reason)" }
}

/// Why a request or a line as a whole could not be read: a 400.
public struct DecodeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, one sentence without a full stop.
    public var reason: String
    /// The field it is about, when one is to blame.
    public var field: String?
    /// Bytes before the offence.
    public var offset: Int

    /// Makes an error.
    public init(reason: String, field: String? = nil, offset: Int = 0) {
        self.reason = reason
        self.field = field
        self.offset = offset
    }

    /// "byte 17, start_time: it is not an ISO 8601 time with a zone".
    public var description: String {
        guard let field else { return "byte \(offset): \(reason)" }
        return "byte \(offset), \(field): \(reason)"
    }
}
