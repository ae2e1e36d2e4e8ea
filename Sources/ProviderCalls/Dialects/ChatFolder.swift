import OrderedJSON

/// Adds up the chunks of a chat completion.
struct ChatFolder: AnswerFolder {
    private struct Choice {
        var role: JSONValue?
        var content = ""
        var hasContent = false
        var reasoning = ""
        var refusal = ""
        var audio = ""
        var finishReason: JSONValue?
        var tools = ToolCallFolder()
        var function = ToolCallFolder()
        var annotations: [JSONValue] = []
    }

    private var head = ObjectBuilder()
    private var known: Set<String> = []
    private var choices: [Int: Choice] = [:]
    private var usage: JSONValue?
    private var room = TextRoom()
    private var sawPiece = false

    var isEnded: Bool { choices.values.contains { $0.finishReason != nil } }

    mutating func add(_ piece: JSONValue) {
        guard piece["choices"] != nil || piece["usage"] != nil || piece["x_groq"] != nil else { return }
        sawPiece = true
        // What begins a stream may be empty (Azure): the first of each that says something counts.
        for name in ["id", "created", "model", "provider", "service_tier", "system_fingerprint", "citations"]
        where !known.contains(name) {
            guard let value = piece[name], !value.isNull, value != "", value != 0 else { continue }
            known.insert(name)
            head.add(name, value)
        }
        if let given = OpenAIChatReading.usage(of: piece) { usage = usage?.merged(with: given) ?? given }
        for choice in piece["choices"]?.elements ?? [] {
            let index = choice["index"]?.int ?? 0
            guard choices[index] != nil || room.takeEntry() else { continue }
            // Taken out while it grows: a text that is held twice would be copied with every piece.
            var kept = choices.removeValue(forKey: index) ?? Choice()
            add(choice, to: &kept)
            choices[index] = kept
        }
    }

    private mutating func add(_ piece: JSONValue, to choice: inout Choice) {
        if let reason = OpenAIChatReading.finishReason(piece) { choice.finishReason = .string(reason) }
        guard let said = piece["delta"] ?? piece["message"] else { return }
        if let role = said["role"]?.filledText { choice.role = .string(role) }
        if let text = ChatText.text(said), said["content"]?.isNull == false {
            room.append(text, to: &choice.content)
            choice.hasContent = true
        }
        room.append(ChatText.reasoning(said), to: &choice.reasoning)
        room.append(said["refusal"]?.string, to: &choice.refusal)
        room.append(said["audio"]?["transcript"]?.string, to: &choice.audio)
        for call in said["tool_calls"]?.elements ?? [] { choice.tools.add(call, &room) }
        if let call = said["function_call"], call.object != nil {
            choice.function.add(["index": 0, "function": call], &room)
        }
        for note in said["annotations"]?.elements ?? [] where room.takeEntry() { choice.annotations.append(note) }
    }

    var whole: JSONValue? {
        guard sawPiece else { return nil }
        var made = head
        made.add("choices", .array(choices.sorted { $0.key < $1.key }.map { Self.json($0.value, index: $0.key) }))
        made.add("usage", usage)
        return made.object
    }

    private static func json(_ choice: Choice, index: Int) -> JSONValue {
        let tools = choice.tools.calls + choice.function.calls
        var message = ObjectBuilder()
        message.add("role", choice.role ?? "assistant")
        message.add("content", choice.content.isEmpty && (!tools.isEmpty || !choice.hasContent) ? nil : choice.content)
        if !choice.reasoning.isEmpty { message.add("reasoning_content", choice.reasoning) }
        if !choice.refusal.isEmpty { message.add("refusal", choice.refusal) }
        if !choice.audio.isEmpty { message.add("audio", ["transcript": .string(choice.audio)]) }
        if !tools.isEmpty { message.add("tool_calls", .array(tools)) }
        if !choice.annotations.isEmpty { message.add("annotations", .array(choice.annotations)) }
        return .object([
            "index": .number(index), "message": message.object, "finish_reason": choice.finishReason ?? .null,
        ])
    }
}

/// Puts the calls of tools together that come in pieces. The document promises an index for each; servers leave it out,
/// give one to all, or repeat the name: what a piece goes on with is told by what it has.
struct ToolCallFolder: Sendable {
    private struct Call {
        var index: Int?
        var id: String?
        var name = ""
        var arguments = ""
        var type = "function"
        var extra: JSONValue?

        /// Whether the arguments are a whole JSON text.
        var isWhole: Bool {
            (arguments.utf8.last == UInt8(ascii: "}") || arguments.utf8.last == UInt8(ascii: "]"))
                && (try? JSONValue(parsing: arguments, allowsLoneSurrogates: true)) != nil
        }
    }

    private var list: [Call] = []

    mutating func add(_ piece: JSONValue, _ room: inout TextRoom) {
        let function = piece.first("function", "custom") ?? piece
        let index = piece["index"]?.int
        let id = piece["id"]?.filledText
        let name = function["name"]?.filledText
        guard let place = place(index: index, id: id, name: name) ?? newPlace(index, &room) else { return }
        if let id, list[place].id == nil { list[place].id = id }
        if let extra = piece["extra_content"]?.unlessNull { list[place].extra = extra }
        if piece["custom"]?.object != nil { list[place].type = "custom" }
        take(name, at: place, &room)
        take(function.first("arguments", "input"), at: place, &room)
    }

    /// The call that a piece goes on with; `nil` when it begins one.
    private func place(index: Int?, id: String?, name: String?) -> Int? {
        let candidate: Int?
        if let index {
            candidate = list.lastIndex { $0.index == index }
        } else if let id {
            return list.lastIndex { $0.id == id }
        } else {
            candidate = list.indices.last
        }
        guard let candidate else { return nil }
        let call = list[candidate]
        let isOther = id != nil && call.id != nil && id != call.id
        if isOther, name != nil || call.isWhole {
            // A server that makes up an id for every piece goes on with the name and with what is not whole yet.
            return name == call.name && !call.arguments.isEmpty && !call.isWhole ? candidate : nil
        }
        if id == nil, let name, !call.name.isEmpty, name != call.name || index == nil, call.isWhole { return nil }
        return candidate
    }

    private mutating func newPlace(_ index: Int?, _ room: inout TextRoom) -> Int? {
        guard room.takeEntry() else { return nil }
        list.append(Call(index: index))
        return list.count - 1
    }

    /// A name may come in pieces, or whole with every piece.
    private mutating func take(_ name: String?, at place: Int, _ room: inout TextRoom) {
        guard let name, name != list[place].name else { return }
        if name.utf8.starts(with: list[place].name.utf8) {
            list[place].name = ""
            room.append(name, to: &list[place].name)
        } else if list[place].arguments.isEmpty {
            room.append(name, to: &list[place].name)
        }
    }

    private mutating func take(_ arguments: JSONValue?, at place: Int, _ room: inout TextRoom) {
        let text = ChatText.arguments(arguments)
        guard !text.isEmpty else { return }
        // Some repeat the whole at the end.
        if list[place].arguments == text, list[place].isWhole { return }
        room.append(text, to: &list[place].arguments)
    }

    /// The calls in OpenAI's shape, in the order in which they began or, where they have one, of their index.
    var calls: [JSONValue] {
        let isIndexed = list.allSatisfy { $0.index != nil }
        let ordered =
            isIndexed
            ? list.enumerated().sorted { ($0.element.index ?? 0, $0.offset) < ($1.element.index ?? 0, $1.offset) }
                .map(\.element) : list
        return ordered.map { call in
            var made = ObjectBuilder()
            made.add("id", call.id.map(JSONValue.string) ?? .null)
            made.add("type", call.type)
            let arguments = JSONValue.string(call.arguments)
            if call.type == "custom" {
                made.add("custom", ["name": .string(call.name), "input": arguments])
            } else {
                made.add("function", ["name": .string(call.name), "arguments": arguments])
            }
            made.add("extra_content", call.extra)
            return made.object
        }
    }
}
