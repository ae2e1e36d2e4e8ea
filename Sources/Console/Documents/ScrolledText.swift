import Cells

/// Laid-out lines, how far they are scrolled, and what is looked for in them.
struct ScrolledText: Sendable {
    private(set) var lines: [TextLine] = []
    /// Which lines are in view.
    private var place = ListState(isSelectable: false)
    /// What is looked for; empty for nothing.
    private(set) var search = ""
    private var matches: [Int] = []
    /// Which of the matches was gone to last.
    private(set) var currentMatch: Int?

    var matchCount: Int { matches.count }
    /// The first visible line.
    var top: Int { place.top }
    /// Visible lines.
    var height: Int { place.height }

    /// Puts other lines in; the place stays as far as it can.
    mutating func show(_ lines: [TextLine], keepingPlace: Bool = false) {
        self.lines = lines
        place.resize(count: lines.count)
        if !keepingPlace { place.scroll(to: 0) }
        find()
    }

    mutating func resize(height: Int) { place.resize(height: height) }
    mutating func scroll(to line: Int) { place.scroll(to: line) }
    mutating func scroll(by rows: Int) { place.scroll(by: rows) }
    mutating func move(_ motion: Motion) { place.move(motion) }

    /// Looks for a text and goes to the first match at or after the visible part.
    mutating func look(for text: String) {
        search = text
        find()
        guard let first = matches.firstIndex(where: { $0 >= top }) ?? matches.indices.first else { return }
        go(toMatch: first)
    }

    /// Whether there is no further match this way.
    func isAtLastMatch(forward: Bool) -> Bool {
        matches.isEmpty || currentMatch == (forward ? matches.count - 1 : 0)
    }

    mutating func nextMatch(forward: Bool) {
        guard !matches.isEmpty else { return }
        let step = forward ? 1 : matches.count - 1
        go(toMatch: ((currentMatch ?? (forward ? -1 : 0)) + step + matches.count) % matches.count)
    }

    private mutating func go(toMatch index: Int) {
        currentMatch = index
        let line = matches[index]
        if !place.visible.contains(line) { scroll(to: line - height / 3) }
    }

    private mutating func find() {
        currentMatch = nil
        matches = search.isEmpty ? [] : lines.indices.filter { TextSearch.contains(search, in: lines[$0].plain) }
    }

    /// Draws the visible lines, and at the right edge where in the whole they lie.
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard !canvas.isEmpty else { return }
        for row in 0..<canvas.height {
            guard top + row < lines.count else { break }
            lines[top + row].draw(into: &canvas, at: Point(x: 0, y: row), scene, search: search)
            if let currentMatch, matches[currentMatch] == top + row, canvas.width > 1 {
                canvas.tint(Rect(x: 0, y: row, width: canvas.width, height: 1), scene.ground(.selection))
                lines[top + row].draw(into: &canvas, at: Point(x: 0, y: row), scene, search: search)
            }
        }
    }

    /// Draws the scroll bar of the text into a column.
    func drawBar(into canvas: inout Canvas, in column: Rect, _ scene: Scene) {
        place.drawBar(into: &canvas, in: column, scene)
    }
}
