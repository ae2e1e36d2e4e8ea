internal import CNcurses
internal import Cells

/// Turns cells into the wide characters that are given to ncurses, such that ncurses, which counts columns by the C
/// library, moves on by exactly the columns a cell has. What the C library counts otherwise is sent simplified: an emoji of
/// several joined ones as the first of them, an emoji variant without its selector and with a space.
struct CellEncoder {
    /// What shows a cell.
    enum Shown: Hashable {
        /// Characters that ncurses places one after the other.
        case characters([wchar_t])
        /// A character with its marks, which ncurses keeps together only where it is given them as one.
        case cluster([wchar_t])
    }

    let isUTF8: Bool
    private var known: [Cell.TextKey: Shown] = [:]

    init(isUTF8: Bool) {
        self.isUTF8 = isUTF8
    }

    /// Adds what shows a cell, or returns it where it has to be placed by itself; a continuation adds nothing, it came with
    /// the cell before.
    mutating func append(_ cell: Cell, to out: inout [wchar_t]) -> [wchar_t]? {
        if cell.isASCII {
            cell.withUTF8 { out.append(wchar_t($0[0])) }
        } else if !cell.isContinuation {
            switch shown(cell) {
            case .characters(let characters): out += characters
            case .cluster(let cluster): return cluster
            }
        }
        return nil
    }

    private mutating func shown(_ cell: Cell) -> Shown {
        let key = cell.textKey
        if let found = known[key] { return found }
        let made = isUTF8 ? wide(cell.text, cell.width) : .characters(ascii(cell.text, cell.width))
        // What models write is unbounded: the table is emptied before it grows large.
        if known.count > 4096 { known.removeAll(keepingCapacity: true) }
        known[key] = made
        return made
    }

    private func ascii(_ text: String, _ width: Int) -> [wchar_t] {
        let sign = Glyphs.asciiTwin(of: text) ?? "?"
        let shown = sign.unicodeScalars.first.map { wchar_t($0.value) } ?? 0x3F
        return [shown] + Array(repeating: 0x20, count: width - 1)
    }

    private func wide(_ text: String, _ columns: Int) -> Shown {
        // Selectors change how wide terminals draw, but not how wide they count, and not all agree.
        let scalars = ComposedCluster.scalars(of: text).map { wchar_t($0.value) }.filter {
            $0 != 0xFE0F && $0 != 0xFE0E
        }
        let widths = scalars.map { Int(wcwidth($0)) }
        if widths.allSatisfy({ $0 >= 0 }), widths.reduce(0, +) == columns, widths.first ?? 0 > 0, scalars.count <= 5 {
            return widths.dropFirst().contains(0) && widths[0] == columns ? .cluster(scalars) : .characters(scalars)
        }
        if let base = scalars.first, let width = widths.first, (1...columns).contains(width) {
            let marks = zip(scalars, widths).dropFirst().prefix { $0.1 == 0 && $0.0 != 0x200D }.prefix(4).map(\.0)
            if width == columns, !marks.isEmpty { return .cluster([base] + marks) }
            return .characters([base] + marks + Array(repeating: 0x20, count: columns - width))
        }
        return .characters([0xFFFD] + Array(repeating: 0x20, count: columns - 1))
    }
}
