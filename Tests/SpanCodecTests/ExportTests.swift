import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct `Exported spans` {
    private static func reread(_ line: [UInt8]) throws -> Span {
        #expect(!line.contains(UInt8(ascii: "\n")))
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(line, into: &batch)
        guard let span = batch.spans.first, batch.spans.count == 1 else {
            throw DecodeError(reason: "\(batch.rejected)")
        }
        return span.span
    }

    /// What came in headers stands in the record afterwards, which is the same to everyone.
    @Test func `read back as the same spans, in all formats`() throws {
        for ingested in try ReplayedStore(Captures.requests()).spans {
            let line = try SpanExport.ndjsonLine(of: ingested.payload)
            #expect(try Self.reread(line) == ingested.span)
            let otlp = try SpanExport.otlpLine(of: ingested.span, payload: ingested.payload)
            #expect(try Self.reread(otlp) == ingested.span)
            #expect(try JSONValue(parsing: otlp)["resourceSpans"] != nil)
            let message = try SpanExport.otlpMessage(of: ingested.span, payload: ingested.payload)
            #expect(try SpanDecoder().decodeTraces(message, encoding: .protobuf).spans.map(\.span) == [ingested.span])
        }
    }

    @Test func `keep the headers of their request`() throws {
        var headers = FallomHeaders()
        headers.take(name: "X-Fallom-Session-Id", value: "from header")
        headers.take(name: "X-Fallom-Prompt-Version", value: "7")
        for body in [
            OTLPSpan().body, Array(#"{"trace_id":"a","span_id":"b","start_time":"2026-11-23T15:18:40Z"}"#.utf8),
        ] {
            let ingested = try #require(
                try SpanDecoder().decodeTraces(body, encoding: .json, headers: headers).spans.first)
            #expect(ingested.span.identity.session.own == "from header")
            #expect(try Self.reread(SpanExport.ndjsonLine(of: ingested.payload)) == ingested.span)
            #expect(try Self.reread(SpanExport.otlpLine(of: ingested.span, payload: ingested.payload)) == ingested.span)
            #expect(try PayloadDecoder().span(of: ingested.payload) == ingested.span)
        }
    }

    @Test func `payloads normalise again to the same span`() throws {
        for ingested in try ReplayedStore(Captures.requests()).spans {
            #expect(try PayloadDecoder().span(of: ingested.payload) == ingested.span)
        }
    }

    @Test func `raw JSON shows protobuf as OTLP JSON`() throws {
        let request = Protobuf.request(attributes: [("k", "v")])
        let ingested = try #require(try SpanDecoder().decodeTraces(request, encoding: .protobuf).spans.first)
        let span = try PayloadDecoder().rawJSON(of: ingested.payload)["span"]
        #expect(
            span?.compactText
                == #"{"traceId":"01010101010101010101010101010101","spanId":"0202020202020202","name":"n","startTimeUnixNano":"5","endTimeUnixNano":"9","attributes":[{"key":"k","value":{"stringValue":"v"}}]}"#
        )
    }

    @Test func `records written by us read back as they were`() throws {
        let record = FallomRecord(
            configKey: "app", sessionID: "s", customerID: "c", traceID: "0af7651916cd43dd8448eb211c80319c",
            spanID: "b7ad6b7169203331",
            parentSpanID: "a7ad6b7169203331", name: "n\u{1B}\"", kind: .llm, model: "m",
            startTime: Timestamp(unixNanoseconds: 1_795_447_120_123_456_789),
            endTime: Timestamp(unixNanoseconds: 1_795_447_121_123_456_789), durationMilliseconds: 1000.5, isError: true,
            errorMessage: "e",
            timeToFirstTokenMilliseconds: 12.25, isStreaming: true, metadata: [JSONMember("k", .number(1))],
            tags: ["b", "a"],
            attributes: [JSONMember("fallom.sdk_version", .string("2"))], promptKey: "p", promptVersion: 3,
            promptABTestKey: "t",
            promptVariantIndex: 1)
        let span = try Self.reread(record.encoded())
        #expect(span.name == "n\u{1B}\"" && span.kind == .llm && span.parentID == "a7ad6b7169203331")
        #expect(span.start.unixNanoseconds == 1_795_447_120_123_456_789 && span.durationNanoseconds == 1_000_500_000)
        #expect(span.timeToFirstTokenNanoseconds == 12_250_000 && span.isStreaming && span.status == .error)
        #expect(
            span.tags == ["a", "b"] && span.metadata["k"] == .int(1) && span.promptVersion == "3"
                && span.promptVariantIndex == 1)
        var start = record
        start.endTime = nil
        start.durationMilliseconds = nil
        start.isError = false
        start.errorMessage = nil
        #expect(try Self.reread(start.encoded()).isRunning)
    }
}
