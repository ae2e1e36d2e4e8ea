import OrderedJSON
import TraceModel

/// What stood around a span, as it is kept in ``SpanPayload/surroundings``.
///
/// The layout is a protobuf message of our own, so that fields can be added and old ones be read for ever:
///
///     1  resource   an OTLP `Resource`: JSON in an `otlpJSON` payload, protobuf in an `otlpProtobuf` payload
///     2  scope      an OTLP `InstrumentationScope`, likewise
///     3  header     an `X-Fallom-*` header: a message of 1 name, 2 value (UTF-8); repeated
///
/// All spans of one scope of one request share one array, and all scopes of a resource another: the resource and the
/// headers are in ``SpanPayload/resource``, the scope is in ``SpanPayload/surroundings``. Older payloads have all in the
/// latter; a message in two parts is what both say.
struct Surroundings {
    var resource: [UInt8] = []
    var scope: [UInt8] = []
    var headers = FallomHeaders()

    init() {}

    init(_ headers: FallomHeaders) {
        self.headers = headers
    }

    /// Writes down what all scopes share; nothing when there is nothing.
    func encodedResource() -> [UInt8] {
        // So it is for each line of a file of records.
        if resource.isEmpty && headers.isEmpty { return [] }
        var writer = ProtobufWriter()
        if !resource.isEmpty { writer.bytes(OTLPField.Around.resource, resource) }
        for field in headers.fields {
            var header = ProtobufWriter()
            header.bytes(OTLPField.Around.headerName, Array(field.name.utf8))
            header.bytes(OTLPField.Around.headerValue, Array(field.value.utf8))
            writer.bytes(OTLPField.Around.header, header.bytes)
        }
        return writer.bytes
    }

    /// Writes down a scope; nothing when there is nothing.
    static func encoded(scope: [UInt8]) -> [UInt8] {
        var writer = ProtobufWriter()
        if !scope.isEmpty { writer.bytes(OTLPField.Around.scope, scope) }
        return writer.bytes
    }

    /// Reads them back; what cannot be read is left out.
    init(_ payload: SpanPayload) {
        read(payload.resource)
        read(payload.surroundings)
    }

    private mutating func read(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var reader = ProtobufReader(bytes)
            while let field = try? reader.next() {
                switch field.tag {
                case OTLPField.Around.resource: resource = Array(bytes[field.range])
                case OTLPField.Around.scope: scope = Array(bytes[field.range])
                case OTLPField.Around.header: takeHeader(UnsafeRawBufferPointer(rebasing: bytes[field.range]))
                default: break
                }
            }
        }
    }

    private mutating func takeHeader(_ bytes: UnsafeRawBufferPointer) {
        var reader = ProtobufReader(bytes)
        var name = ""
        var value = ""
        while let field = try? reader.next() {
            guard field.tag.hasLength else { continue }
            let text = String(decoding: bytes[field.range], as: UTF8.self)
            if field.tag == OTLPField.Around.headerName {
                name = text
            } else if field.tag == OTLPField.Around.headerValue {
                value = text
            }
        }
        headers.take(name: name, value: value)
    }
}
