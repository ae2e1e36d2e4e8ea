import TraceModel

/// Which call a tool's result answers: results often carry the call's id alone.
struct ToolCalls: Sendable {
    private var calls: [String: (name: String, arguments: String)] = [:]

    /// Takes the calls of messages.
    mutating func add(_ messages: [Message]) {
        for message in messages {
            for case .toolCall(let id?, let name, let arguments) in message.parts { calls[id] = (name, arguments) }
        }
    }

    /// The tool's name and what it was asked, of the result.
    func call(id: String?, name: String?) -> (name: String?, arguments: String?) {
        let known = id.flatMap { calls[$0] }
        return (name ?? known?.name, known?.arguments)
    }

    /// Whether a message is nothing but what tools answered, under whatever role: Anthropic's come as the user's.
    static func isResult(_ message: Message) -> Bool {
        !message.parts.isEmpty
            && message.parts.allSatisfy { if case .toolResult = $0 { true } else { false } }
    }

    /// The results that follow a message which calls tools, by the calls' ids, and how many messages they take.
    static func results(after index: Int, in messages: [Message]) -> (byID: [String: MessagePart], messages: Int) {
        var byID: [String: MessagePart] = [:]
        var next = index + 1
        let ids = messages[index].parts.compactMap { part -> String? in
            if case .toolCall(let id, _, _) = part { id } else { nil }
        }
        while next < messages.count, isResult(messages[next]) {
            var own: [String: MessagePart] = [:]
            for case .toolResult(let id?, let name, let result) in messages[next].parts where ids.contains(id) {
                own[id] = .toolResult(id: id, name: name, result: result)
            }
            // One result that belongs elsewhere, or to a call already answered, keeps its message whole.
            guard own.count == messages[next].parts.count, own.keys.allSatisfy({ byID[$0] == nil }) else { break }
            byID.merge(own) { $1 }
            next += 1
        }
        return (byID, next - index - 1)
    }
}
