import OrderedJSON

/// Google `generateContent`: requests, answers, streamed pieces.
enum GoogleReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request =
            request.object == nil
            ? request
            : request.picking("contents", "systemInstruction", "tools", "toolConfig", "generationConfig")
        call.offeredTools = Set(
            (request["tools"]?.array ?? []).flatMap { $0["functionDeclarations"]?.array ?? [] }
                .compactMap { $0["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let candidates = response["candidates"]?.array ?? []
        let parts = candidates.first?["content"]?["parts"]?.array ?? []
        let calls = parts.compactMap { $0["functionCall"] }
        var captured = ObjectBuilder()
        captured.add("text", parts.filter { $0["thought"]?.bool != true }.compactMap { $0["text"]?.string }.joined())
        captured.add("candidates", .array(candidates))
        captured.add("finishReason", candidates.first?["finishReason"])
        captured.add("responseId", response["responseId"])
        captured.add("model", response["modelVersion"])
        if !calls.isEmpty {
            captured.add(
                "toolCalls",
                .array(calls.map { ["name": $0["name"] ?? .null, "arguments": $0["args"] ?? .object([])] }))
        }
        call.response = captured.object
        call.responseModel = response["modelVersion"]?.string
        call.usage = response["usageMetadata"].flatMap { $0.isNull ? nil : $0 }
        call.toolCalls = calls.compactMap { tool in
            tool["name"]?.string.map { .init(id: tool["id"]?.string, name: $0) }
        }
        var metadata = ObjectBuilder()
        metadata.add("modelVersion", response["modelVersion"])
        metadata.add("responseId", response["responseId"])
        metadata.add("finishReason", candidates.first?["finishReason"])
        metadata.add("usageMetadata", response["usageMetadata"])
        call.metadata = metadata.object
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        (piece["candidates"]?.array ?? []).contains { candidate in
            (candidate["content"]?["parts"]?.array ?? []).contains { part in
                part["text"]?.hasText == true || part["functionCall"] != nil || part["inlineData"] != nil
                    || part["executableCode"] != nil
            }
        }
    }

    /// The answer that the pieces add up to: texts that follow each other are one part.
    static func fold(_ pieces: [JSONValue]) -> JSONValue? {
        guard !pieces.isEmpty else { return nil }
        var parts: [JSONValue] = []
        var made = ObjectBuilder()
        var last: [String: JSONValue] = [:]
        for piece in pieces {
            for name in ["modelVersion", "responseId", "usageMetadata", "promptFeedback"] {
                if let value = piece[name] { last[name] = value }
            }
            let candidate = piece["candidates"]?[0]
            if let reason = candidate?["finishReason"] { last["finishReason"] = reason }
            for part in candidate?["content"]?["parts"]?.array ?? [] { append(part, to: &parts) }
        }
        var candidate = ObjectBuilder()
        candidate.add("content", ["parts": .array(parts), "role": "model"])
        candidate.add("index", 0)
        candidate.add("finishReason", last["finishReason"])
        made.add("candidates", .array([candidate.object]))
        for name in ["modelVersion", "responseId", "usageMetadata", "promptFeedback"] { made.add(name, last[name]) }
        return made.object
    }

    private static func append(_ part: JSONValue, to parts: inout [JSONValue]) {
        guard let text = part["text"]?.string, let before = parts.last?["text"]?.string,
            part["thought"] == parts.last?["thought"], part.object?.count == parts.last?.object?.count
        else {
            parts.append(part)
            return
        }
        var members = part.object ?? []
        members.removeAll { $0.name == "text" }
        parts[parts.count - 1] = .object([JSONMember("text", .string(before + text))] + members)
    }
}
