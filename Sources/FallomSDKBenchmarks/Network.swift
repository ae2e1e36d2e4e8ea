import Fallom
import OrderedJSON

extension FallomSDKBenchmarks {
    /// First tokens as the spans say them, less what the server waited before it sent them.
    static func ttft(_ url: String, serverWaits: Double) async throws {
        let spans = InMemoryExporter()
        var options = FallomOptions(apiKey: "k")
        options.sendsTraces = false
        options.syncInterval = nil
        options.exporters = [spans]
        let client = try FallomClient(options, environment: [:], transport: FixedTransport(body: []))
        let session = client.session(configKey: "bench", sessionID: "s")
        let openAI = session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: url + "/v1"))
        let anthropic = session.wrapAnthropic(AnthropicClient(apiKey: "k", baseURL: url))
        let google = session.wrapGoogleAI(
            GoogleAIClient(apiKey: "k", baseURL: url + "/v1beta").generativeModel("gemini-2.0-flash"))
        let ai = session.wrapAISDK()
        let model = OpenAIClient(apiKey: "k", baseURL: url + "/v1").languageModel("gpt-4o")
        let text = "one two three four"
        func measure(_ name: String, _ call: () async throws -> Void) async throws {
            for _ in 0..<41 { try await call() }
            await client.flush()
            let late = spans.spans.compactMap(\.timeToFirstTokenMilliseconds).map { $0 - serverWaits }.sorted()
            spans.removeAll()
            guard let last = late.last else { return print("\(name): no first tokens") }
            print("\(name): \(rounded(late[late.count / 2])) ms after the server, \(rounded(last)) at most")
        }
        try await measure("chat completions") {
            let request = ChatRequest(model: "gpt-4o", messages: [.user(text)])
            for try await _ in try await openAI.chat.completions.stream(request) {}
        }
        try await measure("responses") {
            let request = ResponseRequest(model: "gpt-4o", input: .string(text))
            for try await _ in try await openAI.responses.stream(request) {}
        }
        try await measure("messages") {
            let request = MessagesRequest(model: "claude", messages: [("user", .string(text))])
            for try await _ in try await anthropic.messages.stream(request) {}
        }
        try await measure("generateContent") {
            let request = GenerateRequest(contents: [["role": "user", "parts": [["text": .string(text)]]]])
            for try await _ in try await google.streamGenerateContent(request) {}
        }
        try await measure("streamText") {
            for try await _ in try await ai.streamText(model: model, prompt: text) {}
        }
        await client.shutdown()
    }

    /// What the app notices of a service that is of no use: the slowest of many calls, and how long the end takes.
    static func backend(_ url: String) async throws {
        let troubles = [
            ("down", "http://127.0.0.1:1"), ("drip", url + "/drip"), ("garbage", url + "/garbage"),
            ("500", url + "/status-500"), ("redirect", url + "/redirect"), ("hangup", url + "/hangup"),
            ("refuses TLS", url.replacing("http://", with: "https://")),
        ]
        for (name, address) in troubles {
            var options = FallomOptions(apiKey: "k")
            options.baseURL = address
            let client = try FallomClient(options, environment: [:])
            let session = client.session(configKey: "bench", sessionID: "s")
            let wrapped = session.wrapOpenAI(InstantChat())
            let request = ChatRequest(model: "gpt-4o", messages: [.user("hello")])
            let asked = now()
            let model = try await session.getModel(fallback: "fallback")
            let answered = now()
            var times: [Int64] = []
            for _ in 0..<10_000 {
                let start = now()
                _ = try await wrapped.createChatCompletion(request)
                times.append(now() - start)
            }
            times.sort()
            let start = now()
            await client.shutdown()
            let end = now()
            let counters = client.counters
            print(
                """
                \(name): call p50 \(rounded(Double(times[5000]) / 1000)) us, p99 \(rounded(Double(times[9900]) / 1000)) us; \
                getModel \(model) after \(rounded(Double(answered - asked) / 1e6)) ms; \
                shutdown \(rounded(Double(end - start) / 1e9)) s; \
                dropped \(counters.dropped), delivered \(counters.exporters.reduce(0) { $0 + $1.delivered })
                """)
        }
    }
}
