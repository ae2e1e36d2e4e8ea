public import TraceModel

/// What an app's tools answered in a trace: for a trial in which they are not run again.
public struct RecordedTools: Sendable {
    private struct Answer {
        let name: String
        let arguments: String?
        let result: String
    }

    private var answers: [Answer] = []

    /// Reads what the spans of a trace tell: its tools' own spans, and conversations in which their answers stand.
    public init(_ spans: [LoadedSpan]) {
        for loaded in spans {
            if loaded.stored.span.kind == .tool { addTool(loaded) }
            guard case .messages(let messages) = loaded.detail.input else { continue }
            add(messages)
        }
    }

    private mutating func addTool(_ loaded: LoadedSpan) {
        let result = CallOutcome.text(of: loaded.detail.output)
        guard !result.isEmpty else { return }
        answers.append(
            Answer(
                name: loaded.stored.span.name, arguments: CallOutcome.text(of: loaded.detail.input), result: result))
    }

    private mutating func add(_ messages: [Message]) {
        var asked: [(id: String?, name: String, arguments: String)] = []
        for part in messages.flatMap(\.parts) {
            switch part {
            case .toolCall(let id, let name, let arguments): asked.append((id, name, arguments))
            case .toolResult(let id, let name, let result):
                let call = asked.last { call in id.map { $0 == call.id } ?? (name == call.name) }
                guard let known = name ?? call?.name else { continue }
                answers.append(Answer(name: known, arguments: call?.arguments, result: result))
            default: continue
            }
        }
    }

    /// What a tool answered to these arguments then, else to others; `nil` where it did not answer.
    public func answer(_ name: String, _ arguments: String) -> String? {
        let own = answers.filter { $0.name.utf8.elementsEqual(name.utf8) }
        return (own.last { $0.arguments?.utf8.elementsEqual(arguments.utf8) == true } ?? own.last)?.result
    }
}
