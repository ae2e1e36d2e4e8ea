import Cells
import TraceModel

/// The bottom row: the keys that work now, as many as fit.
enum HintLine {
    /// A hint with its place.
    private struct Placed {
        let command: Command
        let keys: String
        let title: String
        let x: Int

        var width: Int { displayWidth(of: keys) + 1 + displayWidth(of: title) }
    }

    static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        canvas.fill(scene[.bar])
        if let question = state.question { return draw(question, into: &canvas, scene) }
        if !state.begun.isEmpty {
            let text = KeyMap.text(state.begun, scene.glyphs) + " " + scene.glyphs.ellipsis
            canvas.write(text, at: Point(x: 1, y: 0), scene[.accent])
            return
        }
        if let notice = state.notice { return draw(notice, into: &canvas, scene) }
        if case .field(let field) = state.overlay, let mistake = field.mistake(state) {
            let text = scene.glyphs.failure + " column \(mistake.column + 1): \(mistake.reason); \(mistake.hint)"
            canvas.write(text, at: Point(x: 1, y: 0), scene[.error], overflow: .ellipsis)
            return
        }
        for hint in placed(state, width: canvas.width, scene.glyphs) {
            let used = canvas.write(hint.keys, at: Point(x: hint.x, y: 0), scene[.accent])
            canvas.write(hint.title, at: Point(x: hint.x + used + 1, y: 0), scene[.dim])
        }
    }

    /// Where it stands: the bottom row, and as many above it as a sentence needs that is longer.
    static func area(_ state: ConsoleState, _ frame: ScreenFrame, _ glyphs: Glyphs) -> Rect {
        let row = frame.hints
        guard !row.isEmpty, state.question == nil, state.begun.isEmpty, let notice = state.notice else { return row }
        let more = min(lines(of: notice, width: row.width, glyphs).count - 1, frame.body.height / 2)
        return Rect(x: row.x, y: row.y - more, width: row.width, height: row.height + more)
    }

    private static func lines(of notice: Notice, width: Int, _ glyphs: Glyphs) -> [String] {
        let sign =
            switch notice.tone {
            case .good: glyphs.check + " "
            case .plain: ""
            case .problem: glyphs.failure + " "
            }
        return wrap(sign + notice.text, width: max(1, width - 2), indent: displayWidth(of: sign))
    }

    private static func draw(_ notice: Notice, into canvas: inout Canvas, _ scene: Scene) {
        let role: Role =
            switch notice.tone {
            case .good: .good
            case .plain: .text
            case .problem: .error
            }
        let lines = lines(of: notice, width: canvas.width, scene.glyphs)
        for (y, line) in lines.prefix(canvas.height).enumerated() {
            // Where there is no room for the rest, it is seen that there is one.
            let text = y == canvas.height - 1 && lines.count > canvas.height ? lines[y...].joined(separator: " ") : line
            canvas.write(text, at: Point(x: 1, y: y), scene[role], overflow: .ellipsis)
        }
    }

    /// The answers stand at the right, whole; the question is cut where it has no room.
    private static func draw(_ question: Question, into canvas: inout Canvas, _ scene: Scene) {
        var answers = StyledText("Enter", scene[.accent])
        answers.append(" yes  ", scene[.dim])
        answers.append("Esc", scene[.accent])
        answers.append(" no", scene[.dim])
        let x = max(1, canvas.width - answers.width - 1)
        canvas.write(
            question.text, at: Point(x: 1, y: 0), scene[.warning], maxWidth: max(0, x - 3), overflow: .ellipsis)
        canvas.write(answers, at: Point(x: x, y: 0))
    }

    /// The command whose hint stands there.
    static func command(at x: Int, state: ConsoleState) -> Command? {
        guard state.notice == nil, state.question == nil else { return nil }
        return placed(state, width: state.size.width, .unicode).first { x >= $0.x && x < $0.x + $0.width }?.command
    }

    /// The more important hints are kept; those kept stand in their own order.
    private static func placed(_ state: ConsoleState, width: Int, _ glyphs: Glyphs) -> [Placed] {
        let isWide = width >= 100
        let gap = isWide ? 3 : 2
        func rank(_ hint: Command.Hint) -> Int { isWide ? hint.rankWhenWide ?? hint.rank : hint.rank }
        var room = width - 2 + gap
        var kept: [(hint: Command.Hint, command: Command, keys: String, title: String)] = []
        let commands = CommandTable.available(in: state)
            .filter { state.overlay == nil || $0.place == state.place }
            .filter { !state.top.screen.isTyping || $0.place != .everywhere }
        let wanted = commands.compactMap { command in command.hint.map { ($0, command) } }
        for (hint, command) in wanted.sorted(by: { rank($0.0) < rank($1.0) }) {
            let labels = command.hintKeys.compactMap { state.settings.keys.label(of: $0, in: command.place, glyphs) }
            guard !labels.isEmpty else { continue }
            let keys = labels.joined(
                separator: keysTouch(command.hintKeys) && labels.allSatisfy { $0.count == 1 } ? "" : " ")
            let title = hint.titleNow?(state) ?? hint.title
            let needed = displayWidth(of: keys) + 1 + displayWidth(of: title) + gap
            guard needed <= room else { continue }
            room -= needed
            kept.append((hint, command, keys, title))
        }
        var x = 1
        return kept.sorted { $0.hint.order < $1.hint.order }.map { _, command, keys, title in
            let placed = Placed(command: command, keys: keys, title: title, x: x)
            x += placed.width + gap
            return placed
        }
    }

    /// Arrows stand close together: `↑↓ move`.
    private static func keysTouch(_ keys: [Key]) -> Bool {
        keys.allSatisfy { [.up, .down, .left, .right].contains($0) }
    }
}
