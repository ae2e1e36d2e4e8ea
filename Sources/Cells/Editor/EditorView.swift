/// Which part of an editor's text is on the screen: the first line shown and how many of its rows are scrolled away.
public struct EditorView: Hashable, Sendable {
    /// The first line shown.
    public private(set) var topLine: Int
    /// Rows of that line that are scrolled away.
    public private(set) var topRow: Int

    /// Makes a view from the start.
    public init() {
        topLine = 0
        topRow = 0
    }

    /// What to draw an editor with.
    public struct Styles: Sendable {
        /// The text.
        public var text: Style
        /// Selected text.
        public var selection: Style
        /// Line numbers.
        public var number: Style

        /// Makes styles.
        public init(text: Style, selection: Style, number: Style) {
            self.text = text
            self.selection = selection
            self.number = number
        }
    }

    /// Scrolls as little as needed to have the cursor on the screen.
    public mutating func follow(_ editor: TextEditor, layout: EditorLayout, height: Int) {
        let document = editor.document
        topLine = min(topLine, document.lines.count - 1)
        topRow = min(topRow, layout.rows(of: document.lines[topLine]).count - 1)
        let line = editor.cursor.line
        let row = layout.row(of: editor.cursor.column, in: layout.rows(of: document.lines[line]))
        if (line, row) < (topLine, topRow) {
            (topLine, topRow) = (line, row)
            return
        }
        // Going up from the cursor by a screen's height gives the lowest place the screen may begin at.
        var lowest = (line: line, row: row - max(0, height - 1))
        while lowest.row < 0, lowest.line > 0 {
            lowest.line -= 1
            lowest.row += layout.rows(of: document.lines[lowest.line]).count
        }
        lowest.row = max(0, lowest.row)
        if (topLine, topRow) < lowest { (topLine, topRow) = lowest }
    }

    /// The place at a cell of the screen, for a click.
    public func position(atX x: Int, y: Int, of editor: TextEditor, layout: EditorLayout) -> TextPosition {
        let start = editor.document.lines[topLine]
        let rows = layout.rows(of: start)
        let top = TextPosition(line: topLine, column: rows[min(topRow, rows.count - 1)].lowerBound)
        return layout.position(max(0, y), rowsFrom: top, cell: max(0, x), in: editor.document)
    }

    /// Draws the text and returns where the cursor stands in the canvas, or `nil` when it is scrolled away.
    /// - Parameter highlights: styles for ranges of a line's characters, later ones over earlier ones.
    public func draw(
        _ editor: TextEditor, layout: EditorLayout, into canvas: inout Canvas, styles: Styles,
        highlights: (_ line: Int, [Character]) -> [(Range<Int>, Style)] = { _, _ in [] }
    ) -> Point? {
        var cursor: Point?
        var y = 0
        var line = topLine
        var firstRow = topRow
        while y < canvas.height, line < editor.document.lines.count {
            let characters = editor.document.lines[line]
            let marks = highlights(line, characters) + selectionMark(editor, line, characters.count, styles)
            let rows = layout.rows(of: characters)
            let cursorRow = line == editor.cursor.line ? layout.row(of: editor.cursor.column, in: rows) : nil
            for (index, row) in rows.enumerated().dropFirst(firstRow) where y < canvas.height {
                drawRow(characters, row, marks, styles, layout, y: y, into: &canvas)
                if index == cursorRow {
                    let cell = layout.cell(of: editor.cursor.column, in: characters, row: row)
                    cursor = Point(x: min(cell, max(0, canvas.width - 1)), y: y)
                }
                y += 1
            }
            firstRow = 0
            line += 1
        }
        return cursor
    }

    private func selectionMark(
        _ editor: TextEditor, _ line: Int, _ count: Int, _ styles: Styles
    ) -> [(Range<Int>, Style)] {
        guard let selection = editor.selection, selection.start.line <= line, line <= selection.end.line else {
            return []
        }
        let from = selection.start.line == line ? selection.start.column : 0
        let to = selection.end.line == line ? selection.end.column : count
        return from < to ? [(from..<to, styles.selection)] : []
    }

    private func drawRow(
        _ line: [Character], _ row: Range<Int>, _ marks: [(Range<Int>, Style)], _ styles: Styles,
        _ layout: EditorLayout, y: Int, into canvas: inout Canvas
    ) {
        var x = 0
        for index in row {
            let style = marks.last { $0.0.contains(index) }?.1 ?? styles.text
            let columns = layout.columns(of: line[index], at: x)
            let text = line[index] == "\t" ? String(repeating: " ", count: columns) : String(line[index])
            canvas.write(text, at: Point(x: x, y: y), style)
            x += columns
        }
    }
}
