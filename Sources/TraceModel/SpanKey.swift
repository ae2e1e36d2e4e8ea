/// What names a span: the trace it belongs to and its id inside that trace.
///
/// Both are opaque strings. OTLP ids are 32 and 16 lower-case hexadecimal digits, but other emitters use UUIDs or
/// prefixed ids, so nothing here looks inside them. A store keeps one span per key; a later record replaces it.
public struct SpanKey: Hashable, Sendable, Comparable {
    /// The trace's id.
    public var traceID: String
    /// The span's id, unique inside its trace.
    public var spanID: String

    /// Makes a key from its two halves.
    public init(traceID: String, spanID: String) {
        self.traceID = traceID
        self.spanID = spanID
    }

    /// Orders by trace, then by span.
    public static func < (left: SpanKey, right: SpanKey) -> Bool {
        (left.traceID, left.spanID) < (right.traceID, right.spanID)
    }
}
