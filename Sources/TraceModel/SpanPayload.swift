/// A span as it came in: the bytes a store keeps so that nothing the emitter said is lost.
///
/// A payload holds one span and what it needs of its surroundings; `SpanCodec` decodes it to a ``SpanDetail``. Secrets
/// are masked in it before it leaves `SpanCodec`.
public struct SpanPayload: Hashable, Sendable {
    /// How ``span`` is written. The raw value is stored, so it never changes its meaning.
    public enum Format: UInt8, Sendable {
        /// A Fallom record: one JSON object.
        case fallomRecord = 1
        /// An OTLP span as JSON.
        case otlpJSON = 2
        /// An OTLP span as protobuf (`opentelemetry.proto.trace.v1.Span`).
        case otlpProtobuf = 3
    }

    /// How ``span`` and ``surroundings`` are written.
    public var format: Format
    /// The span's own bytes.
    public var span: [UInt8]
    /// What stood around it: resource and scope for OTLP, `X-Fallom-*` headers; the layout is `SpanCodec`'s own.
    public var surroundings: [UInt8]

    /// Makes a payload.
    public init(format: Format, span: [UInt8], surroundings: [UInt8] = []) {
        self.format = format
        self.span = span
        self.surroundings = surroundings
    }
}
