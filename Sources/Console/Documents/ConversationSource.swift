import TraceModel

/// A conversation as text that can be given away: what was written, byte for byte, behind the names of who wrote it.
enum ConversationSource {
    /// What went in and what came out of a call.
    static func text(of detail: SpanDetail) -> String {
        [text(of: detail.input, name: "input"), text(of: detail.output, name: "output")].filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    /// Messages one after another.
    static func text(of messages: [Message]) -> String {
        messages.map { message in
            message.role + (message.name.map { " " + $0 } ?? "") + ":\n" + body(of: message)
        }.joined(separator: "\n\n")
    }

    private static func text(of content: CapturedContent, name: String) -> String {
        switch content {
        case .notCaptured: ""
        case .messages(let messages): text(of: messages)
        case .value(let value): name + ":\n" + value
        }
    }

    /// The answer alone; `nil` where there is none.
    static func answer(of detail: SpanDetail) -> String? {
        switch detail.output {
        case .notCaptured: return nil
        case .value(let text): return text
        case .messages(let messages):
            let texts = messages.flatMap(\.parts).compactMap { part -> String? in
                if case .text(let text) = part { text } else { nil }
            }
            return texts.isEmpty ? messages.map(body).joined(separator: "\n") : texts.joined(separator: "\n")
        }
    }

    /// What a message says.
    static func body(of message: Message) -> String {
        message.parts.map { part in
            switch part {
            case .text(let text): text
            case .reasoning(let text): "(thinking)\n" + text
            case .toolCall(_, let name, let arguments): name + "(" + arguments + ")"
            case .toolResult(_, _, let result): result
            case .media(let kind, let summary): "[\(kind)] " + summary
            case .other(let type, let json): type + " " + json
            }
        }.joined(separator: "\n")
    }
}
