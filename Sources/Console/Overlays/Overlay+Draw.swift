import Cells
import TraceModel

extension Overlay {
    /// Draws over all but the bars.
    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        let frame = ScreenFrame(canvas.size)
        switch self {
        case .field(let field):
            canvas.draw(in: frame.field) { field.draw(into: &$0, state, scene) }
            if frame.field == frame.status { canvas.draw(in: frame.body) { field.drawCandidates(into: &$0, scene) } }
        case .help(let help): canvas.draw(in: frame.body) { help.draw(into: &$0, scene) }
        case .picker(let picker): canvas.draw(in: frame.body) { picker.draw(state, into: &$0, scene) }
        case .columns(let columns):
            let screen = state.top.screen as? any ColumnScreen
            canvas.draw(in: frame.body) { columns.draw(over: screen, into: &$0, scene) }
        case .health(let overlay):
            canvas.draw(in: frame.body) { overlay.draw(state.health, state.pulse.overview, into: &$0, scene) }
        case .choice(let overlay): canvas.draw(in: frame.body) { overlay.draw(into: &$0, scene) }
        }
    }
}

extension HelpOverlay {
    fileprivate func draw(into canvas: inout Canvas, _ scene: Scene) {
        let inside = OverlayBox.draw(
            into: &canvas, title: "help", wanted: Size(width: 104, height: canvas.height), scene)
        canvas.draw(in: inside) { canvas in
            guard let list = OverlayBox.drawLine(line, mark: "?", into: &canvas, scene) else { return }
            if line.isEmpty { canvas.write("type to search", at: Point(x: 5, y: 0), scene[.dim]) }
            let rows = rows(width: canvas.width)
            let place = place.resized(count: rows.count, height: list.height)
            if rows.isEmpty { canvas.write("nothing matches", at: Point(x: 1, y: list.y), scene[.dim]) }
            for (index, row) in rows[place.visible].enumerated() {
                switch row {
                case .heading(let title):
                    canvas.write(title, at: Point(x: 1, y: list.y + index), scene[.strong].adding(.bold))
                case .command(let command, let help):
                    CommandRow.draw(command, help: help, into: &canvas, y: list.y + index, scene)
                case .series(let first, let last, let help):
                    CommandRow.draw(first, through: last, help: help, into: &canvas, y: list.y + index, scene)
                case .more(let help):
                    let x = CommandRow.helpColumn(width: canvas.width)
                    canvas.write(help, at: Point(x: x, y: list.y + index), scene[.dim])
                case .blank: break
                }
            }
            canvas.draw(in: list) { place.drawBar(into: &$0, scene) }
        }
    }
}

/// A command on one line: its keys, its title, what it does.
enum CommandRow {
    private static func keyWidth(_ width: Int) -> Int { min(12, width / 3) }
    private static func titleWidth(_ width: Int) -> Int { min(width >= 96 ? 24 : 18, width / 3) }

    /// Where the help text begins.
    static func helpColumn(width: Int) -> Int { 4 + keyWidth(width) + titleWidth(width) }

    /// - Parameter last: the last of a series that begins with the command.
    static func draw(
        _ command: Command, through last: Command? = nil, help: String? = nil, into canvas: inout Canvas, y: Int,
        _ scene: Scene
    ) {
        let keys = ([command] + [last].compactMap(\.self)).map { command in
            scene.keys.chords(of: command).map { KeyMap.text($0, scene.glyphs) }.joined(separator: " ")
        }.joined(separator: scene.glyphs.ellipsis)
        let keyWidth = keyWidth(canvas.width)
        canvas.write(keys, at: Point(x: 2, y: y), scene[.accent], maxWidth: keyWidth, overflow: .ellipsis)
        canvas.write(
            last?.series ?? command.title, at: Point(x: 3 + keyWidth, y: y), scene[.text],
            maxWidth: titleWidth(canvas.width),
            overflow: .ellipsis)
        let x = helpColumn(width: canvas.width)
        canvas.write(
            help ?? command.help, at: Point(x: x, y: y), scene[.dim], maxWidth: max(0, canvas.width - x - 1),
            overflow: .ellipsis)
    }
}

/// The box an overlay is drawn in.
enum OverlayBox {
    /// Draws a box in the middle, as large as wanted and possible, and returns its inside.
    static func draw(into canvas: inout Canvas, title: String, wanted: Size, _ scene: Scene) -> Rect {
        let width = min(wanted.width, canvas.width)
        let height = min(wanted.height, canvas.height)
        let y = wanted.height >= canvas.height ? 0 : min(2, canvas.height - height)
        let rect = Rect(x: (canvas.width - width) / 2, y: y, width: width, height: height)
        canvas.fill(rect, scene.raised)
        guard rect.width >= 12, rect.height >= 5 else { return rect }
        return canvas.frame(
            rect, scene[.lines], title: StyledText(title, scene[.heading]), glyphs: scene.glyphs)
    }

    /// Draws a line of typing at the top behind its mark, and returns what is left below; `nil` where there is no room.
    static func drawLine(_ line: TextField, mark: String, into canvas: inout Canvas, _ scene: Scene) -> Rect? {
        guard !canvas.isEmpty else { return nil }
        canvas.write(mark, at: Point(x: 1, y: 0), scene[.accent].adding(.bold))
        line.draw(into: &canvas, in: Rect(x: 3, y: 0, width: canvas.width - 4, height: 1), .inBar(scene))
        return canvas.bounds.inset(top: canvas.height > 3 ? 2 : 1)
    }
}
