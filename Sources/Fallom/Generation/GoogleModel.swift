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
        Self.reply(try await model.generateContent(request(call)).json.value)
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

    /// Whose words a message may be given back in.
    static let api = "google.generate"

    private static func reply(_ json: JSONValue) -> ModelReply {
        let answer = GenerateAnswer(JSON(json))
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
                original: isSigned ? ProviderContent(api: api, json: JSON(.array(parts))) : nil))
    }
}
