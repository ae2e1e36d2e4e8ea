import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct `Secrets` {
    private static let token = "sk-proj-abcDEF0123456789abcDEF"
    private static let bearer = "Bearer abcdefghijklmnopqrstuvwxyz.0123"

    private static func holds(_ payload: SpanPayload, _ text: String) -> Bool {
        String(decoding: payload.span + payload.surroundings + payload.resource, as: UTF8.self).contains(text)
    }

    @Test(arguments: [
        #""http.request.header.authorization":"hunter2-hunter2""#, #""X-Api-Key":"hunter2-hunter2""#,
        #""openai.apiKey":"hunter2-hunter2""#,
        #""http.request.header.cookie":["hunter2-hunter2"]"#,
        #""headers":{"Authorization":"hunter2-hunter2","n":[{"set-cookie":"hunter2-hunter2"}]}"#,
        #""note":"key sk-hunter2-hunter2-hunter2-hunter2!""#,
        #""note":"Authorization: Bearer hunter2-hunter2-hunter2""#,
        #""fallom.raw.request":"{\"headers\":\"Bearer hunter2-hunter2-hunter2\\nsk-hunter2-hunter2-hunter2-x\"}""#,
    ])
    func `of a record are masked at the same length`(attribute: String) throws {
        let body = record(
            #""status":"ERROR","error_message":"Incorrect API key provided: sk-hunter2-hunter2-hunter2-hunter2","attributes":{\#(attribute),"kept":"kept text"}"#
        )
        let ingested = try #require(try SpanDecoder().decodeTraces(body, encoding: .json).spans.first)
        #expect(!Self.holds(ingested.payload, "hunter2"))
        #expect(Self.holds(ingested.payload, "kept text"))
        #expect(ingested.payload.span.count == body.count)
        #expect(ingested.span.errorMessage?.contains("hunter2") == false)
        _ = try JSONValue(parsing: ingested.payload.span)
    }

    @Test(
        arguments: [
            ["http.request.header.authorization": .array([.string("hunter2-hunter2")])],
            ["x-api-key": .string("hunter2-hunter2")],
            ["note": .string("Bearer hunter2-hunter2-hunter2")],
            [
                "headers": .object([
                    "cookie": .string("hunter2-hunter2"),
                    "list": .array([.object(["api_key": .string("hunter2-hunter2")])]),
                ])
            ],
        ] as [KeyValuePairs<String, JSONValue>])
    func `of an OTLP span, its resource and its events are masked`(attributes: KeyValuePairs<String, JSONValue>) throws
    {
        let span = OTLPSpan(
            attributes: attributes, resource: attributes,
            status: .object(["code": .number(2), "message": .string(Self.bearer)]),
            events: [("e", 1, attributes)])
        let ingested = try span.ingested()
        #expect(!Self.holds(ingested.payload, "hunter2"))
        #expect(!Self.holds(ingested.payload, "0123"))
        #expect(ingested.span.errorMessage?.contains("0123") == false)
        _ = try JSONValue(parsing: ingested.payload.span)
        #expect(try PayloadDecoder().detail(of: ingested.payload).attributes.entries.count == attributes.count)
        #expect(try PayloadDecoder().detail(of: ingested.payload).events.count == 1)
    }

    @Test(arguments: [
        "task-force-one-is-a-long-name", "sk-short", "risk-assessment-of-the-quarter", "disk-0123456789012345678901",
        "the bearer of news", "tokenizer", "monkey",
    ])
    func `are not seen where there are none`(text: String) throws {
        let body = record(#""attributes":{"\#(text)":"\#(text)"}"#)
        let ingested = try #require(try SpanDecoder().decodeTraces(body, encoding: .json).spans.first)
        #expect(ingested.payload.span == body)
    }

    @Test func `of a protobuf span are masked inside their own strings only`() throws {
        // A key is followed by the tag of the next attribute ('J'), which looks like one more of its letters.
        let request = Protobuf.request(attributes: [
            ("note", "sk-hunter2hunter2hunter2hunter2"), ("x-api-key", "hunter2"), ("kept", "kept text"),
        ])
        let ingested = try #require(try SpanDecoder().decodeTraces(request, encoding: .protobuf).spans.first)
        #expect(!Self.holds(ingested.payload, "hunter2"))
        let detail = try PayloadDecoder().detail(of: ingested.payload)
        #expect(detail.attributes["kept"] == .string("kept text"))
        #expect(detail.attributes["x-api-key"] == .string("*******"))
    }
}

/// Builds protobuf by hand.
enum Protobuf {
    static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = bytes.count
        while rest >= 0x80 {
            length.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return [number << 3 | 2] + length + [UInt8(rest)] + bytes
    }

    static func request(attributes: [(String, String)]) -> [UInt8] {
        var span =
            field(1, [UInt8](repeating: 1, count: 16)) + field(2, [UInt8](repeating: 2, count: 8))
            + field(5, Array("n".utf8))
        span += [0x39, 5, 0, 0, 0, 0, 0, 0, 0] + [0x41, 9, 0, 0, 0, 0, 0, 0, 0]
        for (name, value) in attributes {
            span += field(9, field(1, Array(name.utf8)) + field(2, field(1, Array(value.utf8))))
        }
        return field(1, field(2, field(2, span)))
    }
}
