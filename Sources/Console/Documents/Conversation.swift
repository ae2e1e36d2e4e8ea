import Cells
import Display
import TraceModel

/// Lays out messages as a conversation: who, and under it what was said.
struct Conversation {
    /// Columns.
    let width: Int
    /// The most lines a message takes before the rest is only counted; `nil` for all of it.
    var longest: Int?
    /// The same for system messages, which are the same call after call.
    var longestSystem: Int?
    /// The same for answers, which are otherwise shown whole.
    var longestAnswer: Int?

    init(width: Int, longest: Int? = nil, longestSystem: Int? = nil, longestAnswer: Int? = nil) {
        self.width = width
        self.longest = longest
        self.longestSystem = longestSystem ?? longest
        self.longestAnswer = longestAnswer
    }

    /// What went in and what came out of a call.
    func lines(of loaded: LoadedSpan) -> [TextLine] {
        let span = loaded.stored.span
        var lines: [TextLine] = []
        switch (loaded.detail.input, loaded.detail.output) {
        case (.notCaptured, .notCaptured):
            lines +=
                span.kind == .llm ? notCaptured() : [TextLine([.init("no input or output recorded", .dim)]), .blank]
        case (let input, let output):
            lines += content(input, name: span.kind == .llm ? "prompt" : "input", isOutput: false)
            lines += content(output, name: span.kind == .llm ? "answer" : "output", isOutput: true)
        }
        lines += ending(of: span)
        if lines.last == .blank { lines.removeLast() }
        return lines
    }

    /// The lines that say how a call ended when it did not end well.
    func ending(of span: Span) -> [TextLine] {
        if span.isRunning { return [TextLine([.init("still running", .dim)]), .blank] }
        guard span.status == .error else { return [] }
        var lines = [TextLine([.init("error", .error, .bold)])]
        lines += Prose.lines(span.errorMessage ?? "no message", width: width, indent: 2, role: .error)
        return lines + [.blank]
    }

    func notCaptured() -> [TextLine] {
        var lines = [TextLine([.init("content not captured", .dim)])]
        lines += TextFlow.lines(
            "The app sends no content: captureContent is off, or its emitter never does.", width: width - 2
        )
        .map { TextLine(indent: 2, [.init($0, .dim)]) }
        return lines + [.blank]
    }

    private func content(_ content: CapturedContent, name: String, isOutput: Bool) -> [TextLine] {
        switch content {
        case .notCaptured:
            return isOutput ? [] : [TextLine([.init(name, .dim), .init("  not captured", .dim)]), .blank]
        case .messages(let messages):
            return messages.enumerated().flatMap { index, message in
                // The last word is shown whole; what led to it may be shortened.
                self.message(message, whole: isOutput && index == messages.count - 1)
            }
        case .value(let text):
            guard !text.isEmpty else { return [] }
            return [TextLine([.init(name, .accent, .bold)])] + shortened(text, whole: isOutput) + [.blank]
        }
    }

    /// One message with a blank line after it.
    func message(_ message: Message, whole: Bool = false) -> [TextLine] {
        var lines = [heading(of: message)]
        for part in message.parts { lines += self.part(part, of: message, whole: whole) }
        if message.parts.isEmpty { lines.append(TextLine(indent: 2, [.init("nothing", .dim)])) }
        return lines + [.blank]
    }

    private func heading(of message: Message) -> TextLine {
        let role = Self.role(of: message.role)
        var runs = [TextLine.Run(message.role, role, .bold)]
        let toolName = message.parts.lazy.compactMap { part -> String? in
            if case .toolResult(_, let name, _) = part { name } else { nil }
        }.first
        if let name = message.name ?? toolName { runs.append(.init("  " + name, role)) }
        return TextLine(runs)
    }

    static func role(of word: String) -> Role {
        switch word {
        case "user", "human": .user
        case "assistant", "model", "ai": .assistant
        case "tool", "function": .tool
        default: .system
        }
    }

    private func part(_ part: MessagePart, of message: Message, whole: Bool) -> [TextLine] {
        switch part {
        case .text(let text):
            return shortened(text, whole: whole, isSystem: message.role == "system" || message.role == "developer")
        case .reasoning(let text):
            return [TextLine(indent: 2, [.init("thinking", .dim)])]
                + shortened(text, whole: false, indent: 4, role: .dim)
        case .toolCall(_, let name, let arguments):
            return call(name, arguments)
        case .toolResult(_, let name, let result):
            let isNamed = name == nil || message.role == "tool" || message.role == "function"
            let head = isNamed ? [] : [TextLine(indent: 2, [.init("result of ", .dim), .init(name ?? "", .tool)])]
            return head + shortened(result, whole: whole)
        case .media(let kind, let summary):
            return [TextLine(indent: 2, [.init("[\(kind)] ", .dim), .init(summary, .accent)])]
        case .other(let type, let json):
            return [TextLine(indent: 2, [.init(type, .dim)])] + shortened(json, whole: whole, indent: 4)
        }
    }

    /// How much of a text is not among the lines shown; counting the characters of megabytes would take long.
    private static func rest(of text: String, after kept: [TextLine]) -> String {
        let bytes = text.utf8.count
        if bytes > 100_000 {
            let shown = kept.reduce(0) { $0 + $1.plain.utf8.count + 1 }
            return Figure.bytes(max(1, bytes - shown)) + " more"
        }
        let shown = kept.reduce(0) { $0 + $1.plain.count + 1 }
        return Figure.count(max(1, text.count - shown), "more character")
    }

    private func call(_ name: String, _ arguments: String) -> [TextLine] {
        let head = TextLine.Run("calls ", .dim)
        let tool = TextLine.Run(name, .tool, .bold)
        let compact = JSONLayout.lines(arguments, width: max(8, width - 2 - 7 - displayWidth(of: name)))
        if let compact, compact.count == 1 {
            return [TextLine(indent: 2, [head, tool, .init(" ")] + compact[0].runs)]
        }
        return [TextLine(indent: 2, [head, tool])]
            + (arguments.isEmpty ? [] : shortened(arguments, whole: false, indent: 4))
    }

    private func shortened(
        _ text: String, whole: Bool, indent: Int = 2, role: Role = .text, isSystem: Bool = false
    ) -> [TextLine] {
        guard let longest = whole ? longestAnswer : isSystem ? longestSystem : longest else {
            return Prose.lines(text, width: width, indent: indent, role: role)
        }
        // No more is laid out than can be shown: a line holds at most `width` characters or one paragraph.
        let enough = text.prefix((longest + 3) * max(8, width))
        let lines = Prose.lines(String(enough), width: width, indent: indent, role: role)
        // To leave out a line or two would save nothing.
        guard lines.count > longest + 2 || enough.endIndex < text.endIndex else { return lines }
        let kept = Array(lines.prefix(longest))
        let more = "+ " + Self.rest(of: text, after: kept)
        if var last = kept.last, last.indent + displayWidth(of: last.plain) + 2 + more.utf8.count <= width {
            last.runs.append(.init("  " + more, .dim))
            return kept.dropLast() + [last]
        }
        return kept + [TextLine(indent: indent, [.init(more, .dim)])]
    }
}
