import OrderedJSON
public import TraceModel

extension SpanExport {
    /// A span as an OTLP request in protobuf (`ExportTraceServiceRequest`): many, one behind the other, are one request.
    public static func otlpMessage(of span: Span, payload: SpanPayload) throws(DecodeError) -> [UInt8] {
        let surroundings = Surroundings(payload)
        if payload.format == .otlpProtobuf, surroundings.headers.isEmpty {
            return otlpProtobuf(payload.span, surroundings)
        }
        return OTLPMessage.request(try DecodedPayload.parse(try otlpLine(of: span, payload: payload)))
    }
}

/// OTLP JSON as OTLP protobuf: the fields of the trace messages (opentelemetry-proto, trace/v1), unknown ones left out.
enum OTLPMessage {
    static func request(_ json: JSONValue) -> [UInt8] {
        message { writer in
            for resource in json["resourceSpans"]?.array ?? [] {
                writer.bytes(OTLPField.Request.resources, resourceSpans(resource))
            }
        }
    }

    private static func resourceSpans(_ json: JSONValue) -> [UInt8] {
        message { writer in
            if let resource = json["resource"] {
                writer.bytes(
                    OTLPField.OfResource.resource,
                    message { $0.keyValues(OTLPField.Resource.attributes, resource["attributes"]) })
            }
            for scope in json["scopeSpans"]?.array ?? json["instrumentationLibrarySpans"]?.array ?? [] {
                writer.bytes(OTLPField.OfResource.scopes, scopeSpans(scope))
            }
            writer.text(OTLPField.OfResource.schemaURL, json["schemaUrl"])
        }
    }

    private static func scopeSpans(_ json: JSONValue) -> [UInt8] {
        message { writer in
            if let scope = json["scope"] ?? json["instrumentationLibrary"] {
                writer.bytes(
                    OTLPField.OfScope.scope,
                    message { inner in
                        inner.text(OTLPField.Scope.name, scope["name"])
                        inner.text(OTLPField.Scope.version, scope["version"])
                        inner.keyValues(OTLPField.Scope.attributes, scope["attributes"])
                    })
            }
            for span in json["spans"]?.array ?? [] { writer.bytes(OTLPField.OfScope.records, self.span(span)) }
            writer.text(OTLPField.OfScope.schemaURL, json["schemaUrl"])
        }
    }

    private static func span(_ json: JSONValue) -> [UInt8] {
        message { writer in
            writer.spanContext(json)
            writer.identifier(OTLPField.Span.parentSpanID, json["parentSpanId"])
            writer.text(OTLPField.Span.name, json["name"])
            writer.number(OTLPField.Span.kind, json["kind"])
            writer.time(OTLPField.Span.start, json["startTimeUnixNano"])
            writer.time(OTLPField.Span.end, json["endTimeUnixNano"])
            writer.attributes(OTLPField.Span.attributes, dropped: OTLPField.Span.droppedAttributes, json)
            for event in json["events"]?.array ?? [] { writer.bytes(OTLPField.Span.events, self.event(event)) }
            writer.number(OTLPField.Span.droppedEvents, json["droppedEventsCount"])
            for link in json["links"]?.array ?? [] { writer.bytes(OTLPField.Span.links, self.link(link)) }
            writer.number(OTLPField.Span.droppedLinks, json["droppedLinksCount"])
            if let status = json["status"] {
                writer.bytes(
                    OTLPField.Span.status,
                    message { inner in
                        inner.text(OTLPField.Status.message, status["message"])
                        inner.number(OTLPField.Status.code, status["code"])
                    })
            }
            writer.flags(OTLPField.Span.flags, json["flags"])
        }
    }

    private static func event(_ json: JSONValue) -> [UInt8] {
        message { writer in
            writer.time(OTLPField.Event.time, json["timeUnixNano"])
            writer.text(OTLPField.Event.name, json["name"])
            writer.attributes(OTLPField.Event.attributes, dropped: OTLPField.Event.droppedAttributes, json)
        }
    }

    private static func link(_ json: JSONValue) -> [UInt8] {
        message { writer in
            writer.spanContext(json)
            writer.attributes(OTLPField.Link.attributes, dropped: OTLPField.Link.droppedAttributes, json)
            writer.flags(OTLPField.Link.flags, json["flags"])
        }
    }

    fileprivate static func message(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter()
        write(&writer)
        return writer.bytes
    }
}

extension ProtobufWriter {
    /// Which span it is: spans and links have the same three fields under the same numbers.
    fileprivate mutating func spanContext(_ json: JSONValue) {
        identifier(OTLPField.Span.traceID, json["traceId"])
        identifier(OTLPField.Span.spanID, json["spanId"])
        text(OTLPField.Span.traceState, json["traceState"])
    }

    /// What spans, events and links say of themselves, and how much of it was dropped on the way.
    fileprivate mutating func attributes(_ tag: ProtobufTag, dropped: ProtobufTag, _ json: JSONValue) {
        keyValues(tag, json["attributes"])
        number(dropped, json["droppedAttributesCount"])
    }

    fileprivate mutating func flags(_ tag: ProtobufTag, _ json: JSONValue?) {
        if let flags = json?.int { fixed(tag, UInt32(truncatingIfNeeded: flags)) }
    }

    fileprivate mutating func text(_ tag: ProtobufTag, _ json: JSONValue?) {
        guard let text = json?.string, !text.isEmpty else { return }
        bytes(tag, Array(text.utf8))
    }

    /// A whole number, which JSON may have as a text; of an enumeration its number or its name's (`SPAN_KIND_CLIENT`).
    fileprivate mutating func number(_ tag: ProtobufTag, _ json: JSONValue?) {
        guard let json else { return }
        let named = json.string.flatMap { Self.names[$0] }
        guard let value = named ?? json.int ?? json.string.flatMap({ Int($0) }), value != 0 else { return }
        varint(tag, UInt64(bitPattern: Int64(value)))
    }

    private static let names = [
        "SPAN_KIND_INTERNAL": 1, "SPAN_KIND_SERVER": 2, "SPAN_KIND_CLIENT": 3, "SPAN_KIND_PRODUCER": 4,
        "SPAN_KIND_CONSUMER": 5, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2,
    ]

    fileprivate mutating func time(_ tag: ProtobufTag, _ json: JSONValue?) {
        guard let json, let value = json.string.flatMap({ UInt64($0) }) ?? json.int.map({ UInt64(max(0, $0)) }),
            value != 0
        else { return }
        fixed(tag, value)
    }

    /// An id, which OTLP JSON has in hexadecimal digits.
    fileprivate mutating func identifier(_ tag: ProtobufTag, _ json: JSONValue?) {
        guard let digits = json?.string.map({ Array($0.utf8) }), !digits.isEmpty, digits.count % 2 == 0 else { return }
        let values = digits.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard values.count == digits.count else { return }
        bytes(tag, stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] })
    }

    fileprivate mutating func keyValues(_ tag: ProtobufTag, _ json: JSONValue?) {
        for pair in json?.array ?? [] {
            bytes(
                tag,
                OTLPMessage.message { inner in
                    inner.text(OTLPField.KeyValue.key, pair["key"])
                    if let value = pair["value"] { inner.bytes(OTLPField.KeyValue.value, Self.anyValue(value)) }
                })
        }
    }

    private static func anyValue(_ json: JSONValue) -> [UInt8] {
        OTLPMessage.message { writer in
            if let text = json["stringValue"]?.string {
                writer.bytes(OTLPField.AnyValue.string, Array(text.utf8))
            } else if let flag = json["boolValue"]?.bool {
                writer.varint(OTLPField.AnyValue.bool, flag ? 1 : 0)
            } else if let number = json["intValue"] {
                let value = number.int ?? number.string.flatMap { Int($0) } ?? 0
                writer.varint(OTLPField.AnyValue.int, UInt64(bitPattern: Int64(value)))
            } else if let number = json["doubleValue"] {
                let value = number.double ?? number.string.flatMap { Double($0) } ?? .nan
                writer.fixed(OTLPField.AnyValue.double, value.bitPattern)
            } else if let list = json["arrayValue"] {
                writer.bytes(
                    OTLPField.AnyValue.array,
                    OTLPMessage.message { inner in
                        for value in list["values"]?.array ?? [] { inner.bytes(OTLPField.List.values, anyValue(value)) }
                    })
            } else if let map = json["kvlistValue"] {
                writer.bytes(
                    OTLPField.AnyValue.keyValues,
                    OTLPMessage.message { $0.keyValues(OTLPField.List.values, map["values"]) })
            } else if let text = json["bytesValue"]?.string, let bytes = Base64Text.decode(text) {
                writer.bytes(OTLPField.AnyValue.bytes, bytes)
            }
        }
    }
}
