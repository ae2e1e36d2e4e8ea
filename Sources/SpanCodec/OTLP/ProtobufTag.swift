/// A field of a protobuf message by its number and its wire type, as they stand together before its value.
struct ProtobufTag: Hashable, Sendable {
    let raw: UInt32

    /// The field's number.
    var number: UInt32 { raw >> 3 }
    /// Whether the field is text, bytes or a message: those have a length before them.
    var hasLength: Bool { raw & 7 == 2 }

    static func varint(_ number: UInt32) -> ProtobufTag { ProtobufTag(raw: number << 3) }
    static func fixed64(_ number: UInt32) -> ProtobufTag { ProtobufTag(raw: number << 3 | 1) }
    static func bytes(_ number: UInt32) -> ProtobufTag { ProtobufTag(raw: number << 3 | 2) }
    static func fixed32(_ number: UInt32) -> ProtobufTag { ProtobufTag(raw: number << 3 | 5) }
}

/// The fields of OTLP's messages by the names of its `.proto` files. Computed, not stored: a reader compares with numbers.
enum OTLPField {
    /// `ExportTraceServiceRequest`, `TracesData`, `ExportLogsServiceRequest`: what each holds one of for each resource.
    enum Request {
        static var resources: ProtobufTag { .bytes(1) }
    }

    /// `ResourceSpans`, `ResourceLogs` and `ResourceMetrics`.
    enum OfResource {
        static var resource: ProtobufTag { .bytes(1) }
        static var scopes: ProtobufTag { .bytes(2) }
        /// `instrumentation_library_spans` of 2021; its messages have the fields of `ScopeSpans`.
        static var libraries: ProtobufTag { .bytes(1000) }
        static var schemaURL: ProtobufTag { .bytes(3) }
    }

    /// `ScopeSpans`, `ScopeLogs` and `ScopeMetrics`.
    enum OfScope {
        static var scope: ProtobufTag { .bytes(1) }
        /// Spans, log records or metrics.
        static var records: ProtobufTag { .bytes(2) }
        static var schemaURL: ProtobufTag { .bytes(3) }
    }

    enum Resource {
        static var attributes: ProtobufTag { .bytes(1) }
    }

    enum Scope {
        static var name: ProtobufTag { .bytes(1) }
        static var version: ProtobufTag { .bytes(2) }
        static var attributes: ProtobufTag { .bytes(3) }
    }

    enum Span {
        static var traceID: ProtobufTag { .bytes(1) }
        static var spanID: ProtobufTag { .bytes(2) }
        static var traceState: ProtobufTag { .bytes(3) }
        static var parentSpanID: ProtobufTag { .bytes(4) }
        static var name: ProtobufTag { .bytes(5) }
        static var kind: ProtobufTag { .varint(6) }
        static var start: ProtobufTag { .fixed64(7) }
        static var end: ProtobufTag { .fixed64(8) }
        static var attributes: ProtobufTag { .bytes(9) }
        static var droppedAttributes: ProtobufTag { .varint(10) }
        static var events: ProtobufTag { .bytes(11) }
        static var droppedEvents: ProtobufTag { .varint(12) }
        static var links: ProtobufTag { .bytes(13) }
        static var droppedLinks: ProtobufTag { .varint(14) }
        static var status: ProtobufTag { .bytes(15) }
        static var flags: ProtobufTag { .fixed32(16) }
    }

    enum Event {
        static var time: ProtobufTag { .fixed64(1) }
        static var name: ProtobufTag { .bytes(2) }
        static var attributes: ProtobufTag { .bytes(3) }
        static var droppedAttributes: ProtobufTag { .varint(4) }
    }

    enum Link {
        static var traceID: ProtobufTag { .bytes(1) }
        static var spanID: ProtobufTag { .bytes(2) }
        static var traceState: ProtobufTag { .bytes(3) }
        static var attributes: ProtobufTag { .bytes(4) }
        static var droppedAttributes: ProtobufTag { .varint(5) }
        static var flags: ProtobufTag { .fixed32(6) }
    }

    enum Status {
        static var message: ProtobufTag { .bytes(2) }
        static var code: ProtobufTag { .varint(3) }
    }

    enum LogRecord {
        static var time: ProtobufTag { .fixed64(1) }
        static var body: ProtobufTag { .bytes(5) }
        static var attributes: ProtobufTag { .bytes(6) }
        static var traceID: ProtobufTag { .bytes(9) }
        static var spanID: ProtobufTag { .bytes(10) }
        static var observedTime: ProtobufTag { .fixed64(11) }
        static var eventName: ProtobufTag { .bytes(12) }
    }

    enum Metric {
        static var name: ProtobufTag { .bytes(1) }
    }

    enum KeyValue {
        static var key: ProtobufTag { .bytes(1) }
        static var value: ProtobufTag { .bytes(2) }
    }

    enum AnyValue {
        static var string: ProtobufTag { .bytes(1) }
        static var bool: ProtobufTag { .varint(2) }
        static var int: ProtobufTag { .varint(3) }
        static var double: ProtobufTag { .fixed64(4) }
        static var array: ProtobufTag { .bytes(5) }
        static var keyValues: ProtobufTag { .bytes(6) }
        static var bytes: ProtobufTag { .bytes(7) }
    }

    /// `ArrayValue` and `KeyValueList`.
    enum List {
        static var values: ProtobufTag { .bytes(1) }
    }

    /// `ExportTraceServiceResponse` and its `ExportTracePartialSuccess`.
    enum Response {
        static var partialSuccess: ProtobufTag { .bytes(1) }
        static var rejected: ProtobufTag { .varint(1) }
        static var errorMessage: ProtobufTag { .bytes(2) }
    }

    /// `google.rpc.Status`.
    enum Refusal {
        static var code: ProtobufTag { .varint(1) }
        static var message: ProtobufTag { .bytes(2) }
    }

    /// The message of our own that holds what stood around a span (``Surroundings``), and its headers.
    enum Around {
        static var resource: ProtobufTag { .bytes(1) }
        static var scope: ProtobufTag { .bytes(2) }
        static var header: ProtobufTag { .bytes(3) }
        static var headerName: ProtobufTag { .bytes(1) }
        static var headerValue: ProtobufTag { .bytes(2) }
    }
}
