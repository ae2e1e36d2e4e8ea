import Fallom
import OrderedJSON
import SpanCodec
import Synchronization
import Testing
import TraceModel

/// What goes out as OTLP says what Fallom's own records say.
@Suite struct OTLPExportTests {
    private static let request: JSON = [
        "model": "gpt-4o", "stream": true,
        "messages": [["role": "system", "content": "Be brief."], ["role": "user", "content": "How warm is it?"]],
    ]
    private static let events = [
        #"{"id":"c1","model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{"content":"Let me see."}}]}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t1","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}]},"finish_reason":"tool_calls"}]}"#,
        #"{"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":7,"total_tokens":27,"prompt_tokens_details":{"cached_tokens":16}}}"#,
        "[DONE]",
    ].map { "data: \($0)\n\n" }.joined()

    /// A streamed call with a tool, one that was refused, one of the app's own spans around them.
    private func work(_ session: Session) async {
        await session.span("answer", kind: .agent, attributes: ["steps": 2]) { span in
            let url = "https://api.openai.com/v1/chat/completions"
            let body = Self.request.compactBytes
            let call = session.exchange(method: "POST", url: url, headers: [], body: body)
            call?.head(status: 200, headers: [("content-type", "text/event-stream")])
            call?.take(Array(Self.events.utf8))
            call?.end()
            let refused = session.exchange(method: "POST", url: url, headers: [], body: body)
            refused?.head(status: 429, headers: [])
            refused?.take(Array(#"{"error":{"message":"Too many","type":"rate_limit_error"}}"#.utf8))
            refused?.end()
        }
    }

    private func spans(_ batch: DecodedBatch) -> [Span] { batch.spans.map(\.span) }

    @Test func `a span is the same by JSON, by protobuf and by Fallom's record`() async throws {
        let test = try TestClient()
        await work(test.session)
        let records = await test.records()
        #expect(records.count == 3)
        let direct = try records.flatMap { record in
            spans(try SpanDecoder().decodeTraces(record.encoded(), encoding: .json))
        }
        let sent = records.compactMap { OTLPSpan($0) }
        let resource = AttributeMap([.init("service.name", .string("app"))])
        let json = OTLPRequest.json(sent, resource: resource, scope: "fallom", version: "1")
        let protobuf = OTLPRequest.protobuf(sent, resource: resource, scope: "fallom", version: "1")
        #expect(spans(try SpanDecoder().decodeTraces(json, encoding: .json)) == direct)
        #expect(spans(try SpanDecoder().decodeTraces(protobuf, encoding: .protobuf)) == direct)
    }

    @Test(arguments: [true, false]) func `the conventions' names say what was said, where content is captured`(
        _ captures: Bool
    ) async throws {
        let test = try TestClient(capturesContent: captures)
        await work(test.session)
        let record = try #require(await test.records().first { $0.isStreaming == true && !$0.isError })
        let span = try #require(OTLPSpan(record)).json
        var said: [String: JSONValue] = [:]
        for pair in span["attributes"]?.array ?? [] { said[pair["key"]?.string ?? ""] = pair["value"] }
        #expect(said["gen_ai.operation.name"]?["stringValue"] == "chat")
        #expect(said["gen_ai.usage.input_tokens"]?["intValue"] == "20")
        #expect(said["gen_ai.usage.cache_read.input_tokens"]?["intValue"] == "16")
        #expect(said["gen_ai.request.stream"]?["boolValue"] == true && span["kind"] == 3)
        let input = said["gen_ai.input.messages"]?["stringValue"]?.string
        let output = said["gen_ai.output.messages"]?["stringValue"]?.string
        guard captures else {
            #expect(input == nil && output == nil)
            #expect(!span.compactText.contains("How warm") && !span.compactText.contains("Paris"))
            return
        }
        #expect(
            try JSON(parsing: input ?? "") == [
                ["role": "system", "parts": [["type": "text", "content": "Be brief."]]],
                ["role": "user", "parts": [["type": "text", "content": "How warm is it?"]]],
            ])
        let answer = try JSON(parsing: output ?? "")[0]
        #expect(answer?["role"] == "assistant" && answer?["finish_reason"]?.string?.hasPrefix("tool_call") == true)
        #expect(answer?["parts"]?[0] == ["type": "text", "content": "Let me see."])
        #expect(answer?["parts"]?[1]?["arguments"] == ["city": "Paris"])
    }

    @Test func `OpenTelemetry's variables say where, how and with what headers`() async throws {
        let calls = Mutex<[HTTPCall]>([])
        let transport = StubTransport { call in
            calls.withLock { $0.append(call) }
            return HTTPReply(status: 200)
        }
        var options = FallomOptions()
        options.recordsAssignments = false
        let environment = [
            "FALLOM_TRACES_URL": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example/otel/",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20b, x-team = blue", "OTEL_SERVICE_NAME": "shop",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf",
        ]
        let client = try FallomClient(options, environment: environment, transport: transport)
        await work(client.session(configKey: "c", sessionID: "s"))
        await client.shutdown()
        let sent = calls.withLock { $0 }
        let spans = try sent.flatMap { call in
            #expect(call.url == "https://collector.example/otel/v1/traces")
            let headers = Dictionary(uniqueKeysWithValues: call.headers.map { ($0.name, $0.value) })
            #expect(headers == ["Content-Type": "application/x-protobuf", "x-key": "a b", "x-team": "blue"])
            return try SpanDecoder().decodeTraces(call.body, encoding: .protobuf).spans
        }
        #expect(spans.count == 3)
        #expect(client.counters.exporters.first?.delivered == 3 && client.counters.dropped == 0)
    }

    @Test func `what cannot be spoken is said`() {
        let environment = ["FALLOM_TRACES_URL": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"]
        #expect {
            try FallomClient(FallomOptions(), environment: environment)
        } throws: { error in
            (error as? ConfigurationError)?.option == "OTEL_EXPORTER_OTLP_PROTOCOL"
        }
    }
}
