import Cells
import Display
import TraceModel

extension Transcript {
    /// Lays out what is in view of a text and a page before and after it; while something is looked for in it, all that is
    /// here.
    mutating func layOut(into text: inout ScrolledText, width: Int, reading: Reading) {
        guard text.search.isEmpty else { return layOutAll(into: &text, width: width, reading: reading) }
        guard !blocks.isEmpty else { return }
        let page = max(1, text.height)
        var block = text.topBlock
        while block < blocks.count, text.lines.start(of: block) < text.top + 2 * page {
            layOut(block, into: &text, width: width, reading: reading)
            block += 1
        }
        block = text.topBlock - 1
        while block >= 0, text.lines.start(of: block + 1) > text.top - page {
            layOut(block, into: &text, width: width, reading: reading)
            block -= 1
        }
    }

    mutating func layOutAll(into text: inout ScrolledText, width: Int, reading: Reading) {
        for block in blocks.indices { layOut(block, into: &text, width: width, reading: reading) }
        text.find()
    }

    /// Lays a block out, unless it is as it should be.
    private mutating func layOut(_ index: Int, into text: inout ScrolledText, width: Int, reading: Reading) {
        let isAsked = blocks[index].laid.map { $0.source.width == width && $0.source.reading == reading } ?? false
        if isAsked, blocks[index].laid?.lookedAt == state { return }
        let block = blocks[index]
        let turn = turns[block.turn]
        let source = Source(
            width: width, reading: reading, version: block.version, heading: turn.first == index ? turn.heading : nil,
            isAgents: turn.isAgents, earlier: block.version > 0 ? earlierVersions(than: index) : 0)
        if block.laid?.source == source {
            blocks[index].laid?.lookedAt = state
            return
        }
        laidOut += 1
        var lines = source.heading.map { [$0, .blank] } ?? []
        var said: (heading: String, messages: [Message])?
        if let loaded = block.version > 0 ? contents[block.key] : nil {
            let read =
                isAgentsOwn(loaded, at: index)
                ? ofAgent(loaded, source) : ofCall(loaded, source, after: earlier(than: index))
            lines += read.lines
            if !read.said.isEmpty || loaded.stored.isCall { said = (Self.heading(loaded.stored), read.said) }
        } else {
            lines += [TextLine(indent: 2, [.init("…", .dim)]), .blank]
        }
        blocks[index].laid = Laid(source: source, lookedAt: state, said: said)
        text.put(lines, at: index)
    }

    private static func conversation(_ source: Source, isBounded: Bool = false) -> Conversation {
        Conversation(
            width: source.width, longest: isBounded ? 300 : 40, longestSystem: isBounded ? 300 : 8, longestAnswer: 400,
            reading: isBounded ? source.reading.short : source.reading)
    }

    private func ofCall(_ loaded: LoadedSpan, _ source: Source, after earlier: EarlierCalls) -> ReadConversation {
        // What is large is unfolded to its end on the span's own screen, beside the keys; here only to be looked through.
        let isLarge = loaded.json.utf8.count > LayoutJob.largest
        var read =
            isLarge && source.reading.isUnfolded && !source.reading.isSearched
            ? Self.conversation(source, isBounded: true).whole(loaded)
            : Self.conversation(source).added(loaded, after: earlier)
        read.lines += [.blank] + Self.callLines(loaded.stored, width: source.width) + [.blank]
        return read
    }

    /// What a coding agent was asked, what a model answered, or what a tool was given and gave. Of a call's prompt it never
    /// tells, so that nothing is missing where there is none.
    private func ofAgent(_ loaded: LoadedSpan, _ source: Source) -> ReadConversation {
        let span = loaded.stored.span
        let conversation = Self.conversation(source)
        var loaded = loaded
        var read = ReadConversation()
        switch span.kind {
        case .agent:
            // What it answered is what its last call did.
            loaded.detail.output = .notCaptured
            if loaded.detail.input != .notCaptured { read = conversation.whole(loaded) }
        case .tool:
            read = conversation.whole(loaded)
            let figure = span.durationNanoseconds.map { "  " + Figure.duration($0) } ?? ""
            let heading = TextLine([.init("tool", .accent, .bold), .init("  " + span.name, .text), .init(figure, .dim)])
            read.lines.insert(heading, at: 0)
        default: conversation.answer(loaded, tools: ToolCalls(), &read)
        }
        if !read.lines.isEmpty { read.lines.append(.blank) }
        if span.kind == .llm { read.lines += Self.callLines(loaded.stored, width: source.width) + [.blank] }
        return read
    }

    private static func heading(_ stored: StoredSpan) -> String {
        [stored.span.name, stored.span.model].compactMap { $0 }.joined(separator: "  ")
    }

    /// What the call was: model, times, tokens, cost, prompt version and variant.
    private static func callLines(_ stored: StoredSpan, width: Int) -> [TextLine] {
        let span = stored.span
        var parts: [TextLine.Run] = []
        if let model = span.model { parts.append(.init(model, .heading)) }
        if let duration = span.durationNanoseconds {
            parts.append(.init(Figure.duration(duration), .dim))
        }
        if let ttft = span.timeToFirstTokenNanoseconds {
            parts.append(.init("ttft " + Figure.duration(ttft), .dim))
        }
        let tokens = Figure.tokens(span.usage)
        if !tokens.isEmpty { parts.append(.init(tokens, .dim)) }
        if let cost = span.cost { parts.append(.init(Figure.cost(cost), .dim)) }
        if let key = span.promptKey {
            parts.append(.init(key + (span.promptVersion.map { "@" + $0 } ?? ""), .accent))
        }
        if let index = span.promptVariantIndex {
            parts.append(.init("variant " + VariantName.text(index), .variant(index)))
        }
        var lines: [TextLine] = []
        var line = TextLine(indent: 2)
        var used = 2
        for part in parts {
            let columns = displayWidth(of: part.text)
            if !line.runs.isEmpty, used + 2 + columns > width {
                lines.append(line)
                line = TextLine(indent: 2)
                used = 2
            }
            if !line.runs.isEmpty { line.runs.append(.init("  ")) }
            used += columns + (line.runs.isEmpty ? 0 : 2)
            line.runs.append(part)
        }
        return line.runs.isEmpty ? lines : lines + [line]
    }

    // MARK: - As it was written

    /// What was said in each turn of what is laid out, as it was written.
    var textOfTurn: [String] {
        var texts: [[String]] = turns.map { _ in [] }
        for block in blocks {
            guard let said = block.laid?.said else { continue }
            texts[block.turn].append(ConversationSource.text(of: said.messages))
        }
        return texts.map { $0.joined(separator: "\n\n") }
    }

    /// What was said, as it was written: every message once.
    var source: String {
        blocks.compactMap(\.laid?.said)
            .map { "--- " + $0.heading + "\n\n" + ConversationSource.text(of: $0.messages) }
            .joined(separator: "\n\n")
    }
}
