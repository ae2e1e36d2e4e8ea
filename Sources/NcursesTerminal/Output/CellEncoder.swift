internal import CNcurses
internal import Cells

/// Turns cells into the wide characters that are given to ncurses, such that ncurses, which counts columns by the C
/// library, moves on by exactly the columns a cell has. What the C library counts otherwise is sent simplified: an emoji of
/// several joined ones as the first of them, an emoji variant without its selector and with a space.
struct CellEncoder {
    let isUTF8: Bool
    private var known: [Cell.TextKey: [wchar_t]] = [:]

    init(isUTF8: Bool) {
        self.isUTF8 = isUTF8
    }

    /// Adds what shows a cell; a continuation adds nothing, it came with the cell before.
    mutating func append(_ cell: Cell, to out: inout [wchar_t]) {
        if cell.isASCII {
            cell.withUTF8 { out.append(wchar_t($0[0])) }
        } else if !cell.isContinuation {
            let key = cell.textKey
            if let found = known[key] {
                out += found
                return
            }
            let made = isUTF8 ? wide(cell.text, cell.width) : ascii(cell.text, cell.width)
            // What models write is unbounded: the table is emptied before it grows large.
            if known.count > 4096 { known.removeAll(keepingCapacity: true) }
            known[key] = made
            out += made
        }
    }

    private func ascii(_ text: String, _ width: Int) -> [wchar_t] {
        let sign = Glyphs.asciiTwin(of: text) ?? "?"
        let shown = sign.unicodeScalars.first.map { wchar_t($0.value) } ?? 0x3F
        return [shown] + Array(repeating: 0x20, count: width - 1)
    }

    private func wide(_ text: String, _ columns: Int) -> [wchar_t] {
        // Selectors change how wide terminals draw, but not how wide they count, and not all agree.
        let scalars = text.unicodeScalars.map { wchar_t($0.value) }.filter { $0 != 0xFE0F && $0 != 0xFE0E }
        let widths = scalars.map { Int(wcwidth($0)) }
        if widths.allSatisfy({ $0 >= 0 }), widths.reduce(0, +) == columns, widths.first ?? 0 > 0, scalars.count <= 5 {
            return scalars
        }
        if let base = scalars.first, let width = widths.first, (1...columns).contains(width) {
            let marks = zip(scalars, widths).dropFirst().prefix { $0.1 == 0 && $0.0 != 0x200D }.prefix(4).map(\.0)
            return [base] + marks + Array(repeating: 0x20, count: columns - width)
        }
        return [0xFFFD] + Array(repeating: 0x20, count: columns - 1)
    }
}
