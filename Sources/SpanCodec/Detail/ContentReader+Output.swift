import OrderedJSON
import TraceModel

extension ContentReader {
    /// What came out.
    func output() -> CapturedContent {
        if kind == .tool, let result = toolResult() { return captured(.value(result)) }
        if let content = genAIOutput() ?? vercelOutput() ?? rawResponse() ?? agentOutput() { return captured(content) }
        return captured(plainOutput() ?? .notCaptured)
    }

    private func genAIOutput() -> CapturedContent? {
        if let found = answer("langfuse.observation.output") { return found }
        if let found = messages("gen_ai.output.messages", role: "assistant") { return .messages(found) }
        for event in events where event.name == "gen_ai.client.inference.operation.details" {
            if let found = event.messages("gen_ai.output.messages", role: "assistant") { return .messages(found) }
        }
        let choices = events.filter { $0.name == "gen_ai.choice" }.map(\.choice)
        if !choices.isEmpty { return .messages(choices) }
        for event in events where event.name == "gen_ai.content.completion" {
            if let found = event.messages("gen_ai.completion", role: "assistant") { return .messages(found) }
        }
        if let found = IndexedMessages.messages(attributes, prefix: "gen_ai.completion.", role: "assistant") {
            return .messages(found)
        }
        if let found = answer("gen_ai.completion") { return found }
        if let found = IndexedMessages.messages(attributes, prefix: "llm.output_messages.", role: "assistant") {
            return .messages(found)
        }
        if let found = IndexedMessages.messages(attributes, prefix: "llm.completions.", role: "assistant") {
            return .messages(found)
        }
        if let found = answer("llm.responses") { return found }
        return json("llm.choices").flatMap { ResponseContent.content(.object(["choices": $0])) }
    }

    /// One attribute that holds an answer in whatever shape.
    private func answer(_ name: String) -> CapturedContent? {
        guard let json = json(name) else { return nil }
        if let found = MessageReader.messages(json, role: "assistant") { return .messages(found) }
        if case .messages(let found)? = ResponseContent.content(json), !found.isEmpty { return .messages(found) }
        return .value(bareText(name) ?? MessageParts.text(json))
    }

    /// The AI SDK spreads its answer over several attributes.
    private func vercelOutput() -> CapturedContent? {
        for prefix in ["ai.response.", "ai.result."] {
            var parts: [MessagePart] = []
            if let reasoning = json(prefix + "reasoning") {
                let texts = reasoning.array?.compactMap { $0["text"]?.string } ?? [MessageParts.text(reasoning)]
                parts += texts.filter { !$0.isEmpty }.map(MessagePart.reasoning)
            }
            if let text = text(prefix + "text") { parts.append(.text(text)) }
            parts += (json(prefix + "toolCalls")?.array ?? []).compactMap(MessageParts.toolCall)
            parts += (json(prefix + "files")?.array ?? []).map(MessageParts.part)
            if !parts.isEmpty { return .messages([Message(role: "assistant", parts: parts)]) }
            if let object = json(prefix + "object") { return .value(MessageParts.text(object)) }
        }
        return nil
    }

    private func rawResponse() -> CapturedContent? {
        guard let response = json("fallom.raw.response") else { return nil }
        if kind == .tool || kind == .chain { return .value(Self.unwrapped(response, "output")) }
        return ResponseContent.content(response) ?? .value(MessageParts.text(response))
    }

    private func agentOutput() -> CapturedContent? {
        if let response = json("gcp.vertex.agent.llm_response"), response.object?.isEmpty == false,
            let found = ResponseContent.content(response)
        {
            return found
        }
        if kind != .tool, kind != .chain, let response = json("response_data"),
            case .messages(let found)? = ResponseContent.content(response), !found.isEmpty
        {
            return .messages(found)
        }
        if let result = text("final_result") {
            return .messages([Message(role: "assistant", parts: [.text(result)])])
        }
        if let last = messages("pydantic_ai.all_messages", role: "user")?.last, last.role == "assistant" {
            return .messages([last])
        }
        guard let list = json("events")?.array else { return nil }
        let choices = list.map(MessageEvent.init).filter { $0.name == "gen_ai.choice" }.map(\.choice)
        return choices.isEmpty ? nil : .messages(choices)
    }

    private func toolResult() -> String? {
        text(
            "gen_ai.tool.call.result", "ai.toolCall.result", "tool_response", "gcp.vertex.agent.tool_response",
            "gen_ai.tool.output") ?? json("fallom.raw.response").map { Self.unwrapped($0, "output") }
            ?? text(
                "output.value", "traceloop.entity.output", "output",
                "mastra.tool_call.output", "mastra.mcp_tool_call.output")
            ?? bareText("genkit:output") ?? bareText("mlflow.spanOutputs")
    }

    private func plainOutput() -> CapturedContent? {
        let names =
            ["traceloop.entity.output", "output.value", "output"] + mastraNames("output")
            + ["genkit:output", "mlflow.spanOutputs", "gen_ai.output"]
        for name in names {
            guard let text = bareText(name) else { continue }
            if kind == .llm || kind == .agent, let json = json(name), json.string == nil {
                if let found = MessageReader.messages(json, role: "assistant") { return .messages(found) }
                if case .messages(let found)? = ResponseContent.content(json), !found.isEmpty {
                    return .messages(found)
                }
            }
            return .value(text)
        }
        return documents()
    }

    /// Documents that a search found.
    private func documents() -> CapturedContent? {
        for prefix in ["retrieval.documents.", "reranker.output_documents."] {
            guard let list = IndexedMessages.tree(attributes, prefix: prefix) else { continue }
            let texts = list.compactMap { ($0["document"] ?? $0)["content"].map(MessageParts.text) }
            return .value(texts.joined(separator: "\n"))
        }
        return text("gen_ai.retrieval.documents").map(CapturedContent.value)
    }

    /// Names of the tools the answer asks for, in order; a tool's own span asks for none (D16).
    func toolCalls(_ output: CapturedContent) -> [String] {
        guard kind != .tool else { return [] }
        if case .messages(let messages) = output {
            let names = messages.flatMap(\.parts).compactMap { part in
                if case .toolCall(_, let name, _) = part { name } else { nil }
            }
            if !names.isEmpty { return names }
        }
        return timedToolCalls()
    }

    /// Without content, the AI SDK's timings still name the tools (D17).
    private func timedToolCalls() -> [String] {
        guard attributes["fallom.raw.response"] == nil, let timings = json("fallom.raw.timings") else { return [] }
        let steps = (timings["steps"]?.array ?? []).flatMap { $0["toolCalls"]?.array ?? [] }
        let calls = steps.isEmpty ? timings["toolCalls"]?.array ?? [] : steps
        return calls.compactMap { ($0["name"] ?? $0["toolName"])?.string ?? $0.string }
    }

    /// Attributes that may hold a provider's whole answer.
    private static let answers = [
        "langfuse.observation.output", "gen_ai.completion", "llm.choices", "output.value", "output",
        "traceloop.entity.output",
    ]

    /// Why the model stopped, as only content says it: a choice, an output message, or a provider's whole answer.
    func finishReason() -> String? {
        if let word = events.lazy.compactMap(\.finishReason).first { return FinishReasonWord.folded(word) }
        let fromMessage = json("gen_ai.output.messages")?.array?.lazy.compactMap(VendorAnswer.finishReason).first
        if let fromMessage, !fromMessage.isEmpty { return FinishReasonWord.folded(fromMessage) }
        let choices = json("events")?.array?.lazy.map(MessageEvent.init).compactMap(\.finishReason).first
        if let choices { return FinishReasonWord.folded(choices) }
        guard kind == .llm else { return nil }
        return Self.answers.lazy.compactMap { json($0).flatMap(VendorAnswer.finishReason) }.first
            .map(FinishReasonWord.folded)
    }
}
