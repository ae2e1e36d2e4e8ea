import Fallom
import Foundation
import OrderedJSON
import SpanCodec
import Testing

/// What was recorded once is played back to any of the SDK's clients, and an app's test reads what came of it.
@Suite struct ExchangeTapeTests {
    static let apis = ["openai.chat", "openai.responses", "anthropic", "google"]

    @Test(arguments: apis, [false, true]) func `what is recorded of a provider is played back the same`(
        _ api: String, streaming: Bool
    ) async throws {
        let tape = ExchangeTape()
        var clients = Clients(.llm, key: "sk-good-key-1234567")
        clients.openAI = clients.openAI.recording(on: tape)
        clients.anthropic = clients.anthropic.recording(on: tape)
        clients.googleAI = clients.googleAI.recording(on: tape)
        clients.google = clients.googleAI.generativeModel("gemini-1.5-flash")
        var asked: [Outcome] = []
        let situations = [Situation.plain, .tools, .limited]
        for situation in situations {
            asked.append(await clients.outcome(api, situation, streaming: streaming, session: nil))
        }
        #expect(tape.count == 3 && !tape.text.contains("sk-good-key"))

        // As a test of an app reads it from its file.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tape-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(tape.text.utf8).write(to: file)
        let played = try ExchangeTape(parsing: Data(contentsOf: file))
        let test = try TestClient()
        var players = Clients(url: "http://127.0.0.1:1", key: "any")
        players.openAI = players.openAI.playing(played)
        players.anthropic = players.anthropic.playing(played)
        players.googleAI = players.googleAI.playing(played)
        players.google = players.googleAI.generativeModel("gemini-1.5-flash")
        for (situation, outcome) in zip(situations, asked) {
            let again = await players.outcome(api, situation, streaming: streaming, session: test.session)
            #expect(again == outcome)
        }
        #expect(played.unplayed == 0 && played.json == tape.json)
        let spans = await test.records().map(FinishedSpan.init)
        #expect(spans.map(\.isError) == [false, false, true])
        #expect(spans[0].output.joined().hasSuffix(Situation.plain.text) && spans[1].toolCalls == ["get_weather"])
        #expect(spans[2].errorMessage?.contains("429") == true)
    }

    @Test(arguments: [false, true]) func `no key stays on a tape, though the server repeats it`(compressed: Bool)
        async throws
    {
        let key = "sk-live-51Habcdefghij"
        let url = try Script.url(
            [
                .init(
                    status: 401, headers: compressed ? ["content-encoding": "gzip"] : [:],
                    pieces: [#"{"error":{"message":"Incorrect key: \#(key)"}}"#])
            ], "\(compressed)")
        let tape = ExchangeTape()
        let once = CallLimits(retries: 0)
        let client = OpenAIClient(apiKey: key, baseURL: url, limits: once).recording(on: tape)
        await #expect(throws: ProviderError.self) {
            try await client.createChatCompletion(ChatRequest(model: "m", messages: [.user("my key is \(key)")]))
        }
        #expect(tape.count == 1 && !tape.text.contains(key) && tape.text.contains("Incorrect key"), "\(tape.text)")
    }

    @Test func `a tape written by hand answers with status, headers, events and a cut`() async throws {
        let tape = try ExchangeTape(
            parsing: Array(
                #"""
                {"exchanges": [
                  {"request": {"path": "/chat/completions", "body": {"model": "gpt-4o"}},
                   "response": {"status": 429, "headers": {"retry-after": "7"}, "body": {"error": {"message": "slow down"}}}},
                  {"request": {"path": "/chat/completions"},
                   "response": {"events": [{"choices": [{"delta": {"content": "Hi"}}]},
                                           {"choices": [{"delta": {}, "finish_reason": "stop"}]}, "[DONE]"]}},
                  {"request": {"path": "/chat/completions"},
                   "response": {"events": [{"choices": [{"delta": {"content": "H"}}]}], "cut": true}},
                  {"request": {"path": "/chat/completions"}, "response": {"text": "<html><title>Down</title></html>"}}
                ]}
                """#.utf8))
        let client = OpenAIClient(apiKey: "any", limits: CallLimits(retries: 0)).playing(tape)
        let request = ChatRequest(model: "gpt-4o", messages: [.user("Hello")])
        let limited = await #expect(throws: ProviderError.self) { try await client.chat.completions.create(request) }
        #expect(limited?.httpStatus == 429 && limited?.retryAfter == .seconds(7) && limited?.message == "slow down")
        var text = ""
        for try await chunk in try await client.chat.completions.stream(request) { text += chunk.text ?? "" }
        #expect(text == "Hi")
        let cut = await #expect(throws: ProviderError.self) {
            for try await _ in try await client.chat.completions.stream(request) {}
        }
        #expect(cut?.kind == .connection)
        let page = await #expect(throws: ProviderError.self) { try await client.chat.completions.create(request) }
        #expect(page?.kind == .malformedAnswer && tape.unplayed == 0)
    }

    @Test func `a call that nothing is left for says what there is`() async throws {
        let tape = try ExchangeTape([
            ["request": ["path": "/messages"], "response": ["text": ""]],
            [
                "request": [
                    "path": "/chat/completions", "body": ["messages": [["role": "user", "content": "Hello"]]],
                ],
                "response": ["body": ["choices": [["message": ["content": "Hi"]]]]],
            ],
        ])
        let fallom = try FallomClient.testing(exchanges: tape)
        let session = fallom.session(configKey: "app", sessionID: "s")
        try await session.asCurrent { () async throws in
            _ = try await fallom.openAI.chat.completions.create(ChatRequest(model: "m", messages: [.user("Hello")]))
            for (text, reason) in [("Hello", "2 has been played"), ("Bye", "2 has been played")] {
                let error = await #expect(throws: ProviderError.self) {
                    try await fallom.openAI.chat.completions.create(ChatRequest(model: "m", messages: [.user(text)]))
                }
                #expect(
                    error?.message.contains("/v1/chat/completions (model m): 1 is for /messages, " + reason) == true)
            }
            let error = await #expect(throws: ProviderError.self) {
                try await fallom.google.generativeModel("g").generateContent("Hello")
            }
            #expect(error?.message.contains("1 is for /messages") == true)
        }
    }

    @Test func `a request that differs says where`() async throws {
        let tape = try ExchangeTape([
            [
                "request": [
                    "path": "/chat/completions", "body": ["model": "gpt-4o", "response_format": ["type": "text"]],
                ],
                "response": ["text": ""],
            ]
        ])
        let client = OpenAIClient(apiKey: "any").playing(tape)
        for (parameters, place) in [
            ([:], "response_format"), (["response_format": ["type": "json_object"]], "response_format.type"),
        ] as [(KeyValuePairs<String, JSON>, String)] {
            let error = await #expect(throws: ProviderError.self) {
                try await client.createChatCompletion(
                    ChatRequest(model: "gpt-4o", messages: [.user("Hello")], parameters: parameters))
            }
            #expect(error?.message.hasSuffix("1 wants another \(place)") == true, "\(error?.message ?? "")")
        }
    }

    @Test(arguments: [
        ("{", "no JSON"), ("{}", "list 'exchanges'"),
        (#"{"exchanges": [{}]}"#, "exchange 1 of 1: 'request' has no 'path'"),
        (#"[{"request": {"path": "/x"}}]"#, "there is no 'response'"),
        (#"[{"request": {"path": "/x"}, "response": {}}]"#, "one of 'body'"),
        (#"[{"request": {"path": "/x"}, "response": {"text": "", "body": 1}}]"#, "one of 'body'"),
        (#"[{"request": {"path": "/x"}, "response": {"status": 99, "text": ""}}]"#, "'status'"),
        (#"[{"request": {"path": "/x"}, "response": {"base64": ["?"]}}]"#, "'base64'"),
    ]) func `what is no tape is said`(text: String, reason: String) throws {
        let error = #expect(throws: TapeError.self) { try ExchangeTape(parsing: Array(text.utf8)) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
}
