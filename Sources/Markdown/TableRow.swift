/// Rows of tables.
enum TableRow {
    /// The alignments, where a row of cells and below it a row of dashes begin a table.
    static func alignments(at index: Int, _ lines: [MarkdownLine]) -> [MarkdownAlignment]? {
        guard index + 1 < lines.count, lines[index].text.contains(0x7C), lines[index + 1].text.contains(0x2D) else {
            return nil
        }
        let below = lines[index + 1].text
        guard below.allSatisfy({ isSpace($0) || $0 == 0x7C || $0 == 0x2D || $0 == 0x3A }) else { return nil }
        let cells = cells(of: below)
        guard cells.count == self.cells(of: lines[index].text).count else { return nil }
        var alignments: [MarkdownAlignment] = []
        for cell in cells {
            guard cell.contains(0x2D), cell.dropFirst().dropLast().allSatisfy({ $0 == 0x2D }) else { return nil }
            switch (cell.first == 0x3A, cell.last == 0x3A) {
            case (true, true): alignments.append(.center)
            case (false, true): alignments.append(.right)
            default: alignments.append(.left)
            }
        }
        return alignments
    }

    /// The cells between the bars; a bar behind a backslash or in code is text.
    static func cells(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var line = trimmed(line)
        if line.first == 0x7C { line.removeFirst() }
        var cells: [ArraySlice<UInt8>] = []
        var start = line.startIndex
        var index = line.startIndex
        var isCode = false
        while index < line.endIndex {
            switch line[index] {
            case 0x5C where index + 1 < line.endIndex: index += 1
            case 0x60: isCode = isCode ? false : line[(index + 1)...].contains(0x60)
            case 0x7C where !isCode:
                cells.append(trimmed(line[start..<index]))
                start = index + 1
            default: break
            }
            index += 1
        }
        if start < line.endIndex { cells.append(trimmed(line[start...])) }
        return cells
    }
}
