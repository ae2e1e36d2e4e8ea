import OrderedJSON
import ProviderCalls

extension GoogleAIClient {
    /// One of the models, for ``AI`` and ``Session/traceModel(_:)``.
    public func languageModel(_ modelID: String) -> GoogleModel { GoogleModel(model: generativeModel(modelID)) }
}

/// One of Google's models.
public struct GoogleModel: LanguageModel {
    let model: GoogleGenerativeModel
    /// The model's id.
    public var modelID: String { model.modelName }
    /// The provider's name.
    public var provider: String { model.endpoint.provider ?? "gcp.gemini" }
    /// The API's address.
    public var baseURL: String? { model.endpoint.baseURL }

    /// Answers as a whole.
    public func generate(_ call: ModelCall) async throws -> ModelReply {
        Self.reply(try await model.generateContent(request(call)).json)
    }

    /// Answers piece by piece.
    public func stream(_ call: ModelCall) async throws -> ModelStream {
        let pieces = try await model.streamGenerateContent(request(call))
        return ModelStream(
            FoldedParts(base: pieces.json, dialect: .googleGenerate, reply: Self.reply) { piece in
                (piece.firstAnswer("candidates")?["content"]?["parts"]?.array ?? []).compactMap { part in
                    guard let text = part["text"]?.string, !text.isEmpty else { return nil }
                    return part["thought"]?.bool == true ? .reasoning(text) : .text(text)
                }
            })
    }

    private func request(_ call: ModelCall) -> GenerateRequest {
        var system: [JSONValue] = []
        var contents: [JSONValue] = []
        for message in call.messages {
            switch message {
            case .system(let text): system.append(["text": .string(text)])
            case .user(let text): contents.append(["role": "user", "parts": [["text": .string(text)]]])
            case .assistant(_, _, let original?) where original.api == Self.api:
                contents.append(["role": "model", "parts": original.json])
            case .assistant(let text, let calls, _):
                var parts: [JSONValue] = text.isEmpty ? [] : [["text": .string(text)]]
                parts += calls.map {
                    ["functionCall": ["name": .string($0.name), "args": $0.arguments ?? .object([])]]
                }
                contents.append(["role": "model", "parts": .array(parts)])
            case .tool(let results):
                let parts = results.map { result -> JSONValue in
                    let response: JSONValue = result.result.object == nil ? ["result": result.result] : result.result
                    return ["functionResponse": ["name": .string(result.name), "response": response]]
                }
                contents.append(["role": "user", "parts": .array(parts)])
            }
        }
        var made = ObjectBuilder()
        made.add("contents", .array(contents))
        if !system.isEmpty { made.add("systemInstruction", ["parts": .array(system)]) }
        if !call.tools.isEmpty {
            let tools = call.tools.map { tool -> JSONValue in
                ["name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters]
            }
            made.add("tools", [["functionDeclarations": .array(tools)]])
        }
        var configuration = ObjectBuilder()
        configuration.add("temperature", call.temperature.map { .number($0) })
        configuration.add("maxOutputTokens", call.maxTokens.map { .number($0) })
        if let schema = call.schema {
            configuration.add("responseMimeType", "application/json")
            configuration.add("responseJsonSchema", schema.schema)
        }
        if !configuration.members.isEmpty { made.add("generationConfig", configuration.object) }
        return GenerateRequest(made.object)
    }

    /// Whose words a message may be given back in.
    private static let api = "google.generate"

    private static func reply(_ json: JSONValue) -> ModelReply {
        let answer = GenerateAnswer(json)
        let read = CallDialect.googleGenerate.capture(request: nil, response: json)
        var calls = answer.functionCalls
        for index in calls.indices where calls[index].id.isEmpty { calls[index].id = "call-\(index)" }
        let parts = json.firstAnswer("candidates")?["content"]?["parts"]?.array ?? []
        let isSigned = parts.contains { $0["thoughtSignature"] != nil }
        return ModelReply(
            text: answer.text, reasoning: answer.thoughts, toolCalls: calls,
            end: ModelEnd(
                finishReason: calls.isEmpty ? FinishReason.folded(read.finishReason) : "tool-calls",
                usage: ModelUsage(read), responseID: json["responseId"]?.string,
                modelID: json["modelVersion"]?.string,
                original: isSigned ? ProviderContent(api: api, json: .array(parts)) : nil))
    }
}
