import Cells

/// Laid-out lines, how far they are scrolled, and what is looked for in them.
struct ScrolledText: Sendable {
    private(set) var lines = BlockedLines()
    /// Which lines are in view.
    private var place = ListState(isSelectable: false)
    /// What is looked for; empty for nothing.
    private(set) var search = ""
    /// The lines of each block that match, counted from its first; `nil` where it was not looked through.
    private var found: [[Int]?] = []
    private var matches: [Int] = []
    /// Which of the matches was gone to last.
    private var current: BlockedLines.Place?

    var matchCount: Int { matches.count }
    /// The first visible line.
    var top: Int { place.top }
    /// Visible lines.
    var height: Int { place.height }
    /// The block of the first visible line.
    var topBlock: Int { lines.place(of: top).block }
    /// Whether the last line is in view.
    var isAtEnd: Bool { place.isAtEnd }

    /// Puts other lines in; the place stays as far as it can.
    mutating func show(_ lines: [TextLine], keepingPlace: Bool = false) {
        self.lines = BlockedLines(lines)
        place.resize(count: lines.count)
        if !keepingPlace { place.scroll(to: 0) }
        (found, current) = ([], nil)
        find()
    }

    /// Puts the lines of a block in; what is in view stays there. What is looked for is found in them by ``find()``.
    mutating func put(_ new: [TextLine], at block: Int) {
        let top = lines.place(of: top)
        lines.put(new, at: block)
        place.resize(count: lines.count)
        if top.block >= block { scroll(to: lines.line(at: top)) }
        if found.indices.contains(block) { found[block] = nil }
    }

    /// Arranges the blocks anew; what is in view stays there.
    /// - Parameters:
    ///   - origins: for each block which one it was; `nil` for one that is new.
    ///   - count: the lines that a new one takes until they are put in.
    mutating func arrange(_ origins: [Int?], count: (Int) -> Int) {
        let top = lines.place(of: top)
        lines.arrange(origins, count: count)
        place.resize(count: lines.count)
        func now(_ old: BlockedLines.Place) -> BlockedLines.Place? {
            origins.firstIndex(of: old.block).map { BlockedLines.Place(block: $0, offset: old.offset) }
        }
        if let place = now(top) { scroll(to: lines.line(at: place)) }
        current = current.flatMap(now)
        if !found.isEmpty { found = origins.map { origin in origin.flatMap { found[$0] } } }
    }

    mutating func resize(height: Int) { place.resize(height: height) }
    mutating func scroll(to line: Int) { place.scroll(to: line) }
    mutating func scroll(by rows: Int) { place.scroll(by: rows) }
    mutating func move(_ motion: Motion) { place.move(motion) }

    // MARK: - Looking for something

    /// Looks for a text and goes to the first match at or after the visible part.
    mutating func look(for text: String) {
        search = text
        (found, current) = ([], nil)
        find()
        guard let first = matches.first(where: { $0 >= top }) ?? matches.first else { return }
        go(to: first)
    }

    /// Whether there is no further match this way.
    func isAtLastMatch(forward: Bool) -> Bool {
        guard let last = forward ? matches.last : matches.first else { return true }
        return currentLine == last
    }

    mutating func nextMatch(forward: Bool) {
        guard !matches.isEmpty else { return }
        let index = currentLine.flatMap { line in matches.firstIndex(of: line) } ?? (forward ? -1 : 0)
        go(to: matches[(index + (forward ? 1 : matches.count - 1) + matches.count) % matches.count])
    }

    private var currentLine: Int? { current.map { lines.line(at: $0) } }

    private mutating func go(to line: Int) {
        current = lines.place(of: line)
        if !place.visible.contains(line) { scroll(to: line - height / 3) }
    }

    /// Looks through the blocks that have not been looked through.
    mutating func find() {
        guard !search.isEmpty else { return (found, matches, current) = ([], [], nil) }
        if found.isEmpty { found = Array(repeating: nil, count: lines.blockCount) }
        let needle = TextNeedle(search)
        matches = []
        for block in found.indices {
            let own =
                found[block] ?? lines.lines(of: block).indices.filter { needle.isIn(lines.lines(of: block)[$0].plain) }
            found[block] = own
            guard !own.isEmpty else { continue }
            let start = lines.start(of: block)
            matches += own.map { start + $0 }
        }
    }

    // MARK: - Drawing

    /// Draws the visible lines, and at the right edge where in the whole they lie.
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard !canvas.isEmpty else { return }
        let current = currentLine
        for row in 0..<canvas.height {
            guard top + row < lines.count else { break }
            let line = lines[top + row]
            line.draw(into: &canvas, at: Point(x: 0, y: row), scene, search: search)
            if current == top + row, canvas.width > 1 {
                canvas.tint(Rect(x: 0, y: row, width: canvas.width, height: 1), scene.ground(.selection))
                line.draw(into: &canvas, at: Point(x: 0, y: row), scene, search: search)
            }
        }
    }

    /// Draws the scroll bar of the text into a column.
    func drawBar(into canvas: inout Canvas, in column: Rect, _ scene: Scene) {
        place.drawBar(into: &canvas, in: column, scene)
    }
}
