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
    /// What stood around it: scope for OTLP, `X-Fallom-*` headers; the layout is `SpanCodec`'s own.
    public var surroundings: [UInt8]
    /// The part of the surroundings that all scopes of a resource share; the layout is the same. However many spans have
    /// it, it is one array: whoever handles many payloads tells it by ``Shared`` and need not look into it for each.
    public var resource: [UInt8]

    /// Makes a payload.
    public init(format: Format, span: [UInt8], surroundings: [UInt8] = [], resource: [UInt8] = []) {
        self.format = format
        self.span = span
        self.surroundings = surroundings
        self.resource = resource
    }

    /// Which array it is, not what it holds: two that are the same hold the same, as long as both are there.
    public struct Shared: Hashable, Sendable {
        private let address: UInt
        private let count: Int

        /// Tells an array from others that are there at the same time.
        public init(_ bytes: [UInt8]) {
            address = bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
            count = bytes.count
        }
    }
}
