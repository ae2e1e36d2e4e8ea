import OrderedJSON
import TraceModel

/// A payload with everything in it built: attributes, events, resource, scope.
struct DecodedPayload {
    var attributes = AttributeMap()
    var resource = AttributeMap()
    var scope: String?
    var events: [SpanDetail.Event] = []
    var links: [SpanDetail.Link] = []

    init(_ payload: SpanPayload) throws(DecodeError) {
        switch payload.format {
        case .fallomRecord: try readRecord(payload)
        case .otlpJSON: try readJSON(payload)
        case .otlpProtobuf: readProtobuf(payload)
        }
    }

    /// Parses JSON that came through ``SpanDecoder``.
    static func parse(_ bytes: [UInt8]) throws(DecodeError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes, allowsLoneSurrogates: true)
        } catch {
            throw DecodeError(reason: "\(error.reason)", offset: error.offset)
        }
    }

    private mutating func readRecord(_ payload: SpanPayload) throws(DecodeError) {
        let json = try Self.parse(payload.span)
        if case .map(let map)? = json["attributes"].map(AttributeReader.value) { attributes = map }
        // Links and events of a tracing library's span, as our SDK sends them.
        links = (json["attributes"]?["fallom.links"]?.array ?? []).compactMap { link in
            guard let trace = link["trace_id"]?.string, let span = link["span_id"]?.string else { return nil }
            return .init(traceID: trace, spanID: span, attributes: Self.map(link["attributes"]))
        }
        for event in json["attributes"]?["fallom.events"]?.array ?? [] {
            let nanoseconds = event["time_unix_nano"]?.string.flatMap { Int64($0) }
            events.append(
                SpanDetail.Event(
                    name: event["name"]?.string ?? "",
                    time: nanoseconds.flatMap { $0 > 0 ? Timestamp(unixNanoseconds: $0) : nil },
                    attributes: Self.map(event["attributes"])))
        }
    }

    /// Attributes written as a JSON object.
    private static func map(_ json: JSONValue?) -> AttributeMap {
        if case .map(let map)? = json.map(AttributeReader.value) { map } else { AttributeMap() }
    }

    private mutating func readJSON(_ payload: SpanPayload) throws(DecodeError) {
        let surroundings = Surroundings(payload)
        let json = try Self.parse(payload.span)
        attributes = Self.keyValues(json["attributes"])
        if !surroundings.resource.isEmpty {
            resource = Self.keyValues(try Self.parse(surroundings.resource)["attributes"])
        }
        if !surroundings.scope.isEmpty { scope = try Self.parse(surroundings.scope)["name"]?.string }
        links = (json["links"]?.array ?? []).compactMap(Self.link)
        for event in json["events"]?.array ?? [] {
            let nanoseconds = event["timeUnixNano"].flatMap { JSONNumber($0.string ?? $0.number?.text ?? "")?.int64 }
            events.append(
                SpanDetail.Event(
                    name: event["name"]?.string ?? "",
                    time: nanoseconds.flatMap { $0 > 0 ? Timestamp(unixNanoseconds: $0) : nil },
                    attributes: Self.keyValues(event["attributes"])))
        }
    }

    private static func link(_ json: JSONValue) -> SpanDetail.Link? {
        func id(_ name: String, _ length: Int) -> String? {
            guard var text = json[name]?.string else { return nil }
            return text.withUTF8 { Identifiers.hexText(UnsafeRawBufferPointer($0), length: length) }
        }
        guard let trace = id("traceId", 16), let span = id("spanId", 8) else { return nil }
        return .init(traceID: trace, spanID: span, attributes: keyValues(json["attributes"]))
    }

    private static func link(_ bytes: UnsafeRawBufferPointer) -> SpanDetail.Link? {
        var trace: String?
        var span: String?
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            guard field.tag.hasLength else { continue }
            let part = UnsafeRawBufferPointer(rebasing: bytes[field.range])
            if field.tag == OTLPField.Link.traceID { trace = Identifiers.hex(part, length: 16) }
            if field.tag == OTLPField.Link.spanID { span = Identifiers.hex(part, length: 8) }
        }
        guard let trace, let span else { return nil }
        return .init(
            traceID: trace, spanID: span, attributes: ProtobufAttributes.keyValues(bytes, OTLPField.Link.attributes))
    }

    private static func keyValues(_ json: JSONValue?) -> AttributeMap {
        json.map { AttributeReader.keyValues(AttributeReader.value($0)) } ?? AttributeMap()
    }

    private mutating func readProtobuf(_ payload: SpanPayload) {
        let surroundings = Surroundings(payload)
        payload.span.withUnsafeBytes { bytes in
            attributes = ProtobufAttributes.keyValues(bytes, OTLPField.Span.attributes)
            var reader = ProtobufReader(bytes)
            while let field = try? reader.next() {
                guard field.tag.hasLength else { continue }
                let part = UnsafeRawBufferPointer(rebasing: bytes[field.range])
                if field.tag == OTLPField.Span.events { events.append(Self.event(part)) }
                if field.tag == OTLPField.Span.links, let link = Self.link(part) { links.append(link) }
            }
        }
        surroundings.resource.withUnsafeBytes {
            resource = ProtobufAttributes.keyValues($0, OTLPField.Resource.attributes)
        }
        surroundings.scope.withUnsafeBytes { bytes in
            var reader = ProtobufReader(bytes)
            while let field = try? reader.next() {
                if field.tag == OTLPField.Scope.name { scope = String(decoding: bytes[field.range], as: UTF8.self) }
            }
        }
    }

    private static func event(_ bytes: UnsafeRawBufferPointer) -> SpanDetail.Event {
        var event = SpanDetail.Event(
            name: "", time: nil, attributes: ProtobufAttributes.keyValues(bytes, OTLPField.Event.attributes))
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            if field.tag == OTLPField.Event.time, field.value > 0 {
                event.time = Timestamp(unixNanoseconds: Int64(clamping: field.value))
            } else if field.tag == OTLPField.Event.name {
                event.name = String(decoding: bytes[field.range], as: UTF8.self)
            }
        }
        return event
    }
}
