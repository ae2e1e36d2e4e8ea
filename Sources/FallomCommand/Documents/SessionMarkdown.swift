import Display
import TraceModel

/// A session as Markdown: what models wrote stays Markdown, as they wrote it.
struct SessionMarkdown: Sendable {
    let session: SessionTurns
    let redactor: Redactor
    let wallClock: WallClock

    var text: String {
        var lines = ["# Session " + plain("session_id", session.id), "", session.headline]
        if let started = session.summary?.startedAt { lines.append("Started \(wallClock.full(started))  ") }
        if let customer = session.customer { lines.append("Customer \(plain("customer_id", customer))  ") }
        if let config = session.config { lines.append("Config \(plain("config_key", config))  ") }
        lines += kept
        for turn in session.turns {
            lines += ["", "## Turn \(turn.number)"]
            for step in turn.steps {
                let took = step.nanoseconds.map { ", " + Figure.duration($0) } ?? ""
                lines.append(
                    "- \(step.kind.rawValue): \(redactor.text(step.name))\(took)\(step.isError ? ", failed" : "")")
            }
            for call in turn.calls { lines += [""] + self.lines(of: call) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Pin, labels and note.
    private var kept: [String] {
        guard let kept = session.summary?.kept else { return [] }
        var lines: [String] = []
        if kept.isPinned { lines.append("Pinned  ") }
        if !kept.labels.isEmpty {
            lines.append("Labels \(kept.labels.map { plain("label", $0) }.joined(separator: ", "))  ")
        }
        if let note = redactor.field("note", kept.note) {
            lines += [
                "", "> " + note.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n> "),
            ]
        }
        return lines
    }

    /// One line, whatever stands in it.
    private func plain(_ name: String, _ text: String) -> String {
        (redactor.field(name, text) ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private func lines(of call: SessionTurns.Call) -> [String] {
        var lines: [String] = []
        for message in call.added { lines += self.lines(of: message) }
        for message in call.answer { lines += self.lines(of: message) }
        if let error = call.error { lines += ["> failed: " + redactor.text(error).replacing("\n", with: "\n> "), ""] }
        let figures = redactor.text(SessionTurns.figures(call.span))
        return figures.isEmpty ? lines : lines + ["*\(figures)*"]
    }

    private func lines(of message: Message) -> [String] {
        var lines = ["### " + redactor.text(message.role) + (message.name.map { " " + redactor.text($0) } ?? ""), ""]
        for part in message.parts {
            switch part {
            case .text(let text): lines += [redactor.text(text), ""]
            case .reasoning(let text):
                lines += ["<details><summary>reasoning</summary>", "", redactor.text(text), "", "</details>", ""]
            case .toolCall(_, let name, let arguments):
                lines += ["`\(redactor.text(name))`", ""] + fenced(redactor.text(arguments)) + [""]
            case .toolResult(_, let name, let result):
                if let name { lines += ["`\(redactor.text(name))` answered", ""] }
                lines += fenced(redactor.text(result)) + [""]
            case .media(let kind, let summary): lines += ["[\(redactor.text(kind)): \(redactor.text(summary))]", ""]
            case .other(let type, let json): lines += [redactor.text(type), ""] + fenced(redactor.text(json)) + [""]
            }
        }
        return lines
    }

    /// A fence longer than any in the text.
    private func fenced(_ text: String) -> [String] {
        var (longest, run) = (2, 0)
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return [fence, text, fence]
    }
}
