import OrderedJSON
import TraceModel

/// Bedrock InvokeModel: request and answer are in the API of the model's maker, told by what they hold.
enum BedrockInvokeReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        let maker: any DialectReading.Type =
            if request["anthropic_version"] != nil || request["max_tokens"] != nil && request["messages"] != nil {
                AnthropicReading.self
            } else if request["inferenceConfig"] != nil || request["schemaVersion"] != nil {
                BedrockConverseReading.self
            } else if request["messages"] != nil {
                OpenAIChatReading.self
            } else {
                Plain.self
            }
        maker.read(request: request, into: &call)
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        maker(of: response).read(response: response, into: &call)
        guard let metrics = response["amazon-bedrock-invocationMetrics"] else { return }
        // The platform's own count, where the model's maker gives none.
        call.usage = call.usage ?? metrics
        if call.tokens?.prompt == nil {
            call.tokens = TokenReading.bedrock([
                "inputTokens": metrics["inputTokenCount"] ?? .null,
                "outputTokens": metrics["outputTokenCount"] ?? .null,
                "cacheReadInputTokens": metrics["cacheReadInputTokenCount"] ?? .null,
                "cacheWriteInputTokens": metrics["cacheWriteInputTokenCount"] ?? .null,
            ])
        }
    }

    static func hasContent(_ piece: JSONValue) -> Bool { maker(of: piece).hasContent(piece) }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        maker(of: response).holdsAnswer(response)
    }

    static func folder() -> any AnswerFolder { Folder() }

    /// Whose API an answer, or a piece of one, is in.
    private static func maker(of json: JSONValue) -> any DialectReading.Type {
        if json["choices"] != nil { return OpenAIChatReading.self }
        if AnthropicReading.holdsAnswer(json) { return AnthropicReading.self }
        if json["output"]?["message"] != nil || json["contentBlockDelta"] != nil || json["messageStart"] != nil
            || json["contentBlockStart"] != nil || json["messageStop"] != nil || json["contentBlockStop"] != nil
            || json["metadata"] != nil
        {
            return BedrockConverseReading.self
        }
        return Plain.self
    }

    /// The folder of the maker that the first piece tells, and the platform's count beside it.
    private struct Folder: AnswerFolder {
        private var inner: (any AnswerFolder)?
        private var metrics: JSONValue?

        var isEnded: Bool { inner?.isEnded ?? false }

        mutating func add(_ piece: JSONValue) {
            if let given = piece["amazon-bedrock-invocationMetrics"]?.unlessNull { metrics = given }
            var folder = inner ?? maker(of: piece).folder()
            folder.add(piece)
            inner = folder
        }

        var whole: JSONValue? {
            guard let whole = inner?.whole else { return nil }
            return metrics.map { whole.setting("amazon-bedrock-invocationMetrics", $0) } ?? whole
        }
    }
}

extension BedrockInvokeReading {
    /// Models that answer with one text: Llama, Titan, Mistral, Cohere's command.
    private enum Plain: DialectReading {
        static func read(request: JSONValue, into call: inout CapturedCall) {
            if let text = request.first("prompt", "inputText", "message") {
                call.request = ["prompt": text]
            } else {
                call.request = request
            }
        }

        static func read(response: JSONValue, into call: inout CapturedCall) {
            let result = response.first("results", "outputs", "generations")?[0] ?? response
            let finish = (result.first("stop_reason", "completionReason", "finish_reason", "completion_reason"))?.string
            var captured = ObjectBuilder()
            captured.add("text", text(response) ?? "")
            captured.add("finishReason", finish)
            call.response = captured.object
            call.finishReason = FinishWords.folded(finish)
            let usage = response.picking(
                "prompt_token_count", "generation_token_count", "inputTextTokenCount", "totalOutputTextTokenCount")
            let input = response.first("prompt_token_count", "inputTextTokenCount")?.count
            let output =
                response.first("generation_token_count", "totalOutputTextTokenCount")?.count
                ?? result["tokenCount"]?.count
            guard input != nil || output != nil else { return }
            call.usage = usage
            call.tokens = TokenReading.plain(input: input, output: output)
        }

        static func text(_ json: JSONValue) -> String? {
            let result = json.first("results", "outputs", "generations")?[0] ?? json
            return result.first("generation", "outputText", "text", "completion")?.string
        }

        static func hasContent(_ piece: JSONValue) -> Bool { text(piece)?.isEmpty == false }

        static func holdsAnswer(_ response: JSONValue) -> Bool {
            text(response) != nil || response["amazon-bedrock-invocationMetrics"] != nil
        }

        static func folder() -> any AnswerFolder { TextFolder() }

        private struct TextFolder: AnswerFolder {
            private var text = ""
            private var last: JSONValue?
            private var room = TextRoom()
            private(set) var isEnded = false

            mutating func add(_ piece: JSONValue) {
                guard holdsAnswer(piece) else { return }
                room.append(Plain.text(piece), to: &text)
                let result = piece.first("results", "outputs", "generations")?[0] ?? piece
                let head = result.picking(
                    "stop_reason", "completionReason", "finish_reason", "prompt_token_count", "generation_token_count",
                    "inputTextTokenCount", "totalOutputTextTokenCount")
                last = last?.merged(with: head) ?? head
                let reason = result.first("stop_reason", "completionReason", "finish_reason")
                isEnded = isEnded || reason?.hasText == true
            }

            var whole: JSONValue? { last?.setting("generation", .string(text)) }
        }
    }
}
