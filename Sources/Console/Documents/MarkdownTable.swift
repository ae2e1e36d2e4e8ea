import Cells
import Markdown

/// Lays out a table. What is too wide is broken within its cells; with too many columns for that each row becomes a list of
/// its cells, so that nothing is hidden.
struct MarkdownTable {
    let layout: MarkdownLayout
    let head: [[MarkdownRun]]
    let rows: [[[MarkdownRun]]]
    let alignments: [MarkdownAlignment]

    /// Columns of a cell below which a table is no table any more.
    private static let narrowest = 5
    private static let separator = " │ "

    func lines() -> [TextLine] {
        let natural = alignments.indices.map { column in
            ([head] + rows).map { Self.columns(of: $0[column]) }.max() ?? 0
        }
        guard let widths = fitted(natural) else { return records() }
        var lines = row(head, widths, attributes: .bold, role: .heading)
        lines.append(
            TextLine([.init(widths.map { String(repeating: "─", count: $0) }.joined(separator: "─┼─"), .lines)]))
        for cells in rows { lines += row(cells, widths) }
        return lines
    }

    private static func columns(of cell: [MarkdownRun]) -> Int {
        RunFlow.lines(cell.map { TextLine.Run($0.text) }, width: 100_000).map { line in
            line.reduce(0) { $0 + displayWidth(of: $1.text) }
        }.max() ?? 0
    }

    /// The columns' widths: what is wider than its share gives up first.
    private func fitted(_ natural: [Int]) -> [Int]? {
        let room = layout.width - 3 * (natural.count - 1)
        if natural.reduce(0, +) <= room { return natural.map { max(1, $0) } }
        guard room >= natural.count * Self.narrowest else { return nil }
        var widths = natural.map { max(1, $0) }
        var left = room
        var open = natural.count
        // From the narrowest on, each takes what it needs, at most an even share of what is left.
        for index in natural.indices.sorted(by: { natural[$0] < natural[$1] }) {
            widths[index] = max(1, min(natural[index], left / open))
            left -= widths[index]
            open -= 1
        }
        return widths
    }

    private func row(
        _ cells: [[MarkdownRun]], _ widths: [Int], attributes: Style.Attributes = [], role: Role? = nil
    ) -> [TextLine] {
        let broken = zip(cells, widths).map { cell, width in
            RunFlow.lines(
                cell.map { run in
                    var styled = layout.run(run)
                    styled.attributes.formUnion(attributes)
                    if let role, layout.role == .text, styled.role == .text { styled.role = role }
                    return styled
                }, width: width)
        }
        let height = broken.map(\.count).max() ?? 0
        return (0..<height).map { index in
            var runs: [TextLine.Run] = []
            for (column, lines) in broken.enumerated() {
                if column > 0 { runs.append(.init(Self.separator, .lines)) }
                let line = index < lines.count ? lines[index] : []
                let gap = max(0, widths[column] - line.reduce(0) { $0 + displayWidth(of: $1.text) })
                let before = Self.space(before: alignments[column], gap)
                if before > 0 { runs.append(.init(String(repeating: " ", count: before))) }
                runs += line
                // Space at the end of a line is no text.
                if column < broken.count - 1, gap > before {
                    runs.append(.init(String(repeating: " ", count: gap - before)))
                }
            }
            return TextLine(runs)
        }
    }

    private static func space(before alignment: MarkdownAlignment, _ gap: Int) -> Int {
        switch alignment {
        case .left: 0
        case .center: gap / 2
        case .right: gap
        }
    }

    /// Row by row, each cell behind the head of its column; of the first row the empty ones too, so that every head is seen.
    private func records() -> [TextLine] {
        let rows = rows.isEmpty ? [Array(repeating: [], count: head.count)] : rows
        let widest = head.map { Self.columns(of: $0) }.max() ?? 0
        // Cells stand under each other where their heads leave them half of the width.
        let isBroken = head.joined().contains { $0.text.contains("\n") }
        let labels = isBroken || widest + 2 > layout.width / 2 ? nil : widest + 2
        return rows.enumerated().flatMap { index, cells in
            (index > 0 ? [TextLine.blank] : [])
                + zip(head, cells).flatMap { name, cell -> [TextLine] in
                    guard !cell.isEmpty || index == 0 && !name.isEmpty else { return [] }
                    var label = name.map { layout.run($0) }
                    for place in label.indices { label[place].attributes.insert(.bold) }
                    if !label.isEmpty { label.append(.init(": ", .dim)) }
                    return record(label, cell.map { layout.run($0) }, labels: labels)
                }
        }
    }

    /// A cell behind its column's head.
    /// - Parameter labels: columns of all heads; `nil` where cells follow their heads directly.
    private func record(_ label: [TextLine.Run], _ cell: [TextLine.Run], labels: Int?) -> [TextLine] {
        guard let labels else { return RunFlow.lines(label + cell, width: layout.width).map { TextLine($0) } }
        let used = label.reduce(0) { $0 + displayWidth(of: $1.text) }
        return RunFlow.lines(cell, width: layout.width - labels).enumerated().map { index, line in
            guard index == 0 else { return TextLine(indent: labels, line) }
            let space = TextLine.Run(String(repeating: " ", count: max(0, labels - used)))
            return TextLine(line.isEmpty ? label : label + [space] + line)
        }
    }
}
