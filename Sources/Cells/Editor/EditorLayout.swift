/// How a document's lines are broken into rows of a given width. It keeps nothing: a line's rows are computed when asked
/// for, and only the lines on the screen ever are.
public struct EditorLayout: Hashable, Sendable {
    /// Columns of a row; at least 2, so that a wide character has room.
    public var width: Int
    /// Tab stops stand every so many columns.
    public var tab: Int

    /// Makes a layout.
    public init(width: Int, tab: Int = 4) {
        self.width = max(2, width)
        self.tab = max(1, tab)
    }

    /// The rows of a line as ranges of its characters; an empty line has one empty row. Rows break behind white space
    /// where there is some, else between characters, and no character is left out: what is wrapped stays editable.
    public func rows(of line: [Character]) -> [Range<Int>] {
        var rows: [Range<Int>] = []
        var start = 0
        var used = 0
        var breakAt: Int?
        var usedAtBreak = 0
        for (index, character) in line.enumerated() {
            let columns = columns(of: character, at: used)
            if used + columns > width, index > start {
                let end = breakAt ?? index
                rows.append(start..<end)
                used -= breakAt == nil ? used : usedAtBreak
                start = end
                breakAt = nil
            }
            used += columns
            if character == " " || character == "\t" || character == "-" || columns == 2 {
                breakAt = index + 1
                usedAtBreak = used
            }
        }
        rows.append(start..<line.count)
        return rows
    }

    /// The columns a character takes when it begins at a column of its row.
    public func columns(of character: Character, at column: Int) -> Int {
        character == "\t" ? tab - column % tab : displayWidth(of: character)
    }

    /// The cell column at which a place lies in its row.
    public func cell(of position: TextPosition, in document: TextDocument) -> Int {
        let line = document.lines[position.line]
        let rows = rows(of: line)
        return cell(of: position.column, in: line, row: rows[row(of: position.column, in: rows)])
    }

    /// Which of a line's rows holds a column: a place between two rows belongs to the later one.
    public func row(of column: Int, in rows: [Range<Int>]) -> Int {
        rows.lastIndex { $0.lowerBound <= column } ?? 0
    }

    func cell(of column: Int, in line: [Character], row: Range<Int>) -> Int {
        var cell = 0
        for index in row.lowerBound..<max(row.lowerBound, min(column, line.count)) {
            cell += columns(of: line[index], at: cell)
        }
        return cell
    }

    /// The column of a line that lies at a cell of one of its rows, or before it.
    public func column(atCell wanted: Int, in line: [Character], rows: [Range<Int>], row: Int) -> Int {
        let range = rows[row]
        var cell = 0
        for index in range {
            let columns = columns(of: line[index], at: cell)
            if cell + columns > wanted { return index }
            cell += columns
        }
        // Behind the last character only in the last row: elsewhere that place is the next row's start.
        return row == rows.count - 1 ? range.upperBound : max(range.lowerBound, range.upperBound - 1)
    }

    /// The place so many rows below (or above, if negative) another, at a cell column.
    func position(_ count: Int, rowsFrom position: TextPosition, cell: Int, in document: TextDocument) -> TextPosition {
        var line = position.line
        var rows = rows(of: document.lines[line])
        var row = row(of: position.column, in: rows) + count
        while row < 0 {
            guard line > 0 else { return .start }
            line -= 1
            rows = self.rows(of: document.lines[line])
            row += rows.count
        }
        while row >= rows.count {
            guard line + 1 < document.lines.count else { return document.end }
            row -= rows.count
            line += 1
            rows = self.rows(of: document.lines[line])
        }
        return TextPosition(
            line: line, column: column(atCell: cell, in: document.lines[line], rows: rows, row: row))
    }
}
