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
            for resource in json["resourceSpans"]?.array ?? [] { writer.bytes(field: 1, resourceSpans(resource)) }
        }
    }

    private static func resourceSpans(_ json: JSONValue) -> [UInt8] {
        message { writer in
            if let resource = json["resource"] {
                writer.bytes(field: 1, message { $0.keyValues(field: 1, resource["attributes"]) })
            }
            for scope in json["scopeSpans"]?.array ?? json["instrumentationLibrarySpans"]?.array ?? [] {
                writer.bytes(field: 2, scopeSpans(scope))
            }
            writer.text(field: 3, json["schemaUrl"])
        }
    }

    private static func scopeSpans(_ json: JSONValue) -> [UInt8] {
        message { writer in
            if let scope = json["scope"] ?? json["instrumentationLibrary"] {
                writer.bytes(
                    field: 1,
                    message { inner in
                        inner.text(field: 1, scope["name"])
                        inner.text(field: 2, scope["version"])
                        inner.keyValues(field: 3, scope["attributes"])
                    })
            }
            for span in json["spans"]?.array ?? [] { writer.bytes(field: 2, self.span(span)) }
            writer.text(field: 3, json["schemaUrl"])
        }
    }

    private static func span(_ json: JSONValue) -> [UInt8] {
        message { writer in
            writer.identifier(field: 1, json["traceId"])
            writer.identifier(field: 2, json["spanId"])
            writer.text(field: 3, json["traceState"])
            writer.identifier(field: 4, json["parentSpanId"])
            writer.text(field: 5, json["name"])
            writer.number(field: 6, json["kind"])
            writer.time(field: 7, json["startTimeUnixNano"])
            writer.time(field: 8, json["endTimeUnixNano"])
            writer.keyValues(field: 9, json["attributes"])
            writer.number(field: 10, json["droppedAttributesCount"])
            for event in json["events"]?.array ?? [] { writer.bytes(field: 11, self.event(event)) }
            writer.number(field: 12, json["droppedEventsCount"])
            for link in json["links"]?.array ?? [] { writer.bytes(field: 13, self.link(link)) }
            writer.number(field: 14, json["droppedLinksCount"])
            if let status = json["status"] {
                writer.bytes(
                    field: 15,
                    message { inner in
                        inner.text(field: 2, status["message"])
                        inner.number(field: 3, status["code"])
                    })
            }
            if let flags = json["flags"]?.int { writer.fixed(field: 16, UInt32(truncatingIfNeeded: flags)) }
        }
    }

    private static func event(_ json: JSONValue) -> [UInt8] {
        message { writer in
            writer.time(field: 1, json["timeUnixNano"])
            writer.text(field: 2, json["name"])
            writer.keyValues(field: 3, json["attributes"])
            writer.number(field: 4, json["droppedAttributesCount"])
        }
    }

    private static func link(_ json: JSONValue) -> [UInt8] {
        message { writer in
            writer.identifier(field: 1, json["traceId"])
            writer.identifier(field: 2, json["spanId"])
            writer.text(field: 3, json["traceState"])
            writer.keyValues(field: 4, json["attributes"])
            writer.number(field: 5, json["droppedAttributesCount"])
            if let flags = json["flags"]?.int { writer.fixed(field: 6, UInt32(truncatingIfNeeded: flags)) }
        }
    }

    fileprivate static func message(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter()
        write(&writer)
        return writer.bytes
    }
}

extension ProtobufWriter {
    fileprivate mutating func text(field: Int, _ json: JSONValue?) {
        guard let text = json?.string, !text.isEmpty else { return }
        bytes(field: field, Array(text.utf8))
    }

    /// A whole number, which JSON may have as a text; of an enumeration its number or its name's (`SPAN_KIND_CLIENT`).
    fileprivate mutating func number(field: Int, _ json: JSONValue?) {
        guard let json else { return }
        let named = json.string.flatMap { Self.names[$0] }
        guard let value = named ?? json.int ?? json.string.flatMap({ Int($0) }), value != 0 else { return }
        varint(field: field, UInt64(bitPattern: Int64(value)))
    }

    private static let names = [
        "SPAN_KIND_INTERNAL": 1, "SPAN_KIND_SERVER": 2, "SPAN_KIND_CLIENT": 3, "SPAN_KIND_PRODUCER": 4,
        "SPAN_KIND_CONSUMER": 5, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2,
    ]

    fileprivate mutating func time(field: Int, _ json: JSONValue?) {
        guard let json, let value = json.string.flatMap({ UInt64($0) }) ?? json.int.map({ UInt64(max(0, $0)) }),
            value != 0
        else { return }
        fixed(field: field, value)
    }

    /// An id, which OTLP JSON has in hexadecimal digits.
    fileprivate mutating func identifier(field: Int, _ json: JSONValue?) {
        guard let digits = json?.string.map({ Array($0.utf8) }), !digits.isEmpty, digits.count % 2 == 0 else { return }
        let values = digits.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard values.count == digits.count else { return }
        bytes(field: field, stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] })
    }

    fileprivate mutating func keyValues(field: Int, _ json: JSONValue?) {
        for pair in json?.array ?? [] {
            bytes(
                field: field,
                OTLPMessage.message { inner in
                    inner.text(field: 1, pair["key"])
                    if let value = pair["value"] { inner.bytes(field: 2, Self.anyValue(value)) }
                })
        }
    }

    private static func anyValue(_ json: JSONValue) -> [UInt8] {
        OTLPMessage.message { writer in
            if let text = json["stringValue"]?.string {
                writer.bytes(field: 1, Array(text.utf8))
            } else if let flag = json["boolValue"]?.bool {
                writer.varint(field: 2, flag ? 1 : 0)
            } else if let number = json["intValue"] {
                let value = number.int ?? number.string.flatMap { Int($0) } ?? 0
                writer.varint(field: 3, UInt64(bitPattern: Int64(value)))
            } else if let number = json["doubleValue"] {
                let value = number.double ?? number.string.flatMap { Double($0) } ?? .nan
                writer.fixed(field: 4, value.bitPattern)
            } else if let list = json["arrayValue"] {
                writer.bytes(
                    field: 5,
                    OTLPMessage.message { inner in
                        for value in list["values"]?.array ?? [] { inner.bytes(field: 1, anyValue(value)) }
                    })
            } else if let map = json["kvlistValue"] {
                writer.bytes(field: 6, OTLPMessage.message { $0.keyValues(field: 1, map["values"]) })
            } else if let text = json["bytesValue"]?.string, let bytes = Base64Text.decode(text) {
                writer.bytes(field: 7, bytes)
            }
        }
    }
}
