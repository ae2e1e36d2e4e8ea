import Cells

/// What a cell of a table means, for its colour where there are colours.
enum Emphasis: Hashable, Sendable {
    /// Ordinary text.
    case plain
    /// A heading, or what matters less.
    case dim
    /// A failure.
    case error
    /// A warning.
    case warning
    /// What one looks for first.
    case strong

    /// The SGR parameters; the sixteen colours of the terminal's own palette, so that they fit it.
    fileprivate var parameters: String? {
        switch self {
        case .plain: nil
        case .dim: "2"
        case .error: "31"
        case .warning: "33"
        case .strong: "1"
        }
    }
}

/// One cell: text from outside is made harmless when it is drawn, not before.
struct TableCell: Hashable, Sendable, ExpressibleByStringInterpolation {
    var text: String
    var emphasis: Emphasis

    init(_ text: String, _ emphasis: Emphasis = .plain) {
        self.text = text
        self.emphasis = emphasis
    }

    init(stringLiteral value: String) {
        self.init(value)
    }
}

/// Rows under headings, aligned by display width; on a terminal flexible columns give way, then those that matter least
/// are left out, so that no row wraps. Where columns lie is worked out as on a screen.
struct Table: Sendable {
    /// One column.
    struct Column: Hashable, Sendable {
        var title: String
        var isRightAligned = false
        /// The least width a flexible column shrinks to; `nil` for one that keeps its width.
        var minimum: Int?
        /// Which columns go where there is no room for all, the highest first; 0 for one that always stays.
        var rank: Int

        init(_ title: String, right: Bool = false, minimum: Int? = nil, rank: Int = 0) {
            self.title = title
            self.isRightAligned = right
            self.minimum = minimum
            self.rank = rank
        }
    }

    let columns: [Column]
    private(set) var rows: [[TableCell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; missing cells are empty.
    mutating func append(_ cells: [TableCell]) {
        rows.append((0..<columns.count).map { $0 < cells.count ? cells[$0] : "" })
    }

    /// The lines, headings first.
    func lines(for terminal: Terminal) -> [String] {
        let harmless = rows.map { row in row.map { TableCell(harmlessText($0.text), $0.emphasis) } }
        let layout = layout(of: harmless, width: terminal.columns ?? Self.unlimited)
        let heading = columns.map { TableCell($0.title, .dim) }
        return ([heading] + harmless).map { Self.line($0, layout, terminal) }
    }

    /// Where no terminal sets a width, as in a pipe or a file.
    private static let unlimited = 1_000_000_000

    /// Every column as wide as its widest cell, those that may shrink at their least width at first.
    private func layout(of rows: [[TableCell]], width: Int) -> ColumnLayout<Int> {
        ColumnLayout(
            columns.enumerated().map { index, column in
                let natural = rows.reduce(displayWidth(of: column.title)) {
                    max($0, displayWidth(of: $1[index].text))
                }
                return Cells.Column(
                    index, column.title, column.isRightAligned ? .right : .left,
                    least: min(natural, column.minimum ?? natural), most: natural, rank: column.rank)
            }, width: width, left: 0)
    }

    private static func line(_ cells: [TableCell], _ layout: ColumnLayout<Int>, _ terminal: Terminal) -> String {
        var line = ""
        var x = 0
        for placed in layout.columns {
            let cell = cells[placed.column.id]
            let text = Shortened.end(cell.text, width: placed.width)
            let free = max(0, placed.width - displayWidth(of: text))
            let start = placed.x + (placed.column.alignment == .right ? free : 0)
            guard !text.isEmpty else { continue }
            line += String(repeating: " ", count: max(0, start - x)) + painted(text, cell.emphasis, terminal)
            x = start + displayWidth(of: text)
        }
        return line
    }

    /// The text with its colour, where there are colours.
    static func painted(_ text: String, _ emphasis: Emphasis, _ terminal: Terminal) -> String {
        guard terminal.hasColour, !text.isEmpty, let parameters = emphasis.parameters else { return text }
        return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
    }
}
