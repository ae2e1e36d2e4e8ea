import OrderedJSON
import Testing
import TraceModel

@testable import SpanCodec

@Suite struct `Requests with mistakes in them` {
    @Test(
        arguments: [
            ("", "the text ends inside a value", nil, 0), ("{", "the text ends inside a value", nil, 1),
            ("[1]x", "something follows the value", nil, 3),
            (#"{"trace_id":1,"span_id":"b","start_time":"2026-11-23T15:18:40Z"}"#, "text is needed", "trace_id", 12),
            (#"{"trace_id":"a","span_id":"b"}"#, "an ISO 8601 time with a zone is needed", "start_time", 0),
            (
                #"{"trace_id":"a","span_id":"","start_time":"2026-11-23T15:18:40Z"}"#,
                "an id that is not empty is needed", "span_id", 0
            ),
            (
                #"{"trace_id":"a","span_id":"b","start_time":"yesterday"}"#, "it is not an ISO 8601 time with a zone",
                "start_time", 44
            ),
            (
                #"{"trace_id":"a","span_id":"b","start_time":"2026-11-23T15:18:40Z","duration_ms":"5"}"#,
                "a number is needed", "duration_ms", 81
            ),
            (
                #"{"trace_id":"a","span_id":"b","start_time":"2026-11-23T15:18:40Z","metadata":[1]}"#,
                "an object is needed", "metadata", 77
            ),
            (
                #"{"trace_id":"a","span_id":"b","start_time":"2026-11-23T15:18:40Z","tags":{}}"#, "a list is needed",
                "tags", 73
            ),
            (
                #"{"trace_id":"a","span_id":"b","start_time":"2026-11-23T15:18:40Z","attributes":"x"}"#,
                "an object is needed", "attributes", 80
            ),
            (
                #"{"trace_id":"a","span_id":"b","start_time":"2026-11-23T15:18:40Z","is_streaming":1}"#,
                "true or false is needed", "is_streaming", 81
            ),
            (
                #"{"event":"$ai_generation"}"#,
                "neither a Fallom record (trace_id, span_id) nor OTLP (resourceSpans), but an object of event", nil, 0
            ),
            (#"{"resourceSpans":5}"#, "a list is needed", "resourceSpans", 17),
            ("5", "a JSON object is needed", nil, 0),
        ] as [(String, String, String?, Int)])
    func `say what is wrong and where`(text: String, reason: String, field: String?, offset: Int) {
        guard !text.isEmpty else { return }
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(Array(text.utf8), into: &batch)
        #expect(batch.spans.isEmpty)
        if text == "[1]x" {
            #expect(batch.rejected.count == 1)
        } else {
            #expect(batch.rejected == [RejectedSpan(reason: reason, field: field, offset: offset)])
        }
        #expect(throws: DecodeError.self) {
            let decoded = try SpanDecoder().decodeTraces(Array(text.utf8), encoding: .json)
            if !decoded.rejected.isEmpty { throw DecodeError(reason: "rejected") }
        }
    }

    @Test(arguments: ["", " ", "\r", "\t \r\n"])
    func `nothing is nothing`(text: String) throws {
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(Array(text.utf8), into: &batch)
        #expect(batch.spans.isEmpty && batch.rejected.isEmpty)
        #expect(try SpanDecoder().decodeTraces(Array("{}".utf8), encoding: .json).spans.isEmpty)
        #expect(try SpanDecoder().decodeTraces([], encoding: .protobuf).spans.isEmpty)
        #expect(try SpanDecoder().decodeTraces([], encoding: .json).spans.isEmpty)
    }

    private static let good =
        #"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"good","startTimeUnixNano":"5","endTimeUnixNano":9}"#

    @Test(arguments: [
        (#"{"traceId":"zz","spanId":"b7ad6b7169203331"}"#, "traceId"),
        (#"{"traceId":"00000000000000000000000000000000","spanId":"b7ad6b7169203331"}"#, "traceId"),
        (#"{"traceId":"0af7651916cd43dd8448eb211c80319c"}"#, "spanId"), ("5", "spans"), ("{}", "traceId"),
        (
            #"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","startTimeUnixNano":"x"}"#,
            "startTimeUnixNano"
        ),
        (#"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"}"#, "startTimeUnixNano"),
        (
            #"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","startTimeUnixNano":5,"attributes":[5]}"#,
            "attributes"
        ),
        (
            #"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","startTimeUnixNano":5,"name":{}}"#,
            "name"
        ),
    ])
    func `lose only the bad span`(bad: String, field: String) throws {
        let body = #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(Self.good),\#(bad),\#(Self.good)]}]}]}"#
        let batch = try SpanDecoder().decodeTraces(Array(body.utf8), encoding: .json)
        #expect(batch.spans.count == 2)
        #expect(batch.rejected.map(\.field) == [field])
        let answer = String(decoding: OTLPAnswer.answer(to: batch, .json), as: UTF8.self)
        #expect(
            answer.hasPrefix(
                #"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"1 of 3 spans rejected: \#(field): "#))
    }

    @Test func `broken off inside lose all of the request`() {
        let body = #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(Self.good),{"traceId""#
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(Array(body.utf8), into: &batch)
        #expect(batch.spans.isEmpty && batch.rejected.count == 1)
    }

    @Test func `in a whole-file array lose only the bad element`() {
        var batch = DecodedBatch()
        let good = String(decoding: record(), as: UTF8.self)
        SpanDecoder().decodeLine(Array("[\(good),{\"trace_id\":5},7,\(good)]".utf8), into: &batch)
        #expect(batch.spans.count == 2)
        #expect(batch.rejected.count == 2)
    }

    @Test func `members may come in any order, and old names are read`() throws {
        let body =
            #"{"resourceSpans":[{"instrumentationLibrarySpans":[{"spans":[\#(Self.good)],"instrumentationLibrary":{"name":"pydantic-ai"}}],"#
            + #""resource":{"attributes":[{"value":{"stringValue":"svc"},"key":"service.name"}]}}]}"#
        let span = try #require(try SpanDecoder().decodeTraces(Array(body.utf8), encoding: .json).spans.first)
        #expect(span.span.identity.config.resource == "svc")
        #expect(span.span.dialect == .pydanticAI)
        let detail = try PayloadDecoder().detail(of: span.payload)
        #expect(detail.scope == "pydantic-ai" && detail.resource["service.name"] == .string("svc"))
    }

    @Test func `too many attributes are refused`() throws {
        let decoder = SpanDecoder(limits: .init(maxAttributes: 2))
        let many = record(#""attributes":{"a":1,"b":2,"c":3}"#)
        let error = #expect(throws: DecodeError.self) { try decoder.decodeTraces(many, encoding: .json) }
        #expect(error?.field == "attributes")
    }

    @Test func `logs that are about no span hold nothing`() throws {
        let body =
            #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"gen_ai.choice"},{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","eventName":"other"},"#
            + #"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","attributes":[{"key":"event.name","value":{"stringValue":"gen_ai.user.message"}}],"body":{"stringValue":"hello"}}]}]}]}"#
        let batch = try SpanDecoder().decodeLogs(Array(body.utf8), encoding: .json)
        #expect(batch.contents.map(\.eventName) == ["gen_ai.user.message"])
    }

    @Test func `assignments need their four fields`() throws {
        let time = Timestamp(unixMilliseconds: 5)
        let body = #"{"config_key":"c","config_version":2,"session_id":"s","assigned_model":"m"}"#
        var masked = 0
        #expect(
            try SpanDecoder().decodeSession(Array(body.utf8), time: time, masked: &masked)
                == RecordedAssignment(configKey: "c", configVersion: 2, sessionID: "s", assignedModel: "m", time: time))
        let error = #expect(throws: DecodeError.self) {
            try SpanDecoder().decodeSession(
                Array(#"{"config_key":"c","config_version":"2"}"#.utf8), time: time, masked: &masked)
        }
        #expect(error?.field == "config_version")
    }

    @Test func `answers are in the request's encoding`() {
        #expect(OTLPAnswer.accepted(.protobuf).isEmpty)
        #expect(OTLPAnswer.partial(rejected: 2, message: "m", .protobuf) == [0x0A, 5, 0x08, 2, 0x12, 1, 0x6D])
        #expect(OTLPAnswer.status(message: "m", .protobuf) == [0x08, 3, 0x12, 1, 0x6D])
        #expect(String(decoding: OTLPAnswer.status(message: "m", .json), as: UTF8.self) == #"{"code":3,"message":"m"}"#)
    }
}
