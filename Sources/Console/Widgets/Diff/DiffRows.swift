import Cells
import Prompts

/// A text, or two set against each other, laid out in rows of a width.
struct DiffRows: Sendable {
    /// How a stretch of text is to look.
    enum Look: Hashable, Sendable {
        case plain, placeholder, nearPlaceholder, changed, changedPlaceholder, whitespace
    }

    /// One line of one side, or a further row of it.
    struct Half: Sendable {
        /// The line's number; `nil` for a further row.
        var number: Int?
        var text: [(character: Character, look: Look)]
        /// What happened to the line, as its ground.
        var ground: Role?
        /// The role of the words that changed.
        var mark: Role
        var sign = " "
    }

    struct Row: Sendable {
        var left: Half?
        var right: Half?
        /// A remark over the whole width, as where a block moved to.
        var note: String?
        /// Whether the remark only adds to the one above it.
        var isQuiet = false
        /// Whether the remark is on a line of the right column.
        var isRight = false
    }

    private(set) var rows: [Row] = []
    /// The rows at which a change begins.
    private(set) var changeStarts: [Int] = []
    let isDivided: Bool

    var count: Int { rows.count }

    /// One text.
    init(_ text: String, width: Int) {
        isDivided = false
        addText(text, width: width)
    }

    /// Two texts, in two columns where the width allows.
    init(_ diff: TextDiff, isDivided: Bool, width: Int) {
        self.isDivided = isDivided && width >= 50
        addDiff(diff, width: width)
    }

    /// Pairs of texts one below the other, each under a title.
    init(_ parts: [(title: String, diff: TextDiff)], isDivided: Bool, width: Int) {
        self.isDivided = isDivided && width >= 50
        for (index, part) in parts.enumerated() {
            if index > 0 { addBlank() }
            rows.append(Row(note: part.title, isQuiet: true))
            addDiff(part.diff, width: width)
        }
    }

    /// The row of the change after (or before) a row; `nil` where there is none.
    func change(from top: Int, _ step: Int) -> Int? {
        step > 0 ? changeStarts.first { $0 > top } : changeStarts.last { $0 < top }
    }

    mutating func addBlank() { rows.append(Row()) }

    static let gutter = 6

    private mutating func addText(_ text: String, width: Int) {
        for (index, line) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let halves = Self.halves(
                number: index + 1, Self.looked(String(line)), ground: nil, mark: .text, sign: " ",
                width: width - Self.gutter - 1)
            rows += halves.map { Row(left: $0, right: nil) }
        }
    }

    private mutating func addDiff(_ diff: TextDiff, width: Int) {
        let column = isDivided ? (width - 1) / 2 - Self.gutter - 1 : width - Self.gutter - 1
        var wasEqual = true
        for row in isDivided ? Self.beside(diff.rows) : diff.rows.map(Pair.init) {
            let isEqual = row.kind == .equal
            if !isEqual, wasEqual { changeStarts.append(rows.count) }
            wasEqual = isEqual
            let old = row.old.map { side($0, row.kind, isOld: true, column) } ?? []
            let new = row.new.map { side($0, row.newKind, isOld: false, column) } ?? []
            if isDivided {
                for index in 0..<max(old.count, new.count) {
                    rows.append(
                        Row(
                            left: index < old.count ? old[index] : nil, right: index < new.count ? new[index] : nil))
                }
            } else if isEqual {
                rows += new.map { Row(left: $0, right: nil) }
            } else {
                rows += (old + new).map { Row(left: $0, right: nil) }
            }
            if case .moved(let index) = row.kind, diff.moves.indices.contains(index) { addMove(row, diff.moves[index]) }
        }
    }

    /// A row of two columns; what has no line beside it may stand beside a line that has none either.
    private struct Pair {
        var kind: DiffRow.Kind
        var newKind: DiffRow.Kind
        var old: DiffLine?
        var new: DiffLine?

        init(_ row: DiffRow) {
            (kind, newKind, old, new) = (row.kind, row.kind, row.old, row.new)
        }
    }

    /// Puts lines that gave way beside those that took their place: a person looks across, not down.
    private static func beside(_ rows: [DiffRow]) -> [Pair] {
        var pairs: [Pair] = []
        var open = 0
        for row in rows {
            var pair = Pair(row)
            if case .moved = row.kind {
                open = pairs.count + 1
            } else if row.old != nil, row.new != nil {
                open = pairs.count + 1
            } else if row.old == nil, let place = pairs.indices.dropFirst(open).first(where: { pairs[$0].new == nil }) {
                (pairs[place].new, pairs[place].newKind) = (row.new, row.kind)
                open = place + 1
                continue
            }
            pair.newKind = row.kind
            pairs.append(pair)
        }
        return pairs
    }

    /// Says once, behind the last line of a moved block, where it went or came from.
    private mutating func addMove(_ row: Pair, _ move: DiffMove) {
        func lines(_ range: Range<Int>) -> String {
            range.count == 1 ? "line \(range.lowerBound + 1)" : "lines \(range.lowerBound + 1)–\(range.upperBound)"
        }
        if let old = row.old, row.new == nil, old.number == move.old.upperBound {
            rows.append(Row(note: "↕ moved to \(lines(move.new)) on the other side"))
        } else if let new = row.new, row.old == nil, new.number == move.new.upperBound {
            rows.append(Row(note: "↕ from \(lines(move.old)) on the other side", isRight: isDivided))
        }
    }

    private func side(_ line: DiffLine, _ kind: DiffRow.Kind, isOld: Bool, _ width: Int) -> [Half] {
        var text: [(Character, Look)] = []
        for segment in line.segments {
            switch segment.mark {
            case .equal: text += Self.looked(segment.text)
            case .changed:
                text += Self.looked(segment.text).map { ($0, $1 == .placeholder ? .changedPlaceholder : .changed) }
            case .whitespace: text += segment.text.map { ($0, .whitespace) }
            }
        }
        let sign: String
        let ground: Role?
        switch kind {
        case .equal: (sign, ground) = (" ", nil)
        case .whitespace: (sign, ground) = ("~", nil)
        case .moved: (sign, ground) = ("↕", .moved)
        case .changed, .removed, .added: (sign, ground) = isOld ? ("-", .removed) : ("+", .added)
        }
        return Self.halves(
            number: line.number, text, ground: ground, mark: isOld ? .removedWord : .addedWord, sign: sign, width: width
        )
    }

    /// A remark below the text, wrapped.
    mutating func addNote(_ text: String, isQuiet: Bool = false, width: Int) {
        let indent = String(text.prefix { $0 == " " })
        for line in TextFlow.lines(String(text.dropFirst(indent.count)), width: max(10, width - 2 - indent.count)) {
            rows.append(Row(note: indent + line, isQuiet: isQuiet))
        }
    }

    private static func halves(
        number: Int, _ text: [(Character, Look)], ground: Role?, mark: Role, sign: String, width: Int
    ) -> [Half] {
        EditorLayout(width: max(2, width)).rows(of: text.map(\.0)).enumerated().map { index, range in
            Half(
                number: index == 0 ? number : nil, text: text[range].map { ($0.0, $0.1) }, ground: ground, mark: mark,
                sign: index == 0 ? sign : " ")
        }
    }

    /// A text with its placeholders told apart, and with what is perhaps meant as one.
    static func looked(_ text: String) -> [(Character, Look)] {
        let template = Template(text)
        let near = template.nearPlaceholders
        return template.pieces.flatMap { piece -> [(Character, Look)] in
            switch piece {
            case .text(let range):
                text[range].indices.map { place in
                    (text[place], near.contains { $0.range.contains(place) } ? .nearPlaceholder : .plain)
                }
            case .placeholder(let range, _): text[range].map { ($0, .placeholder) }
            }
        }
    }
}
