// Only what an app imports.
import Fallom
import Foundation
import Testing

/// What settings, parts, schemas and tokens become in each provider's words.
@Suite struct SettingsTests {
    private static let answers: [String: String] = [
        "openai":
            #"{"id":"c","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi"}}]}"#,
        "anthropic":
            #"{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"}"#,
        "google":
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"modelVersion":"g"}"#,
    ]

    private static func model(_ api: String, _ url: String) -> any LanguageModel {
        switch api {
        case "anthropic": AnthropicClient(apiKey: "k", baseURL: url).languageModel("claude-sonnet-4-5")
        case "google": GoogleAIClient(apiKey: "k", baseURL: url).languageModel("gemini-2.5-flash")
        default: OpenAIClient(apiKey: "k", baseURL: url).languageModel("gpt-4o")
        }
    }

    private func asked(
        _ api: String, messages: [ModelMessage] = [.user("x")], tools: [Tool] = [], _ settings: ModelSettings
    ) async throws -> JSON {
        let url = try Script.url([.init(pieces: [try #require(Self.answers[api])])])
        _ = try await AI().generateText(
            model: Self.model(api, url), messages: messages, tools: tools, settings: settings)
        return try #require(try await Script.bodies(of: url).first)
    }

    private static let settings = ModelSettings(
        temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 100, stop: ["END"], seed: 7, presencePenalty: 0.1,
        frequencyPenalty: 0.2, toolChoice: .tool("look"), parallelTools: false, reasoning: .low,
        providerOptions: [
            "openai": ["user": "u1", "seed": 8], "anthropic": ["metadata": ["user_id": "u1"]],
            "google": ["generationConfig": ["candidateCount": 2], "labels": ["a": "b"]],
        ])
    private static let look = Tool("look") { _ in .null }

    private static let expected: [String: JSON] = [
        "openai": [
            "temperature": 0.5, "top_p": 0.9, "max_tokens": 100, "stop": ["END"], "seed": 8, "presence_penalty": 0.1,
            "frequency_penalty": 0.2, "tool_choice": ["type": "function", "function": ["name": "look"]],
            "parallel_tool_calls": false, "reasoning_effort": "low", "user": "u1",
        ],
        "anthropic": [
            "max_tokens": 100, "tool_choice": ["type": "tool", "name": "look", "disable_parallel_tool_use": true],
            "thinking": ["type": "enabled", "budget_tokens": 2048], "temperature": 0.5, "top_p": 0.9, "top_k": 40,
            "stop_sequences": ["END"], "metadata": ["user_id": "u1"],
        ],
        "google": [
            "toolConfig": ["functionCallingConfig": ["mode": "ANY", "allowedFunctionNames": ["look"]]],
            "generationConfig": [
                "temperature": 0.5, "topP": 0.9, "topK": 40, "maxOutputTokens": 100, "stopSequences": ["END"],
                "seed": 7, "presencePenalty": 0.1, "frequencyPenalty": 0.2,
                "thinkingConfig": ["thinkingBudget": 2048, "includeThoughts": true], "candidateCount": 2,
            ],
            "labels": ["a": "b"],
        ],
    ]

    @Test(arguments: ["openai", "anthropic", "google"]) func `settings in each provider's words`(
        _ api: String
    ) async throws {
        let body = try await asked(api, tools: [Self.look], Self.settings)
        for member in try #require(Self.expected[api]?.object) {
            #expect(body[member.name] == member.value, "\(member.name)")
        }
        let others = Set(body.object?.map(\.name) ?? []).subtracting(Self.expected[api]?.object?.map(\.name) ?? [])
        #expect(others.isSubset(of: ["model", "messages", "tools", "contents"]), "\(others)")
        let plain = try await asked(api, ModelSettings())
        let names = Set(plain.object?.map(\.name) ?? [])
        #expect(names.isSubset(of: ["model", "messages", "contents", "max_tokens"]), "\(names)")
    }

    private static let message = ModelMessage.user([
        "What is this?", .picture([1, 2, 3, 4], type: "image/png", detail: "low"),
        .picture(url: "https://example.com/a.png", type: "image/png"),
        .file(Data("hello".utf8), type: "application/pdf", name: "a.pdf"),
    ])
    private static let shown: [String: JSON] = [
        "openai": [
            ["type": "text", "text": "What is this?"],
            ["type": "image_url", "image_url": ["url": "data:image/png;base64,AQIDBA==", "detail": "low"]],
            ["type": "image_url", "image_url": ["url": "https://example.com/a.png"]],
            ["type": "file", "file": ["filename": "a.pdf", "file_data": "data:application/pdf;base64,aGVsbG8="]],
        ],
        "anthropic": [
            ["type": "text", "text": "What is this?"],
            ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": "AQIDBA=="]],
            ["type": "image", "source": ["type": "url", "url": "https://example.com/a.png"]],
            [
                "type": "document",
                "source": ["type": "base64", "media_type": "application/pdf", "data": "aGVsbG8="], "title": "a.pdf",
            ],
        ],
        "google": [
            ["text": "What is this?"], ["inlineData": ["mimeType": "image/png", "data": "AQIDBA=="]],
            ["fileData": ["mimeType": "image/png", "fileUri": "https://example.com/a.png"]],
            ["inlineData": ["mimeType": "application/pdf", "data": "aGVsbG8="]],
        ],
    ]

    @Test(arguments: ["openai", "anthropic", "google"]) func `parts in each provider's words`(
        _ api: String
    ) async throws {
        let body = try await asked(api, messages: [Self.message], ModelSettings())
        let said = body["messages"]?[0]?["content"] ?? body["contents"]?[0]?["parts"]
        #expect(said == Self.shown[api])
    }

    @Test func `a part that an API has no place for is told, and nothing is sent`() async throws {
        let fallom = try FallomClient.testing()
        let ai = fallom.session(configKey: "c", sessionID: "s").wrapAISDK()
        for (api, part) in [
            ("anthropic", ContentPart.sound([1], type: "audio/wav")), ("openai", .file(url: "https://example.com/a")),
        ] {
            let error = await #expect(throws: ProviderError.self) {
                try await ai.generateText(model: Self.model(api, "http://127.0.0.1:1"), messages: [.user([part])])
            }
            #expect(error?.kind == .invalidRequest && error?.attempts == 1)
        }
        let url = try Script.url([.init(pieces: [try #require(Self.answers["openai"])])])
        let sound = ContentPart.sound([UInt8](repeating: 7, count: 9000), type: "audio/wav")
        _ = try await ai.generateText(model: Self.model("openai", url), messages: [.user(["Listen", sound])])
        let sent = try await Script.bodies(of: url).first?["messages"]?[0]?["content"]?[1]
        #expect(sent?["input_audio"]?["format"] == "wav" && sent?["input_audio"]?["data"]?.string?.count == 12000)
        // The span says how large it was.
        let span = try #require(await fallom.finishedSpans().last)
        let content = span.record.attributes.compactText
        #expect(content.contains("9000 bytes, sha256") && content.utf8.count < 4000)
    }

    private struct Recipe: Codable, Sendable, JSONSchemaProviding {
        var name: String
        var minutes: Int?
        var steps: [String]
        static var jsonSchema: JSON {
            .objectSchema([
                SchemaProperty("name", String.self, "short"), SchemaProperty("minutes", Int?.self),
                SchemaProperty("steps", [String].self),
            ])
        }
    }

    @Test func `a type says its schema, by hand`() async throws {
        let schema: JSON = [
            "type": "object",
            "properties": [
                "name": ["type": "string", "description": "short"], "minutes": ["type": "integer"],
                "steps": ["type": "array", "items": ["type": "string"]],
            ],
            "required": ["name", "steps"], "additionalProperties": false,
        ]
        #expect(NamedSchema(Recipe.self) == NamedSchema(name: "Recipe", schema: schema))
        let tool = Tool("cook", arguments: Recipe.self) { $0.steps.count }
        #expect(tool.definition.parameters == schema)
        #expect(try await tool.execute?(["name": "x", "steps": ["a", "b"]]) == 2)
        let answer = #"{\"name\":\"Tea\",\"steps\":[\"boil\"]}"#
        let url = try Script.url([
            .init(pieces: [#"{"choices":[{"index":0,"message":{"content":"\#(answer)"}}]}"#])
        ])
        let result = try await AI().generateObject(Recipe.self, model: Self.model("openai", url), prompt: "Tea?")
        #expect(result.object.name == "Tea")
        let format = try await Script.bodies(of: url).first?["response_format"]?["json_schema"]
        #expect(format == ["name": "Recipe", "schema": schema])
    }

    @Test func `a token is asked for before each request, and stands in no error`() async throws {
        let answer = Script.Answer(pieces: [try #require(Self.answers["openai"])])
        let url = try Script.url([answer, answer])
        let tokens = Tokens()
        let client = OpenAIClient(token: { await tokens.next() }, baseURL: url)
        for _ in 0..<2 { _ = try await client.createChatCompletion(ChatRequest(model: "m", messages: [.user("x")])) }
        #expect(await tokens.given == 2)
        let sent = try await Script.requests(of: url).map { $0["headers"]?["Authorization"] }
        #expect(sent == ["Bearer token-no-1", "Bearer token-no-2"])
        let failing = AnthropicClient(token: { throw CocoaError(.userCancelled) }, baseURL: url)
        let error = await #expect(throws: ProviderError.self) {
            try await failing.createMessage(MessagesRequest(model: "m", messages: [("user", "x")]))
        }
        #expect(error?.kind == .invalidRequest && error?.cause is CocoaError)
        #expect(error?.message.hasPrefix("no token: ") == true)
    }

    private actor Tokens {
        var given = 0
        func next() -> String {
            given += 1
            return "token-no-\(given)\n"
        }
    }

    @Test func `embeddings are spans of their kind`() async throws {
        let fallom = try FallomClient.testing()
        let session = fallom.session(configKey: "c", sessionID: "s")
        let url = try Script.url([
            .init(pieces: [
                """
                {"model":"text-embedding-3-small","data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2.5]}],\
                "usage":{"prompt_tokens":6,"total_tokens":6}}
                """
            ]), .init(pieces: [#"{"embeddings":[{"values":[1,2]}]}"#]),
        ])
        let openAI = session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: url))
        let answer = try await openAI.embeddings.create(
            EmbeddingRequest(model: "text-embedding-3-small", input: ["a", "b"], dimensions: 2))
        #expect(answer.vectors == [[1, 2.5], [3, 4]] && answer.usage.inputTokens == 6)
        let google = session.wrapGoogleAI(
            GoogleAIClient(apiKey: "k", baseURL: url).generativeModel("text-embedding-004"))
        #expect(try await google.embeddings.create(GoogleEmbeddingRequest(input: ["a"])).vectors == [[1, 2]])
        let spans = await fallom.finishedSpans()
        #expect(spans.map(\.name) == ["embeddings.create", "embedContent"])
        #expect(spans.map(\.record.kind) == [.embedding, .embedding])
        #expect(spans.map(\.model) == ["text-embedding-3-small", "text-embedding-004"])
        #expect(spans.first?.promptTokens == 6)
        #expect(try await Script.bodies(of: url).last?["requests"]?[0]?["model"] == "models/text-embedding-004")
    }
}
