// Only what an app imports.
import Fallom
import Foundation
import Testing

/// What an app has at hand goes into requests, attributes and variables as it is.
@Suite struct ValuesTests {
    private struct Order: Codable, Equatable {
        var id: Int
        var lines: [String]
        var placed: Date
        var note: String?
    }

    private let name = "Ada"
    private let count = 3
    private let isNew = true
    private let share: Double? = 0.5
    private let nothing: String? = nil
    private let tags = ["a", "b"]
    private let limits = ["low": 1, "high": 9]
    private let day = Date(timeIntervalSince1970: 1_764_444_600)

    @Test func `attributes and metadata take variables, and leave out what is not there`() async throws {
        let spans = InMemoryExporter()
        var options = FallomOptions(exporters: [spans])
        options.sendsTraces = false
        let fallom = try FallomClient(options, environment: [:])
        let session = fallom.session(
            configKey: "c", sessionID: "s", metadata: ["name": name, "count": count, "no": nothing])
        await session.span("work", attributes: ["new": isNew, "share": share, "tags": tags, "no": nothing]) { span in
            span.set("day", day)
            span.set("limits", limits)
            span.set("none", nothing)
            span.set(["count": count, "name": name])
            span.set("literal", ["a": [1, "two", nil]])
        }
        await fallom.flush()
        let record = try #require(spans.spans.first { $0.endUnixNanoseconds != nil })
        #expect(record.metadata == ["count": 3, "name": "Ada"])
        let attributes = record.attributes
        #expect(attributes["new"] == true && attributes["share"] == 0.5 && attributes["tags"] == ["a", "b"])
        #expect(attributes["limits"] == ["high": 9, "low": 1] && attributes["name"] == "Ada")
        #expect(attributes["day"]?.string?.hasPrefix("2025-11-29T19:30:00") == true)
        #expect(attributes["no"] == nil && attributes["none"] == nil && attributes["count"] == 3)
        #expect(attributes["literal"]?["a"]?[1] == "two")
        await fallom.shutdown()
    }

    @Test func `parameters replace what is set, from literals and dictionaries alike`() {
        let temperature: Double? = nil
        let chat = ChatRequest(
            model: "a", messages: [.user(name)],
            parameters: ["model": name, "seed": count, "temperature": temperature, "stop": tags])
        #expect(chat.json.object?.map(\.name) == ["model", "messages", "seed", "stop"])
        #expect(chat.json["model"] == "Ada" && chat.json["seed"] == 3)
        let literal = ChatRequest(model: "a", messages: [], parameters: ["model": "b", "tools": [["type": "x"], 1]])
        #expect(literal.json == ["model": "b", "messages": [], "tools": [["type": "x"], 1]])
        let stored: [String: JSON] = ["seed": 7]
        #expect(ChatRequest(model: "a", messages: [], parameters: stored).json["seed"] == 7)
        #expect(ResponseRequest(model: "a", input: name).json["input"] == "Ada")
        #expect(
            MessagesRequest(model: "a", messages: [("user", name)], parameters: ["top_k": count]).json["top_k"] == 3)
        #expect(GenerateRequest(contents: [], parameters: ["contents": tags]).json == ["contents": ["a", "b"]])
    }

    @Test func `prompt variables and contexts take values`() async throws {
        let fallom = try FallomClient.testing(prompts: [
            PromptFixture("p", system: "{{name}} {{count}} {{new}} {{no}} {{list}}")
        ])
        let prompt = try await fallom.prompts.get(
            "p", variables: ["name": name, "count": count, "new": isNew, "no": nothing, "list": [1, 2]])
        #expect(prompt.system == "Ada 3 true {{no}} [1,2]" && prompt.missingVariables == ["no"])
        let texts = PromptValues(["name": name])
        #expect(texts["name"] == "Ada" && texts["count"] == nil)
        #expect(try await fallom.prompts.get("p", variables: texts).system.hasPrefix("Ada {{count}}"))
        let context: TargetingContext = ["plan": "pro", "seats": count, "new": isNew, "no": nothing]
        #expect(context["seats"] == "3" && context["new"] == "true" && context["no"] == nil)
        #expect(context["plan"] == "pro")
    }

    @Test func `JSON comes from any Encodable and goes to any Decodable`() throws {
        let order = Order(id: 7, lines: ["x", "y/z"], placed: day, note: nil)
        let json = try JSON(encoding: order)
        #expect(json == ["id": 7, "lines": ["x", "y/z"], "placed": "2025-11-29T19:30:00Z"])
        #expect(try json.decoded(as: Order.self) == order)
        #expect(throws: DecodingError.self) { try JSON.array([]).decoded(as: Order.self) }
        #expect(JSON(day).string?.hasPrefix("2025-11-29T19:30:00") == true && JSON(name) == "Ada")
    }

    @Test func `JSON is written and read by any coder`() throws {
        let json: JSON = [
            "a": nil, "b": [true, 1, -2.5, "text"], "c": .number(UInt64.max), "d": [:], "e": [],
        ]
        let coded = try JSONEncoder().encode(["json": json])
        let read = try JSONDecoder().decode([String: JSON].self, from: coded)["json"]
        #expect(read.map { Set($0.object ?? []) } == Set(json.object ?? []))
    }

    @Test func `members and elements are set, replaced and taken away`() {
        var json: JSON = ["a": 1, "b": [1, 2]]
        json["c"] = "new"
        json["a"] = nil
        json["b"]?[1] = 5
        json["b"]?[2] = 6
        json["b"]?[9] = 7
        #expect(json == ["b": [1, 5, 6], "c": "new"])
        var text: JSON = "text"
        text["a"] = 1
        #expect(text == ["a": 1])
    }

    @Test func `streams add up to whole answers, and each answer tells its tokens`() throws {
        let chunks: [JSON] = [
            ["id": "c", "model": "m", "choices": [["index": 0, "delta": ["role": "assistant", "content": "Hel"]]]],
            ["choices": [["index": 0, "delta": ["content": "lo"]]]],
            [
                "choices": [
                    [
                        "index": 0,
                        "delta": [
                            "tool_calls": [
                                ["index": 0, "id": "t", "function": ["name": "f", "arguments": "{\"x\":1}"]]
                            ]
                        ],
                        "finish_reason": "tool_calls",
                    ]
                ]
            ], ["choices": [], "usage": ["prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5]],
        ]
        let chat = try #require(ChatCompletion(folding: chunks.map { ChatChunk($0) }))
        #expect(chat.text == "Hello" && chat.usage.totalTokens == 5 && chat.finishReason == "tool_calls")
        #expect(chat.toolCalls == [ToolCall(id: "t", name: "f", argumentsText: "{\"x\":1}")])
        #expect(ChatCompletion(folding: []) == nil)
        // Whoever only asks for tools says nothing, in every API.
        #expect(ChatCompletion(["choices": [["message": ["content": nil, "tool_calls": []]]]]).text == "")
        #expect(ChatCompletion([:]).text == "" && MessagesAnswer([:]).text == "" && ModelResponse([:]).text == "")
        let events: [JSON] = [
            ["type": "message_start", "message": ["model": "m", "usage": ["input_tokens": 4]]],
            ["type": "content_block_start", "index": 0, "content_block": ["type": "text", "text": ""]],
            ["type": "content_block_delta", "index": 0, "delta": ["type": "text_delta", "text": "Hi"]],
            ["type": "message_delta", "delta": ["stop_reason": "end_turn"], "usage": ["output_tokens": 6]],
        ]
        let message = try #require(MessagesAnswer(folding: events.map { MessagesEvent($0) }))
        #expect(message.text == "Hi" && message.stopReason == "end_turn")
        #expect(message.usage.inputTokens == 4 && message.usage.outputTokens == 6)
        let pieces = ["A", "B"].map { text in
            GenerateAnswer(["candidates": [["content": ["parts": [["text": .string(text)]]]]]])
        }
        #expect(GenerateAnswer(folding: pieces)?.text == "AB")
    }

    @Test func `each option has a place in the initialiser, and counters are sentences`() async throws {
        let options = FallomOptions(
            exporters: [InMemoryExporter()], sendsTraces: false, queueBytes: 1 << 20, queueCapacity: 9,
            maximumAge: .seconds(1), exportsStartedSpans: false, shutdownTimeout: .seconds(2), exitTimeout: .zero,
            exportTimeout: .seconds(3), syncInterval: nil, fetchTimeout: .seconds(4), recordTimeout: .seconds(5),
            recordsAssignments: false, missingPromptVariables: .fail)
        #expect(!options.sendsTraces && options.queueCapacity == 9 && options.syncInterval == nil)
        var counters = DeliveryCounters()
        counters.accepted = 7
        counters.delivered = 4
        counters.failed = 2
        #expect("\(counters)" == "7 taken, 4 delivered, 1 waiting, dropped: 2 failed")
        #expect("\(DeliveryCounters())" == "0 taken, 0 delivered, none dropped")
    }

    @Test func `a model of a type that is not known is traced`() async throws {
        struct Parrot: LanguageModel {
            var provider: String { "birds" }
            var modelID: String { "parrot" }
            func generate(_ call: ModelCall) async throws -> ModelReply {
                ModelReply(text: "hello", end: ModelEnd(finishReason: "stop"))
            }
            func stream(_ call: ModelCall) async throws -> ModelStream { throw CancellationError() }
        }
        let fallom = try FallomClient.testing()
        let model: any LanguageModel = Parrot()
        let traced = fallom.session(configKey: "c", sessionID: "s").traceModel(model)
        #expect(try await traced.generate(ModelCall(messages: [.user(name)])).text == "hello")
        #expect(await fallom.finishedSpans().map(\.model) == ["parrot"])
        #expect("\(fallom.counters)".contains("1 spans made"))
    }
}
