import OrderedJSON

/// What a provider's answer says beside its text, in whichever vendor's shape: the bodies that ADK, Genkit, Logfire and
/// MLflow keep whole in one attribute.
///
/// A class, because few spans have one: every span's room for it is one word.
final class VendorAnswer {
    /// The model that answered.
    let model: String?
    /// The provider's id of the answer.
    let id: String?
    /// Why the model stopped, as the vendor says it.
    let finishReason: String?
    /// The usage.
    let usage: ReportedUsage?

    /// Reads an answer.
    init(_ json: JSONValue) {
        model =
            json.firstText("model", "modelId", "model_id", "modelVersion", "model_version")
            ?? json["llm_output"]?.firstText("model_name", "model")
        id = json.firstText("id", "responseId", "response_id")
        finishReason = Self.finishReason(json)
        usage =
            UsageReader.read(
                json.first("usage", "usage_metadata", "usageMetadata", "token_usage", "tokenUsage")
                    ?? json["llm_output"]?.first("token_usage", "usage") ?? json["meta"])
            ?? Self.countsBesideText(json)
    }

    /// Why the model stopped: a member of the answer, of its first choice, or that it was blocked (D13a).
    static func finishReason(_ json: JSONValue) -> String? {
        let generation = json["generations"]?[0]?[0] ?? json["generations"]?[0]
        let holders = [
            json, json[0], json["choices"]?[0], json["candidates"]?[0], json["results"]?[0], json["outputs"]?[0],
            generation, generation?["generation_info"], json["message"], generation?["message"]?["response_metadata"],
            json["generation_info"], json["response_metadata"],
        ]
        for holder in holders {
            let word = holder?.firstText(
                "finishReason", "finish_reason", "stopReason", "stop_reason", "done_reason", "completionReason")
            if let word { return word }
        }
        let feedback = json.first("promptFeedback", "prompt_feedback")
        if feedback?.firstText("blockReason", "block_reason") != nil { return "content_filter" }
        // ADK says in the place of an error that an answer was withheld.
        guard let code = json.firstText("error_code", "errorCode"), FinishReasonWord.isBlock(code) else { return nil }
        return code
    }

    /// Ollama, watsonx, and Titan and Llama on Bedrock count beside the text.
    private static func countsBesideText(_ json: JSONValue) -> ReportedUsage? {
        for holder in [json, json["results"]?[0]] {
            if let usage = UsageReader.read(holder), usage.tokens.input != nil || usage.tokens.output != nil {
                return usage
            }
        }
        return nil
    }
}
