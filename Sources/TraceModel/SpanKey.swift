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

extension SpanKey {
    /// Reads a W3C `traceparent` (`version-traceid-spanid-flags`); `nil` for anything else, and for ids that are all
    /// zero.
    public init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", Self.isID(parts[1], digits: 32),
            Self.isID(parts[2], digits: 16)
        else { return nil }
        self.init(traceID: String(parts[1]), spanID: String(parts[2]))
    }

    private static func isID(_ text: Substring, digits: Int) -> Bool {
        text.utf8.count == digits && text.utf8.contains { $0 != UInt8(ascii: "0") }
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
