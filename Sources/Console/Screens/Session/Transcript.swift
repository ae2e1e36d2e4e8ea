import Cells
import Display
import TraceModel

/// A session as one conversation: turn by turn what was said that had not been said before.
struct Transcript: Sendable {
    private(set) var lines: [TextLine] = []
    /// Where a call begins.
    private(set) var lineOfSpan: [SpanKey: Int] = [:]
    /// Where a turn begins.
    private(set) var lineOfTurn: [Int: Int] = [:]
    /// What each call added, with what the call was.
    private var said: [(heading: String, messages: [Message])] = []
    /// What was said in each turn, as it was written.
    private(set) var textOfTurn: [String] = []

    /// A line told by the turn it belongs to, so that it is found again when other turns have grown.
    struct Place {
        let turn: Int
        let offset: Int
    }

    init() {}

    init(turns: Turns, contents: [SpanKey: LoadedSpan], width: Int, reading: Reading = Reading()) {
        var earlier = EarlierCalls()
        for (index, turn) in turns.turns.enumerated() {
            lineOfTurn[index] = lines.count
            lines.append(Self.heading(turn, number: index + 1))
            lines.append(.blank)
            let before = said.count
            for (call, stored) in Self.spoken(in: turn).enumerated() {
                // The first call of a turn is shown with the turn's heading.
                lineOfSpan[stored.span.key] = call == 0 ? lineOfTurn[index] : lines.count
                if let loaded = contents[stored.span.key] {
                    if turn.isAgents, stored.span.kind != .llm || loaded.detail.input == .notCaptured {
                        add(ofAgent: loaded, width: width, reading: reading)
                    } else {
                        add(loaded, width: width, reading: reading, earlier: &earlier)
                    }
                } else {
                    lines += [TextLine(indent: 2, [.init("…", .dim)]), .blank]
                }
            }
            textOfTurn.append(
                said[before...].map { ConversationSource.text(of: $0.messages) }.joined(separator: "\n\n"))
        }
    }

    /// The spans of a turn that are shown: its requests to models, each once, or its root where there is none. What a coding
    /// agent was asked is its root's, and what its tools said is theirs alone.
    static func spoken(in turn: Turns.Turn) -> [StoredSpan] {
        if turn.isAgents {
            return turn.waterfall.rows.prefix(1).map(\.stored)
                + turn.spans.filter { $0.isCall || $0.span.kind == .tool }
        }
        let calls = turn.calls
        return calls.isEmpty ? Array(turn.waterfall.rows.prefix(1).map(\.stored)) : calls
    }

    private static func heading(_ turn: Turns.Turn, number: Int) -> TextLine {
        var runs = [TextLine.Run("turn \(number)", .heading, .bold)]
        if let root = turn.waterfall.rows.first?.stored.span {
            if turn.calls.isEmpty || turn.spans.count > 1 { runs.append(.init("  " + root.name, .heading)) }
            if let duration = root.durationNanoseconds {
                runs.append(.init("  " + Figure.duration(duration), .heading))
            }
            if turn.spans.count > 1 { runs.append(.init("  \(turn.spans.count) spans", .dim)) }
        }
        return TextLine(runs)
    }

    private mutating func add(_ loaded: LoadedSpan, width: Int, reading: Reading, earlier: inout EarlierCalls) {
        let conversation = Conversation(
            width: width, longest: 40, longestSystem: 8, longestAnswer: 400, reading: reading)
        let read = conversation.added(loaded, after: earlier)
        lines += read.lines + [.blank] + callLines(loaded.stored, width: width) + [.blank]
        said.append((Self.heading(loaded.stored), read.said))
        earlier.add(loaded)
    }

    /// What a coding agent was asked, what a model answered, or what a tool was given and gave. Of a call's prompt it never
    /// tells, so that nothing is missing where there is none.
    private mutating func add(ofAgent loaded: LoadedSpan, width: Int, reading: Reading) {
        let span = loaded.stored.span
        let conversation = Conversation(
            width: width, longest: 40, longestSystem: 8, longestAnswer: 400, reading: reading)
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
        if !read.lines.isEmpty { lines += read.lines + [.blank] }
        if span.kind == .llm { lines += callLines(loaded.stored, width: width) + [.blank] }
        if !read.said.isEmpty { said.append((Self.heading(loaded.stored), read.said)) }
    }

    /// What was said, as it was written: every message once.
    var source: String {
        said.map { "--- " + $0.heading + "\n\n" + ConversationSource.text(of: $0.messages) }.joined(separator: "\n\n")
    }

    private static func heading(_ stored: StoredSpan) -> String {
        [stored.span.name, stored.span.model].compactMap { $0 }.joined(separator: "  ")
    }

    /// What the call was: model, times, tokens, cost, prompt version and variant.
    private func callLines(_ stored: StoredSpan, width: Int) -> [TextLine] {
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

    // MARK: - Places

    func place(of line: Int) -> Place? {
        let turn = lineOfTurn.filter { $0.value <= line }.max { $0.value < $1.value }
        return turn.map { Place(turn: $0.key, offset: line - $0.value) }
    }

    func line(at place: Place) -> Int? { lineOfTurn[place.turn].map { $0 + place.offset } }
}
