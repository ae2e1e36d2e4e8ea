import Fallom
import OrderedJSON

/// The same request in each API's words.
enum Requests {
    private static let schema: JSON = [
        "type": "object", "properties": ["city": ["type": "string"], "days": ["type": "integer"]],
    ]
    private static let timeSchema: JSON = ["type": "object", "properties": ["tz": ["type": "string"]]]

    static func chat(_ situation: Situation) -> ChatRequest {
        var parameters: KeyValuePairs<String, JSON> = ["stream_options": ["include_usage": true]]
        if situation.hasTools {
            parameters = [
                "stream_options": ["include_usage": true],
                "tools": [
                    ["type": "function", "function": ["name": "get_weather", "parameters": schema]],
                    ["type": "function", "function": ["name": "get_time", "parameters": timeSchema]],
                ],
            ]
        }
        return ChatRequest(
            model: "gpt-4o", messages: [.system("You are helpful."), .user(situation.text)], parameters: parameters)
    }

    static func response(_ situation: Situation) -> ResponseRequest {
        ResponseRequest(
            model: "o3-mini", input: .string(situation.text), instructions: "Be nice",
            parameters: situation.hasTools
                ? [
                    "tools": [
                        ["type": "function", "name": "get_weather", "parameters": schema],
                        ["type": "function", "name": "get_time", "parameters": timeSchema],
                    ]
                ] : [:])
    }

    static func messages(_ situation: Situation) -> MessagesRequest {
        MessagesRequest(
            model: "claude-3-5-sonnet-20241022", messages: [("user", .string(situation.text))], system: "Be kind",
            parameters: situation.hasTools
                ? [
                    "tools": [
                        ["name": "get_weather", "input_schema": schema],
                        ["name": "get_time", "input_schema": timeSchema],
                    ]
                ] : [:])
    }

    static func generate(_ situation: Situation) -> GenerateRequest {
        GenerateRequest(
            contents: [["role": "user", "parts": [["text": .string(situation.text)]]]], system: "Be brief",
            parameters: situation.hasTools
                ? [
                    "tools": [
                        [
                            "functionDeclarations": [
                                ["name": "get_weather", "parameters": schema],
                                ["name": "get_time", "parameters": timeSchema],
                            ]
                        ]
                    ]
                ] : [:])
    }
}

/// The three APIs' clients, towards a double.
struct Clients {
    var openAI: OpenAIClient
    var azure: OpenAIClient
    var anthropic: AnthropicClient
    var googleAI: GoogleAIClient
    var google: GoogleGenerativeModel

    init(_ server: PythonServer, key: String) { self.init(url: server.url, key: key) }

    init(url: String, key: String) {
        // Every situation is tried once: what several tries do is a test of its own.
        let once = CallLimits(retries: 0)
        openAI = OpenAIClient(apiKey: key, baseURL: url + "/v1", limits: once)
        azure = OpenAIClient(
            azureEndpoint: url, deployment: "gpt-4o", apiVersion: "2024-10-21", apiKey: key,
            limits: once)
        anthropic = AnthropicClient(apiKey: key, baseURL: url, limits: once)
        googleAI = GoogleAIClient(apiKey: key, baseURL: url + "/v1beta", limits: once)
        google = googleAI.generativeModel("gemini-1.5-flash")
    }

    static let all = ["openai.chat", "openai.responses", "azure.chat", "azure.responses", "anthropic", "google"]

    /// What an app sees of a call, wrapped in a session or not.
    func outcome(
        _ api: String, _ situation: Situation, streaming: Bool, session: Session?,
        onValue: (Int) -> Bool = { _ in true }
    ) async -> Outcome {
        switch api {
        case "openai.chat": await chat(openAI, situation, streaming, session, onValue)
        case "openai.responses": await responses(openAI, situation, streaming, session, onValue)
        case "azure.chat": await chat(azure, situation, streaming, session, onValue)
        case "azure.responses": await responses(azure, situation, streaming, session, onValue)
        case "anthropic":
            if let session {
                await messages(session.wrapAnthropic(anthropic), situation, streaming, onValue)
            } else {
                await messages(anthropic, situation, streaming, onValue)
            }
        default:
            if let session {
                await generate(session.wrapGoogleAI(google), situation, streaming, onValue)
            } else {
                await generate(google, situation, streaming, onValue)
            }
        }
    }

    private func chat(
        _ client: OpenAIClient, _ situation: Situation, _ streaming: Bool, _ session: Session?, _ onValue: (Int) -> Bool
    ) async -> Outcome {
        func run<Client: ChatCompletionsClient>(_ client: Client) async -> Outcome
        where Client.ChatRequest == ChatRequest {
            let request = Requests.chat(situation)
            guard streaming else { return await Outcome.of { try await client.chat.completions.create(request) } }
            return await Outcome.ofStream(onValue: onValue) { try await client.chat.completions.stream(request) }
        }
        return if let session { await run(session.wrapOpenAI(client)) } else { await run(client) }
    }

    private func responses(
        _ client: OpenAIClient, _ situation: Situation, _ streaming: Bool, _ session: Session?, _ onValue: (Int) -> Bool
    ) async -> Outcome {
        func run<Client: ResponsesClient>(_ client: Client) async -> Outcome
        where Client.ResponseRequest == ResponseRequest {
            let request = Requests.response(situation)
            guard streaming else { return await Outcome.of { try await client.responses.create(request) } }
            return await Outcome.ofStream(onValue: onValue) { try await client.responses.stream(request) }
        }
        return if let session { await run(session.wrapOpenAI(client)) } else { await run(client) }
    }

    private func messages<Client: MessagesClient>(
        _ client: Client, _ situation: Situation, _ streaming: Bool, _ onValue: (Int) -> Bool
    ) async -> Outcome where Client.MessagesRequest == MessagesRequest {
        let request = Requests.messages(situation)
        guard streaming else { return await Outcome.of { try await client.messages.create(request) } }
        return await Outcome.ofStream(onValue: onValue) { try await client.messages.stream(request) }
    }

    private func generate<Client: GenerativeModelClient>(
        _ client: Client, _ situation: Situation, _ streaming: Bool, _ onValue: (Int) -> Bool
    ) async -> Outcome where Client.GenerateRequest == GenerateRequest {
        let request = Requests.generate(situation)
        guard streaming else { return await Outcome.of { try await client.generateContent(request) } }
        return await Outcome.ofStream(onValue: onValue) { try await client.streamGenerateContent(request) }
    }
}
