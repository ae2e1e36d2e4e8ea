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
    /// How it is read.
    var reading: Reading

    init(
        width: Int, longest: Int? = nil, longestSystem: Int? = nil, longestAnswer: Int? = nil,
        reading: Reading = Reading()
    ) {
        self.width = width
        self.longest = reading.isLong ? nil : longest
        self.longestSystem = reading.isLong ? nil : longestSystem ?? longest
        self.longestAnswer = reading.isLong ? nil : longestAnswer
        self.reading = reading
    }

    /// What went in and what came out of a call.
    func lines(of loaded: LoadedSpan) -> [TextLine] { whole(loaded).lines }

    /// The same, with its places.
    func whole(_ loaded: LoadedSpan) -> ReadConversation {
        let span = loaded.stored.span
        var read = ReadConversation()
        var tools = ToolCalls()
        switch (loaded.detail.input, loaded.detail.output) {
        case (.notCaptured, .notCaptured):
            read.lines +=
                span.kind == .llm ? notCaptured() : [TextLine([.init("no input or output recorded", .dim)]), .blank]
        case (.messages(let messages), _):
            tools.add(messages)
            let instructions = messages.prefix(while: MessagePrint.isInstruction)
            read.lines += conversation(Array(instructions), tools: tools)
            read.firstNew = read.lines.count
            read.lines += conversation(Array(messages.dropFirst(instructions.count)), tools: tools)
            read.said = messages
        case (.value(let text), _):
            read.lines += value(
                text, name: span.kind == .llm ? "prompt" : "input", isWritten: [.llm, .agent].contains(span.kind))
            read.said = [Message(role: "input", parts: [.text(text)])]
        case (.notCaptured, _):
            read.lines += [
                TextLine([.init(span.kind == .llm ? "prompt" : "input", .dim), .init("  not captured", .dim)]), .blank,
            ]
        }
        answer(loaded, tools: tools, &read)
        return read
    }

    /// Adds what came out of a call, and how it ended.
    func answer(_ loaded: LoadedSpan, tools: ToolCalls, _ read: inout ReadConversation) {
        let span = loaded.stored.span
        read.answer = read.lines.count
        // What a tool gave is often the error itself: that is said below.
        let isError = Self.isErrorAlone(loaded)
        switch loaded.detail.output {
        case .notCaptured: break
        case .messages(let messages):
            if !isError { read.lines += conversation(messages, tools: tools, isAnswer: true) }
            read.said += messages
        case .value(let text):
            if !isError {
                read.lines += value(
                    text, name: span.kind == .llm ? "answer" : "output", isWritten: true, isAnswer: true)
            }
            read.said.append(Message(role: "output", parts: [.text(text)]))
        }
        read.lines += ending(of: span, finish: loaded.detail.finishReason)
        if read.lines.last == .blank { read.lines.removeLast() }
    }

    /// Whether what came out says what the error says, and nothing else.
    private static func isErrorAlone(_ loaded: LoadedSpan) -> Bool {
        let span = loaded.stored.span
        guard span.status == .error, let error = span.errorMessage,
            let output = ConversationSource.answer(of: loaded.detail), output.utf8.count < error.utf8.count + 16
        else { return false }
        return Self.withoutEdges(output).elementsEqual(Self.withoutEdges(error))
    }

    private static func withoutEdges(_ text: String) -> Substring.UTF8View {
        var rest = text[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        return rest.utf8
    }

    /// The lines that say how a call ended when it did not end well.
    func ending(of span: Span, finish: String? = nil) -> [TextLine] {
        if span.isRunning { return [TextLine([.init("still running", .dim)]), .blank] }
        var lines = CutAnswer.lines(finish ?? span.finishReason, width: width)
        guard span.status == .error else { return lines }
        lines.append(TextLine([.init("error", .error, .bold)]))
        lines += Prose.lines(
            span.errorMessage ?? "no message", width: width, indent: 2, role: .error, kind: .data, reading: reading)
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

    /// - Parameter isWritten: whether people or models write it; what a tool is given is data.
    private func value(_ text: String, name: String, isWritten: Bool, isAnswer: Bool = false) -> [TextLine] {
        guard !text.isEmpty else { return [] }
        let kind = isWritten ? Prose.Kind.written : .data
        return [TextLine([.init(name, .accent, .bold)])] + shortened(text, whole: isAnswer, kind: kind) + [.blank]
    }

    /// Messages in order, the results of tools below their calls.
    /// - Parameter isAnswer: Whether the last one is the call's answer, which is shown whole.
    func conversation(_ messages: [Message], tools: ToolCalls, isAnswer: Bool = false) -> [TextLine] {
        var lines: [TextLine] = []
        var index = 0
        while index < messages.count {
            let results = ToolCalls.results(after: index, in: messages)
            let isLast = isAnswer && index + results.messages == messages.count - 1
            lines += message(messages[index], whole: isLast, tools: tools, results: results.byID)
            index += 1 + results.messages
        }
        return lines
    }

    /// One message with a blank line after it.
    func message(
        _ message: Message, whole: Bool = false, tools: ToolCalls = ToolCalls(), results: [String: MessagePart] = [:]
    ) -> [TextLine] {
        var lines = [heading(of: message, tools)]
        for part in message.parts {
            lines += self.part(part, of: message, whole: whole, tools)
            if case .toolCall(let id?, _, _) = part, case .toolResult(_, _, let result)? = results[id] {
                lines.append(TextLine(indent: 4, [.init("result", .dim)]))
                lines += shortened(result, whole: whole, indent: 6, kind: .data)
            }
        }
        if message.parts.isEmpty { lines.append(TextLine(indent: 2, [.init("nothing", .dim)])) }
        return lines + [.blank]
    }

    private func heading(of message: Message, _ tools: ToolCalls) -> TextLine {
        let isResult = ToolCalls.isResult(message)
        let word = isResult && Self.role(of: message.role) != .tool ? "tool" : message.role
        let role = Self.role(of: word)
        var runs = [TextLine.Run(word, role, .bold)]
        var name = message.name
        if isResult, message.parts.count == 1, case .toolResult(let id, let own, _)? = message.parts.first {
            let call = tools.call(id: id, name: own)
            name = name ?? call.name
            if let name { runs.append(.init("  " + name, role)) }
            if let arguments = call.arguments { runs.append(.init("  " + asked(arguments), .dim)) }
            return TextLine(runs)
        }
        if let name { runs.append(.init("  " + name, role)) }
        return TextLine(runs)
    }

    /// What a tool was asked, as far as it fits beside its name.
    private func asked(_ arguments: String) -> String {
        let room = max(12, width / 2)
        guard let lines = JSONLayout.lines(arguments, width: room), lines.count == 1 else { return "" }
        return lines[0].plain
    }

    static func role(of word: String) -> Role {
        switch word {
        case "user", "human": .user
        case "assistant", "model", "ai": .assistant
        case "tool", "function": .tool
        default: .system
        }
    }

    private func part(_ part: MessagePart, of message: Message, whole: Bool, _ tools: ToolCalls) -> [TextLine] {
        switch part {
        case .text(let text):
            let isSystem = message.role == "system" || message.role == "developer"
            let kind = Self.role(of: message.role) == .tool ? Prose.Kind.data : .written
            return shortened(text, whole: whole, isSystem: isSystem, kind: kind)
        case .reasoning(let text): return reasoning(text)
        case .toolCall(_, let name, let arguments):
            return call(name, arguments)
        case .toolResult(let id, let name, let result):
            let known = tools.call(id: id, name: name)
            let isNamed = message.parts.count == 1 || known.name == nil
            var head = [TextLine.Run("result of ", .dim), .init(known.name ?? "", .tool)]
            if let arguments = known.arguments { head.append(.init("  " + asked(arguments), .dim)) }
            return (isNamed ? [] : [TextLine(indent: 2, head)]) + shortened(result, whole: whole, kind: .data)
        case .media(let kind, let summary):
            return [TextLine(indent: 2, [.init("[\(kind)] ", .dim), .init(summary, .accent)])]
        case .other(let type, let json):
            return [TextLine(indent: 2, [.init(type, .dim)])] + shortened(json, whole: whole, indent: 4, kind: .data)
        }
    }

    /// Dim, and one line until it is unfolded.
    private func reasoning(_ text: String) -> [TextLine] {
        let head = TextLine(indent: 2, [.init("thinking", .dim, .italic)])
        guard !reading.isLong else {
            return [head] + Prose.lines(text, width: width, indent: 4, role: .dim, reading: reading)
        }
        let room = max(8, width - 14)
        let first = TextFlow.lines(String(text.prefix(4 * room)), width: room).first { !$0.isEmpty } ?? ""
        let isAll = first.utf8.count == text.utf8.count
        return [TextLine(indent: 2, head.runs + [.init("  " + first + (isAll ? "" : " …"), .dim)])]
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
            + (arguments.isEmpty ? [] : shortened(arguments, whole: false, indent: 4, kind: .data))
    }

    private func shortened(
        _ text: String, whole: Bool, indent: Int = 2, isSystem: Bool = false, kind: Prose.Kind = .written
    ) -> [TextLine] {
        guard let longest = whole ? longestAnswer : isSystem ? longestSystem : longest else {
            return Prose.lines(text, width: width, indent: indent, kind: kind, reading: reading)
        }
        // No more is laid out than can be shown: a line holds at most `width` characters or one paragraph. JSON is folded
        // as a whole, unless that would take long.
        let isShort = text.utf8.count <= 20_000
        let enough = isShort ? text[...] : text.prefix((longest + 3) * max(8, width))
        let lines = Prose.lines(String(enough), width: width, indent: indent, kind: kind, reading: reading)
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
