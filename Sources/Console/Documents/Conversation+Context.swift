import Cells
import Display
import Prompts
import TraceModel

extension Conversation {
    /// What a call added to what had been said, and its answer.
    func added(_ loaded: LoadedSpan, after earlier: EarlierCalls) -> ReadConversation {
        guard case .messages(let input) = loaded.detail.input, !reading.isUnfolded, !earlier.calls.isEmpty else {
            return whole(loaded)
        }
        var tools = ToolCalls()
        for said in earlier.calls { tools.add(said.messages) }
        tools.add(input)
        let (comparison, base) = earlier.comparison(of: input)
        var read = ReadConversation()
        read.lines = context(comparison, input, base: base, tools: tools, firstNew: &read.firstNew)
        read.said = comparison.new.map { input[$0] }
        answer(loaded, tools: tools, &read)
        return read
    }

    /// The pieces of an input: what was there is one quiet line.
    private func context(
        _ comparison: ContextComparison, _ input: [Message], base: EarlierCalls.Said?, tools: ToolCalls,
        firstNew: inout Int?
    ) -> [TextLine] {
        var lines: [TextLine] = []
        var added: [Message] = []
        func flush() {
            guard !added.isEmpty else { return }
            firstNew = firstNew ?? lines.count
            lines += conversation(added, tools: tools)
            added = []
        }
        for piece in comparison.pieces {
            if case .added(let index) = piece {
                added.append(input[index])
                continue
            }
            flush()
            switch piece {
            case .asBefore(let range): lines += [quiet(range, input, base), .blank]
            case .changed(let index, let old):
                firstNew = firstNew ?? lines.count
                lines += changed(input[index], from: old)
            case .dropped(let messages):
                lines += [
                    TextLine([.init(Figure.count(messages.count, "message") + " of before left out", .warning)]),
                    .blank,
                ]
            case .added: break
            }
        }
        flush()
        return lines
    }

    /// `12 messages as before, 9.1k tokens`.
    private func quiet(_ range: Range<Int>, _ input: [Message], _ base: EarlierCalls.Said?) -> TextLine {
        var text = Figure.count(range.count, "message") + " as before"
        if let base, range == 0..<base.messages.count, let tokens = base.tokens {
            text += ", " + Figure.compact(tokens) + " tokens"
        } else {
            text += ", " + Figure.bytes(input[range].reduce(0) { $0 + Self.bytes(of: $1) })
        }
        return TextLine([.init(text, .dim)])
    }

    private static func bytes(of message: Message) -> Int {
        message.parts.reduce(0) { sum, part in
            switch part {
            case .text(let text), .reasoning(let text), .toolResult(_, _, let text), .other(_, let text):
                sum + text.utf8.count
            case .toolCall(_, let name, let arguments): sum + name.utf8.count + arguments.utf8.count
            case .media(_, let summary): sum + summary.utf8.count
            }
        }
    }

    /// A message that stands where another stood: what left and what came, line by line.
    private func changed(_ message: Message, from old: Message) -> [TextLine] {
        let role = Self.role(of: message.role)
        var lines = [TextLine([.init(message.role, role, .bold), .init("  changed", .warning)])]
        let diff = TextDiff(old: ConversationSource.body(of: old), new: ConversationSource.body(of: message))
        var last = 0
        for hunk in diff.hunks(context: 1) {
            if hunk.lowerBound > last { lines.append(TextLine(indent: 2, [.init("…", .dim)])) }
            for row in diff.rows[hunk] { lines += self.row(row) }
            last = hunk.upperBound
        }
        if last < diff.rows.count { lines.append(TextLine(indent: 2, [.init("…", .dim)])) }
        return lines + [.blank]
    }

    private func row(_ row: DiffRow) -> [TextLine] {
        guard row.kind != .equal else { return side(row.new, " ", .dim, .dim) }
        return side(row.old, "-", .removed, .removedWord) + side(row.new, "+", .added, .addedWord)
    }

    private func side(_ line: DiffLine?, _ sign: String, _ role: Role, _ word: Role) -> [TextLine] {
        guard let line else { return [] }
        let runs = line.segments.map { TextLine.Run($0.text, $0.mark == .changed ? word : role) }
        return RunFlow.lines(runs, width: max(4, width - 4)).enumerated().map { index, runs in
            TextLine(indent: 2, [.init(index == 0 ? sign + " " : "  ", role)] + runs)
        }
    }
}
