public import Cells
import TraceModel

/// What the console shows as lines of words, for who has it read aloud or feels it: no frames, no bars, panes one after the
/// other, and after the first time only the lines that have changed.
public struct PlainReading: Hashable, Sendable {
    /// A line of a pane.
    struct Line: Hashable, Sendable {
        let text: String
        /// Whether it is the selected one.
        let isSelected: Bool
    }

    /// Rows and columns that are drawn to be read: few enough for one pane where screens have two beside each other.
    public static let size = Size(width: 80, height: 24)

    /// Where one is, and what is filtered by.
    let heading: String
    /// What is said in the bottom row, or asked.
    let message: String?
    let lines: [Line]

    /// The lines to write after another reading.
    /// - Parameter wasAsked: whether a person has pressed a key since. If not, figures that go on counting are no news.
    public func lines(since before: PlainReading?, wasAsked: Bool) -> [String] {
        var told: [String] = []
        if heading != before?.heading { told.append(heading) }
        let old = before?.lines ?? []
        let texts = Set(old.map(\.text))
        let selected = Set(old.filter(\.isSelected).map(\.text))
        // What only counts on stands where it stood.
        let still = wasAsked ? [] : Set(old.map { Self.withoutFigures($0.text) })
        for line in lines where !line.text.isEmpty {
            if line.isSelected {
                guard !selected.contains(line.text) else { continue }
                if still.contains(Self.withoutFigures(line.text)), !texts.contains(line.text) { continue }
                told.append("> " + line.text)
            } else if !texts.contains(line.text), !still.contains(Self.withoutFigures(line.text)) {
                told.append(line.text)
            }
        }
        if let message, message != before?.message { told.append(message) }
        return told
    }

    private static func withoutFigures(_ text: String) -> String { text.filter { !$0.isNumber } }
}

extension ConsoleState {
    /// What is shown now, as lines.
    public var plainReading: PlainReading {
        PlainReading(heading: plainHeading, message: plainMessage, lines: plainLines)
    }

    private var plainHeading: String {
        var parts = [tabs[activeTab].place.title]
        let status = top.screen.status(overview: pulse.overview)
        switch status.left {
        case .filter(let text): if !text.isEmpty { parts.append("filter " + text) }
        case .path(let path): parts = path
        }
        // That a list is held, or its search stopped. What counts on would be told again and again.
        if let fact = status.facts.first, fact.tone == .warning, !fact.text.contains(where: \.isNumber) {
            parts.append(fact.text)
        }
        if let overlay {
            if case .field(let field) = overlay {
                parts = ["type: " + field.line.text]
            } else {
                parts = [overlay.place.title] + [overlay.line?.text ?? ""].filter { !$0.isEmpty }
            }
        }
        return parts.joined(separator: ", ")
    }

    private var plainMessage: String? {
        if let question { return question.text + " Enter yes, Esc no" }
        if let notice { return notice.text }
        if case .field(let field) = overlay, let mistake = field.mistake(self) {
            return "column \(mistake.column + 1): \(mistake.reason); \(mistake.hint)"
        }
        if !begun.isEmpty { return KeyMap.text(begun) }
        return nil
    }

    /// The lines of what has the keys: an overlay alone, else the screen, pane by pane.
    private var plainLines: [PlainReading.Line] {
        var grid = Grid(size: size)
        let theme = Theme(name: "", styles: [:])
        let frame = ScreenFrame(size)
        let scene = Scene(
            theme: theme, glyphs: .unicode, now: now, wallClock: wallClock, isCovered: false,
            httpAddress: health.httpAddress, isSpoken: true, keys: settings.keys, columns: settings.columns)
        if let overlay, overlay.place != FieldEditor.place {
            grid.draw { overlay.draw(self, into: &$0, scene) }
            return PlainText.lines(of: grid, in: frame.body)
        }
        draw(self, into: &grid, theme: theme, glyphs: .unicode, isSpoken: true)
        let body = frame.body
        guard let picture = top.screen.spokenPicture(scene) else { return PlainText.lines(of: grid, in: body) }
        func rows(_ range: Range<Int>) -> [PlainReading.Line] {
            PlainText.lines(
                of: grid, in: Rect(x: body.x, y: body.y + range.lowerBound, width: body.width, height: range.count))
        }
        return rows(0..<picture.rows.lowerBound)
            + picture.lines.map { PlainReading.Line(text: $0, isSelected: false) }
            + rows(min(picture.rows.upperBound, body.height)..<body.height)
    }
}

/// A picture of characters as words.
enum PlainText {
    /// A line this tall divides panes.
    private static let shortestEdge = 8

    static func lines(of grid: Grid, in rect: Rect) -> [PlainReading.Line] {
        let rows = rect.y..<rect.y + rect.height
        func isLine(_ x: Int, _ y: Int) -> Bool { ["│", "┃"].contains(grid[x, y].text) }
        let edges = (rect.x..<rect.x + rect.width).filter { x in rows.count { isLine(x, $0) } >= shortestEdge }
        var lines: [PlainReading.Line] = []
        var start = rect.x
        for end in edges + [rect.x + rect.width] {
            for y in rows where start < end { lines.append(line(of: grid, y, start..<end)) }
            start = end + 1
        }
        return lines
    }

    private static func line(of grid: Grid, _ y: Int, _ columns: Range<Int>) -> PlainReading.Line {
        let marker = Glyphs.unicode.marker
        var words: [String] = []
        var word = ""
        var isSelected = false
        func end() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        for x in columns {
            let text = grid[x, y].text
            // The second half of a wide character.
            if text.isEmpty { continue }
            if text == marker { isSelected = true }
            if let said = said[text] {
                end()
                if !said.isEmpty { words.append(said) }
            } else if text == " " || pictures.contains(text) {
                end()
            } else {
                word += text
            }
        }
        end()
        return PlainReading.Line(text: words.joined(separator: " "), isSelected: isSelected)
    }

    private static let said = [
        "✗": "failed", "✓": "ok", "●": "on", "○": "off", "▲": "warning", "▸": "folded", "▾": "unfolded", "→": "to",
        "◐": "running", "◓": "running", "◑": "running", "◒": "running", "·": "", "•": "", "↔": "and",
    ]

    /// What only draws: lines, bars, heights, marks.
    private static let pictures: Set<String> = {
        let signs = Glyphs.unicode
        return Set(
            [
                signs.horizontal, signs.vertical, signs.topLeft, signs.topRight, signs.bottomLeft, signs.bottomRight,
                signs.teeLeft, signs.teeRight, signs.teeDown, signs.teeUp, signs.cross, signs.bar, signs.waitingBar,
                signs.track, signs.marker, signs.thumb, "╸", "╺", "╼", "╾", "╴", "╶",
            ] + signs.shades + signs.heights + signs.eighths)
    }()
}
