import OrderedJSON
import SpanCodec
import TraceModel

/// Builds OTLP JSON spans for tests.
struct OTLPSpan {
    var attributes: KeyValuePairs<String, JSONValue> = [:]
    var scope = "test"
    var resource: KeyValuePairs<String, JSONValue> = [:]
    var name = "span"
    var status: JSONValue = .object([JSONMember]())
    var events: [(name: String, nanoseconds: Int64, attributes: KeyValuePairs<String, JSONValue>)] = []
    /// Nanoseconds after the start.
    var duration: Int64 = 2_000_000_000

    static let start: Int64 = 1_795_447_120_000_000_000

    /// The request.
    var body: [UInt8] {
        let span: JSONValue = .object([
            "traceId": .string("0AF7651916CD43DD8448EB211C80319C"), "spanId": .string("b7ad6b7169203331"),
            "parentSpanId": .string("0000000000000000"), "name": .string(name),
            "startTimeUnixNano": .string(String(Self.start)), "endTimeUnixNano": .string(String(Self.start + duration)),
            "attributes": Self.pairs(attributes), "status": status,
            "events": .array(
                events.map { event in
                    .object([
                        "name": .string(event.name), "timeUnixNano": .string(String(Self.start + event.nanoseconds)),
                        "attributes": Self.pairs(event.attributes),
                    ])
                }),
        ])
        let scopeSpans: JSONValue = .object(["scope": .object(["name": .string(scope)]), "spans": .array([span])])
        let resourceSpans: JSONValue = .object([
            "resource": .object(["attributes": Self.pairs(resource)]), "scopeSpans": .array([scopeSpans]),
        ])
        return JSONValue.object(["resourceSpans": .array([resourceSpans])]).compactBytes
    }

    private static func pairs(_ values: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .array(values.map { .object(["key": .string($0.key), "value": anyValue($0.value)]) })
    }

    private static func anyValue(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string: .object(["stringValue": value])
        case .bool: .object(["boolValue": value])
        case .number(let number): .object([number.int64 == nil ? "doubleValue" : "intValue": value])
        case .array(let elements): .object(["arrayValue": .object(["values": .array(elements.map(anyValue))])])
        case .object(let members):
            .object([
                "kvlistValue": .object([
                    "values": .array(
                        members.map { .object(["key": .string($0.name), "value": anyValue($0.value)]) })
                ])
            ])
        case .null: .object([JSONMember]())
        }
    }

    /// The span as it is normalised, with its payload.
    func ingested(headers: FallomHeaders = FallomHeaders()) throws -> IngestedSpan {
        let batch = try SpanDecoder().decodeTraces(body, encoding: .json, headers: headers)
        guard let span = batch.spans.first else { throw DecodeError(reason: "\(batch.rejected)") }
        return span
    }

    /// The span as it is normalised.
    func span(headers: FallomHeaders = FallomHeaders()) throws -> Span { try ingested(headers: headers).span }

    /// What the span's screen shows.
    func detail() throws -> SpanDetail { try PayloadDecoder().detail(of: ingested().payload) }
}

/// A Fallom record with some members more.
func record(_ members: String = "") -> [UInt8] {
    Array(
        (#"{"config_key":"app","session_id":"s","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","#
            + #""name":"n","start_time":"2026-11-23T15:18:40.000Z","end_time":"2026-11-23T15:18:42.000Z","duration_ms":2000,"#
            + #""status":"OK""# + (members.isEmpty ? "" : "," + members) + "}").utf8)
}

/// The span of a record.
func recordSpan(_ members: String = "") throws -> Span {
    let batch = try SpanDecoder().decodeTraces(record(members), encoding: .json)
    guard let span = batch.spans.first else { throw DecodeError(reason: "no span") }
    return span.span
}
