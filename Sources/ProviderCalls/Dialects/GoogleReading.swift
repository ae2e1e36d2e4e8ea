import OrderedJSON

/// Google `generateContent`: requests, answers, streamed pieces.
enum GoogleReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request =
            request.object == nil
            ? request
            : request.picking(
                "contents", "systemInstruction", "system_instruction", "tools", "toolConfig", "generationConfig")
        let tools = (request["tools"]?.elements ?? []).flatMap {
            $0.first("functionDeclarations", "function_declarations")?.elements ?? []
        }
        call.offeredTools = Set(tools.compactMap { $0["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let candidates = (response["candidates"]?.elements ?? []).sorted {
            ($0["index"]?.int ?? 0) < ($1["index"]?.int ?? 0)
        }
        let parts = candidates.first?["content"]?["parts"]?.elements ?? []
        let calls = parts.compactMap { $0["functionCall"] }
        let blocked = response["promptFeedback"]?["blockReason"]?.filledText
        let finish = candidates.first?["finishReason"]?.filledText
        var captured = ObjectBuilder()
        captured.add("text", parts.filter { $0["thought"]?.bool != true }.compactMap { $0["text"]?.string }.joined())
        captured.add("candidates", .array(candidates))
        captured.add("finishReason", finish ?? blocked)
        captured.add("responseId", response["responseId"])
        captured.add("model", response["modelVersion"])
        captured.add("promptFeedback", response["promptFeedback"]?.unlessNull)
        if !calls.isEmpty {
            captured.add(
                "toolCalls",
                .array(calls.map { ["name": $0["name"] ?? .null, "arguments": $0["args"] ?? .object([])] }))
        }
        call.response = captured.object
        call.responseModel = response["modelVersion"]?.filledText
        call.responseID = response["responseId"]?.filledText
        call.finishReason = candidates.isEmpty && blocked != nil ? "content_filter" : FinishWords.folded(finish)
        if let usage = response["usageMetadata"]?.unlessNull {
            call.usage = usage
            call.tokens = TokenReading.google(usage)
        }
        call.toolCalls = calls.compactMap { tool in
            tool["name"]?.filledText.map {
                .init(id: tool["id"]?.string, name: $0, arguments: (tool["args"] ?? .object([])).compactText)
            }
        }
        var metadata = ObjectBuilder()
        metadata.add("modelVersion", response["modelVersion"])
        metadata.add("responseId", response["responseId"])
        metadata.add("finishReason", candidates.first?["finishReason"])
        metadata.add("usageMetadata", response["usageMetadata"])
        call.metadata = metadata.object
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        (piece["candidates"]?.elements ?? []).contains { candidate in
            (candidate["content"]?["parts"]?.elements ?? []).contains { part in
                part["text"]?.hasText == true || part["functionCall"] != nil || part["inlineData"] != nil
                    || part["executableCode"] != nil
            }
        }
    }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        response["candidates"] != nil || response["promptFeedback"] != nil || response["usageMetadata"] != nil
    }

    static func folder() -> any AnswerFolder { GoogleFolder() }
}

/// Adds up the pieces of generated content, each candidate for itself: texts that follow each other are one part.
struct GoogleFolder: AnswerFolder {
    private struct Candidate {
        var parts: [JSONValue] = []
        /// The text of the last part, while it grows.
        var text = ""
        var finishReason: JSONValue?
        var others = ObjectBuilder()

        mutating func close() {
            guard let last = parts.last, last["text"] != nil else { return }
            parts[parts.count - 1] = last.setting("text", .string(text))
        }
    }

    private var candidates: [Int: Candidate] = [:]
    private var last: [String: JSONValue] = [:]
    private var room = TextRoom()
    private var sawPiece = false
    private static let kept = ["modelVersion", "responseId", "usageMetadata", "promptFeedback"]

    var isEnded: Bool {
        candidates.values.contains { $0.finishReason != nil } || last["promptFeedback"]?["blockReason"] != nil
    }

    mutating func add(_ piece: JSONValue) {
        guard GoogleReading.holdsAnswer(piece) else { return }
        sawPiece = true
        for name in Self.kept {
            guard let value = piece[name]?.unlessNull else { continue }
            last[name] = last[name]?.merged(with: value) ?? value
        }
        for given in piece["candidates"]?.elements ?? [] {
            let index = given["index"]?.int ?? 0
            guard candidates[index] != nil || room.takeEntry() else { continue }
            var candidate = candidates.removeValue(forKey: index) ?? Candidate()
            if let reason = given["finishReason"], reason.hasText { candidate.finishReason = reason }
            for name in ["groundingMetadata", "citationMetadata", "safetyRatings", "finishMessage"] {
                guard let value = given[name]?.unlessNull, candidate.others.object[name] == nil else { continue }
                candidate.others.add(name, value)
            }
            for part in given["content"]?["parts"]?.elements ?? [] { append(part, to: &candidate) }
            candidates[index] = candidate
        }
    }

    private mutating func append(_ part: JSONValue, to candidate: inout Candidate) {
        if let text = part["text"]?.string, let before = candidate.parts.last, before["text"] != nil,
            part["thought"] == before["thought"], part.object?.count == before.object?.count
        {
            room.append(text, to: &candidate.text)
            return
        }
        guard room.takeEntry(), room.take(part["text"] == nil ? part.compactBytes.count : 0) else { return }
        candidate.close()
        candidate.parts.append(part)
        candidate.text = ""
        room.append(part["text"]?.string, to: &candidate.text)
    }

    var whole: JSONValue? {
        guard sawPiece else { return nil }
        var made = ObjectBuilder()
        if !candidates.isEmpty {
            made.add(
                "candidates",
                .array(
                    candidates.sorted { $0.key < $1.key }.map { index, candidate in
                        var candidate = candidate
                        candidate.close()
                        var json = ObjectBuilder()
                        json.add("content", ["parts": .array(candidate.parts), "role": "model"])
                        json.add("index", .number(index))
                        json.add("finishReason", candidate.finishReason)
                        for member in candidate.others.members { json.add(member.name, member.value) }
                        return json.object
                    }))
        }
        for name in Self.kept { made.add(name, last[name]) }
        return made.object
    }
}
