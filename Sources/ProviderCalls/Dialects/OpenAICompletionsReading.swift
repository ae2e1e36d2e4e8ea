import OrderedJSON

/// OpenAI's old text completions, and every API that is compatible with them.
enum OpenAICompletionsReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking("prompt", "suffix", "model", "echo")
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let choices = response["choices"]?.elements ?? []
        var captured = ObjectBuilder()
        captured.add("text", choices.first?["text"] ?? choices.first?["message"]?["content"])
        let finish = choices.first.flatMap(OpenAIChatReading.finishReason)
        captured.add("finishReason", finish)
        captured.add("responseId", response["id"])
        captured.add("model", response["model"])
        if choices.count > 1 { captured.add("choices", .array(choices)) }
        call.response = captured.object
        call.responseModel = response["model"]?.filledText
        call.responseID = response["id"]?.filledText
        call.answeredBy = AnsweringServer.name(in: response)
        call.finishReason = FinishWords.folded(finish)
        OpenAIChatReading.read(usage: OpenAIChatReading.usage(of: response), into: &call)
        call.metadata = response.picking("id", "created", "model", "service_tier", "system_fingerprint", "usage")
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        (piece["choices"]?.elements ?? []).contains {
            $0["text"]?.hasText == true || $0["delta"]?["content"]?.hasText == true
        }
    }

    static func holdsAnswer(_ response: JSONValue) -> Bool { OpenAIChatReading.holdsAnswer(response) }

    static func folder() -> any AnswerFolder { Folder() }

    private struct Folder: AnswerFolder {
        private var head = ObjectBuilder()
        private var known: Set<String> = []
        private var texts: [Int: String] = [:]
        private var reasons: [Int: String] = [:]
        private var usage: JSONValue?
        private var room = TextRoom()
        private var sawPiece = false

        var isEnded: Bool { !reasons.isEmpty }

        mutating func add(_ piece: JSONValue) {
            guard piece["choices"] != nil || piece["usage"] != nil else { return }
            sawPiece = true
            for name in ["id", "created", "model", "system_fingerprint"] where !known.contains(name) {
                guard let value = piece[name], !value.isNull, value != "", value != 0 else { continue }
                known.insert(name)
                head.add(name, value)
            }
            if let given = OpenAIChatReading.usage(of: piece) { usage = usage?.merged(with: given) ?? given }
            for choice in piece["choices"]?.elements ?? [] {
                let index = choice["index"]?.int ?? 0
                guard texts[index] != nil || room.takeEntry() else { continue }
                let text = choice["text"]?.string ?? choice["delta"]?["content"]?.string
                room.append(text, to: &texts[index, default: ""])
                if let reason = OpenAIChatReading.finishReason(choice) { reasons[index] = reason }
            }
        }

        var whole: JSONValue? {
            guard sawPiece else { return nil }
            var made = head
            let choices = texts.sorted { $0.key < $1.key }.map { index, text -> JSONValue in
                [
                    "index": .number(index), "text": .string(text),
                    "finish_reason": reasons[index].map(JSONValue.string) ?? .null,
                ]
            }
            made.add("choices", .array(choices))
            made.add("usage", usage)
            return made.object
        }
    }
}
