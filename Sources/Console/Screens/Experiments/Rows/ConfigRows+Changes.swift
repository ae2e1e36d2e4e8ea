import Assignment
import Cells
import Display
import Experiments

extension ConfigRows {
    /// Who moves when the draft is saved: exact by weight, among the saved contexts, among made-up sessions.
    mutating func addChurn(_ churn: Churn, _ preview: ExperimentPreview, _ screen: ExperimentsScreen) {
        add()
        rows.append(Row(content: .section("who moves if saved: exact, by bucket"), item: .churn))
        if ChurnTable.fits(churn, width: width) {
            addTable(ChurnTable(churn, width: width))
        } else {
            addMoves(churn)
        }
        add()
        let moved = Double(churn.movedBuckets) / Double(Bucket.count)
        let sentence =
            moved == 0
            ? "No session changes model by weight." : "\(Figure.share(moved)) of sessions change model."
        if let better = preview.betterOrder {
            let order = better.order.map(String.init).joined(separator: ",")
            add(
                nil, (sentence, .strong),
                ("  Order \(order) would move \(Figure.share(better.movedShare)).", .dim))
        } else {
            add(nil, (sentence, .strong))
        }
        addMadeUp(screen)
        addContexts(preview)
    }

    private mutating func addTable(_ table: ChurnTable) {
        var head: [(String, Role)] = [(table.corner(scene.glyphs.arrow), .dim)]
        head += table.columns.map { ($0, .dim) }
        addRuns(head)
        for row in table.rows {
            var runs: [(String, Role)] = [(row.name, .text)]
            for cell in row.cells {
                runs.append((cell.text ?? cell.padding + scene.glyphs.none, cell.isMove ? .warning : .text))
            }
            addRuns(runs)
        }
    }

    private mutating func addRuns(_ runs: [(String, Role)]) {
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        rows.append(Row(content: .text(text), item: nil))
    }

    private mutating func addMoves(_ churn: Churn) {
        for cell in churn.overlap.cells where churn.moves(cell) {
            let before = cell.row.flatMap { churn.oldModels[$0] } ?? "an error"
            let after = cell.column.flatMap { churn.newModels[$0] } ?? "an error"
            add(
                nil, (Figure.share(Double(cell.buckets) / Double(Bucket.count), width: 9) + "  ", .warning),
                (before, .text), (" \(scene.glyphs.arrow) ", .dim), (after, .text))
        }
    }

    private mutating func addMadeUp(_ screen: ExperimentsScreen) {
        guard let madeUp = screen.madeUp else { return }
        addWrapped(
            Figure.count(madeUp.moved), madeUp.moved > 0 ? .warning : .good,
            " of \(Figure.count(madeUp.total)) made-up sessions with this context move (n: more)")
    }

    private mutating func addContexts(_ preview: ExperimentPreview) {
        guard !preview.contexts.isEmpty else { return }
        let moves = preview.contexts.filter(\.moves)
        let all = Figure.count(preview.contexts.count, "saved context")
        add(
            nil, (Figure.count(moves.count), moves.isEmpty ? .good : .warning),
            (" of \(all) \(moves.count == 1 ? "moves" : "move")", .dim))
        for move in moves.prefix(6) {
            add(
                nil, ("  \(move.name)  ", .accent), (move.from ?? "an error", .text),
                (" \(scene.glyphs.arrow) ", .dim), (move.to ?? "an error", .text))
        }
        if moves.count > 6 { add(nil, ("  and \(moves.count - 6) more", .dim)) }
    }
}

/// Who moves from each old variant to each new one as a table: rows old, columns new, the new share of each row's model
/// at the right.
struct ChurnTable {
    struct Cell {
        /// `nil` where nobody is.
        var text: String?
        var padding: String
        var isMove: Bool
    }

    struct Line {
        var name: String
        var cells: [Cell]
    }

    private static let names = 16
    private static let narrowest = 13

    private(set) var columns: [String]
    private(set) var rows: [Line]
    private let nameWidth: Int

    /// Whether there is room for every column; errors and very many variants are listed instead.
    static func fits(_ churn: Churn, width: Int) -> Bool {
        !churn.overlap.cells.contains { $0.row == nil || $0.column == nil }
            && names + narrowest * churn.overlap.columnCount <= width && churn.overlap.rowCount <= 8
    }

    init(_ churn: Churn, width: Int) {
        let cellWidth = max(Self.narrowest, min(20, (width - 20) / max(1, churn.overlap.columnCount)))
        nameWidth = min(22, width - cellWidth * churn.overlap.columnCount)
        columns = (0..<churn.overlap.columnCount).map { Self.right(churn.newModels[$0] ?? "(no model)", cellWidth) }
        rows = []
        for row in 0..<churn.overlap.rowCount {
            let name = Self.left(churn.oldModels[row] ?? "(no model)", nameWidth)
            let cells = (0..<churn.overlap.columnCount).map { column in
                let cell = churn.overlap.cell(row: row, column: column)
                let text = cell.map {
                    Figure.share(Double($0.buckets) / Double(Bucket.count), width: cellWidth)
                }
                return Cell(
                    text: text, padding: String(repeating: " ", count: cellWidth - 1),
                    isMove: cell.map(churn.moves) ?? false)
            }
            rows.append(Line(name: name, cells: cells))
        }
    }

    /// What stands over the names: rows are the saved version's variants, columns the draft's.
    func corner(_ arrow: String) -> String { Self.left("saved \(arrow) draft", nameWidth) }

    private static func right(_ text: String, _ width: Int) -> String {
        "  " + Shortened.padded(text, width: max(1, width - 2), .right)
    }

    private static func left(_ text: String, _ width: Int) -> String {
        Shortened.padded(text, width: max(1, width - 1)) + " "
    }
}
