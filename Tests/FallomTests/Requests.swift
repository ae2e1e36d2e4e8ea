import Fallom
import OrderedJSON

/// The same request in each API's words.
enum Requests {
    private static let schema: JSONValue = [
        "type": "object", "properties": ["city": ["type": "string"], "days": ["type": "integer"]],
    ]
    private static let timeSchema: JSONValue = ["type": "object", "properties": ["tz": ["type": "string"]]]

    static func chat(_ situation: Situation) -> ChatRequest {
        var parameters: KeyValuePairs<String, JSONValue> = ["stream_options": ["include_usage": true]]
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
    var anthropic: AnthropicClient
    var google: GoogleGenerativeModel

    init(_ server: PythonServer, key: String) {
        openAI = OpenAIClient(apiKey: key, baseURL: server.url + "/v1")
        anthropic = AnthropicClient(apiKey: key, baseURL: server.url)
        google = GoogleAIClient(apiKey: key, baseURL: server.url + "/v1beta").generativeModel("gemini-1.5-flash")
    }

    static let all = ["openai.chat", "openai.responses", "anthropic", "google"]

    /// What an app sees of a call, wrapped in a session or not.
    func outcome(
        _ api: String, _ situation: Situation, streaming: Bool, session: Session?,
        onValue: (Int) -> Bool = { _ in true }
    ) async -> Outcome {
        switch (api, session, streaming) {
        case ("openai.chat", nil, false):
            await Outcome.of { try await openAI.chat.completions.create(Requests.chat(situation)) }
        case ("openai.chat", nil, true):
            await Outcome.ofStream(onValue: onValue) {
                try await openAI.chat.completions.stream(Requests.chat(situation))
            }
        case ("openai.chat", let session?, false):
            await Outcome.of {
                try await session.wrapOpenAI(openAI).chat.completions.create(Requests.chat(situation))
            }
        case ("openai.chat", let session?, true):
            await Outcome.ofStream(onValue: onValue) {
                try await session.wrapOpenAI(openAI).chat.completions.stream(Requests.chat(situation))
            }
        case ("openai.responses", nil, false):
            await Outcome.of { try await openAI.responses.create(Requests.response(situation)) }
        case ("openai.responses", nil, true):
            await Outcome.ofStream(onValue: onValue) { try await openAI.responses.stream(Requests.response(situation)) }
        case ("openai.responses", let session?, false):
            await Outcome.of { try await session.wrapOpenAI(openAI).responses.create(Requests.response(situation)) }
        case ("openai.responses", let session?, true):
            await Outcome.ofStream(onValue: onValue) {
                try await session.wrapOpenAI(openAI).responses.stream(Requests.response(situation))
            }
        case ("anthropic", nil, false):
            await Outcome.of { try await anthropic.messages.create(Requests.messages(situation)) }
        case ("anthropic", nil, true):
            await Outcome.ofStream(onValue: onValue) {
                try await anthropic.messages.stream(Requests.messages(situation))
            }
        case ("anthropic", let session?, false):
            await Outcome.of {
                try await session.wrapAnthropic(anthropic).messages.create(Requests.messages(situation))
            }
        case ("anthropic", let session?, true):
            await Outcome.ofStream(onValue: onValue) {
                try await session.wrapAnthropic(anthropic).messages.stream(Requests.messages(situation))
            }
        case (_, nil, false): await Outcome.of { try await google.generateContent(Requests.generate(situation)) }
        case (_, nil, true):
            await Outcome.ofStream(onValue: onValue) {
                try await google.streamGenerateContent(Requests.generate(situation))
            }
        case (_, let session?, false):
            await Outcome.of { try await session.wrapGoogleAI(google).generateContent(Requests.generate(situation)) }
        case (_, let session?, true):
            await Outcome.ofStream(onValue: onValue) {
                try await session.wrapGoogleAI(google).streamGenerateContent(Requests.generate(situation))
            }
        }
    }
}
