import Cells

/// A table whose columns a person may choose and order.
public struct ColumnTable: Sendable {
    /// Its name in the settings.
    public let name: String
    /// All its columns: names in the settings and titles.
    public let columns: [(name: String, title: String)]
    /// Those shown until somebody chooses; the width may leave some out.
    let standard: [String]

    /// The tables there are.
    public static let all: [ColumnTable] = [
        LiveScreen.columnTable, SessionsScreen.columnTable, UsageScreen.columnTable,
    ]
}

/// A screen with such a table.
protocol ColumnScreen: Screen {
    static var columnTable: ColumnTable { get }
    /// Which of the columns it would show on a screen so wide, with what it lists now.
    /// - Parameter chosen: as the settings have them; `nil` for those of the beginning.
    func fit(_ chosen: [String]?, width: Int, _ scene: Scene) -> ColumnFit
}

/// Which columns of a table are on the screen, by their names in the settings.
struct ColumnFit {
    /// Those there is room for.
    let placed: Set<String>
    /// Those that are left out because no row has anything in them.
    let empty: Set<String>

    /// - Parameters:
    ///   - wanted: all that was asked for.
    ///   - filled: those of them that rows have something in.
    init<ID>(_ layout: ColumnLayout<ID>, wanted: [Column<ID>], filled: [Column<ID>])
    where ID: RawRepresentable, ID.RawValue == String {
        placed = Set(layout.columns.map(\.column.id.rawValue))
        empty = Set(wanted.map(\.id.rawValue)).subtracting(filled.map(\.id.rawValue))
    }
}

/// The columns of a table, to be shown, hidden and ordered.
struct ColumnsOverlay: Sendable {
    static let place = Place(title: "Columns")

    let table: ColumnTable
    /// All columns, the shown ones first in their order.
    private(set) var order: [String]
    private(set) var shown: Set<String>
    private(set) var selected = 0

    init(_ table: ColumnTable, chosen: [String]?) {
        self.table = table
        order = []
        shown = []
        take(chosen ?? table.standard)
    }

    /// The columns that are shown, in their order.
    var chosen: [String] { order.filter(shown.contains) }

    private mutating func take(_ columns: [String]) {
        let known = table.columns.map(\.name)
        let chosen = columns.filter(known.contains)
        order = chosen + known.filter { !chosen.contains($0) }
        shown = Set(chosen)
    }

    mutating func move(_ motion: Motion) { selected = motion.target(from: selected, count: order.count) }

    mutating func toggle() {
        if shown.remove(order[selected]) == nil { shown.insert(order[selected]) }
    }

    /// Moves the selected column to the left or the right in the table.
    mutating func shift(_ step: Int) {
        let target = selected + step
        guard order.indices.contains(target) else { return }
        order.swapAt(selected, target)
        selected = target
    }

    mutating func reset() { take(table.standard) }

    /// What is chosen as the settings keep it: `nil` for the columns of the beginning.
    var kept: [String]? { chosen == table.standard || chosen.isEmpty ? nil : chosen }

    /// Why a column that was chosen is not on the screen now; it comes with more room, or with something to show.
    private func absence(of name: String, _ fit: ColumnFit?, width: Int) -> String? {
        guard let fit, shown.contains(name), !fit.placed.contains(name) else { return nil }
        return fit.empty.contains(name) ? "nothing in it yet" : "no room at \(width) columns"
    }

    static let commands: [Command] = [
        .columns(
            "columns.toggle", "show", [.space], hint: .of([.space], "show", order: 10, rank: 10), "Show or hide it."
        ) {
            $0.toggle()
        },
        .columns("columns.down", "down", [.down, .character("j")], "Select the next column.") { $0.move(.down) },
        .columns("columns.up", "up", [.up, .character("k")], "Select the column before.") { $0.move(.up) },
        .columns(
            "columns.later", "further right", [.character("J"), .right],
            hint: .of([.character("J"), .character("K")], "order", order: 20, rank: 30), "Move the column to the right."
        ) { $0.shift(1) },
        .columns("columns.earlier", "further left", [.character("K"), .left], "Move the column to the left.") {
            $0.shift(-1)
        },
        .columns(
            "columns.reset", "as they were", [.character("0")],
            hint: .of([.character("0")], "as they were", order: 25, rank: 40), "Take the columns of the beginning."
        ) { $0.reset() },
        .over(
            place, "columns.keep", "keep", [.enter], hint: .of("keep", order: 30, rank: 15),
            help: "Show these columns, also in the next console."
        ) { state, effects in state.keepColumns(&effects) },
        .closing(
            "columns", place, "leave as they were", hint: "leave", order: 40, help: "Leave the columns as they were."),
    ]

    /// - Parameter screen: the one whose table it is, which tells what there is room for.
    func draw(over screen: (any ColumnScreen)?, into canvas: inout Canvas, _ scene: Scene) {
        let width = canvas.width
        let fit = screen?.fit(kept, width: width, scene)
        let inside = OverlayBox.draw(
            into: &canvas, title: "columns", wanted: Size(width: 54, height: order.count + 2), scene)
        let titles = Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, $0.title) })
        let longest = table.columns.lazy.map { displayWidth(of: $0.title) }.max() ?? 0
        canvas.draw(in: inside) { canvas in
            let list = ListState(count: order.count, height: canvas.height, around: selected)
            for (y, index) in list.visible.enumerated() {
                let isShown = shown.contains(order[index])
                if index == selected { canvas.select(row: y, scene) }
                if isShown { canvas.write(scene.glyphs.check, at: Point(x: 2, y: y), scene[.accent]) }
                canvas.write(
                    titles[order[index]] ?? order[index], at: Point(x: 5, y: y), scene[isShown ? .text : .dim])
                if let absence = absence(of: order[index], fit, width: width) {
                    let x = 5 + longest + 2
                    canvas.write(
                        absence, at: Point(x: x, y: y), scene[.dim], maxWidth: max(0, canvas.width - x - 1),
                        overflow: .ellipsis)
                }
            }
            list.drawBar(into: &canvas, scene)
        }
    }
}

extension Command {
    /// Opens the columns of a screen's table.
    static func columns<S: ColumnScreen>(_ screen: S.Type, _ name: String) -> Command {
        Command(
            name: name + ".columns", title: "columns", keys: [.character("C")],
            help: "Choose the columns of the table and their order.", place: S.place, hint: nil,
            isAvailable: { $0.overlay == nil && $0.top.screen is S },
            action: { state, _ in
                state.overlay = .columns(
                    ColumnsOverlay(S.columnTable, chosen: state.settings.columns[S.columnTable.name]))
            })
    }

    fileprivate static func columns(
        _ name: String, _ title: String, _ keys: [Key], hint: Hint? = nil, _ help: String,
        _ change: @escaping @Sendable (inout ColumnsOverlay) -> Void
    ) -> Command {
        .over(ColumnsOverlay.place, name, title, keys, hint: hint, help: help) { state, _ in state.updateColumns(change)
        }
    }
}

extension ConsoleState {
    mutating func updateColumns(_ body: (inout ColumnsOverlay) -> Void) {
        guard case .columns(var columns) = overlay else { return }
        body(&columns)
        overlay = .columns(columns)
    }

    fileprivate mutating func keepColumns(_ effects: inout [Effect]) {
        guard case .columns(let columns) = overlay else { return }
        overlay = nil
        settings.columns[columns.table.name] = columns.kept
        effects.append(.keep(.columns(settings.columns)))
        updateTop(&effects) { $0.appear(&$1) }
    }
}
