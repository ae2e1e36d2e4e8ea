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
/// are left out, so that no row wraps.
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
        let natural = natural(harmless)
        let shown = shown(natural, into: terminal.columns)
        let widths = fitted(natural, shown, into: terminal.columns)
        let heading = line(columns.map { TableCell($0.title, .dim) }, shown, widths, terminal)
        return [heading] + harmless.map { line($0, shown, widths, terminal) }
    }

    /// The columns there is room for, each at its least width.
    private func shown(_ natural: [Int], into available: Int?) -> [Int] {
        var shown = Array(columns.indices)
        guard let available else { return shown }
        func least(_ index: Int) -> Int { min(natural[index], columns[index].minimum ?? natural[index]) }
        while shown.reduce(0, { $0 + least($1) + 2 }) - 2 > available {
            guard let worst = shown.max(by: { columns[$0].rank < columns[$1].rank }), columns[worst].rank > 0 else {
                break
            }
            shown.removeAll { $0 == worst }
        }
        return shown
    }

    private func natural(_ rows: [[TableCell]]) -> [Int] {
        columns.indices.map { index in
            rows.reduce(displayWidth(of: columns[index].title)) { max($0, displayWidth(of: $1[index].text)) }
        }
    }

    /// Takes what is too much from the widest flexible column, again and again.
    private func fitted(_ widths: [Int], _ shown: [Int], into available: Int?) -> [Int] {
        guard let available else { return widths }
        var widths = widths
        var excess = shown.reduce(0) { $0 + widths[$1] } + 2 * (shown.count - 1) - available
        while excess > 0 {
            let flexible = shown.filter { widths[$0] > columns[$0].minimum ?? .max }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [TableCell], _ shown: [Int], _ widths: [Int], _ terminal: Terminal) -> String {
        var parts: [String] = []
        for index in shown {
            let cell = cells[index]
            let text = Shortened.end(cell.text, width: widths[index])
            let gap = String(repeating: " ", count: max(0, widths[index] - displayWidth(of: text)))
            let painted = Self.painted(text, cell.emphasis, terminal)
            let isLast = index == shown.last
            parts.append(columns[index].isRightAligned ? gap + painted : isLast ? painted : painted + gap)
        }
        let joined = parts.joined(separator: "  ")
        return String(joined.reversed().drop { $0 == " " }.reversed())
    }

    /// The text with its colour, where there are colours.
    static func painted(_ text: String, _ emphasis: Emphasis, _ terminal: Terminal) -> String {
        guard terminal.hasColour, !text.isEmpty, let parameters = emphasis.parameters else { return text }
        return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
    }
}
