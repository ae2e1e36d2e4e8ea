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
    public static let all: [ColumnTable] = [LiveScreen.columnTable, SessionsScreen.columnTable]
}

/// A screen with such a table.
protocol ColumnScreen: Screen {
    static var columnTable: ColumnTable { get }
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
        Command(
            name: "columns.keep", title: "keep", keys: [.enter], help: "Show these columns, also in the next console.",
            place: place, hint: .of([.enter], "keep", order: 30, rank: 15), isAvailable: { _ in true },
            action: { state, effects in state.keepColumns(&effects) }),
        Command(
            name: "columns.close", title: "leave as they were", keys: [.escape, .control("g")],
            help: "Leave the columns as they were.", place: place,
            hint: .of([.escape], "leave", order: 40, rank: 20), isAvailable: { _ in true },
            action: { state, _ in state.overlay = nil }),
    ]

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let inside = OverlayBox.draw(
            into: &canvas, title: "columns", wanted: Size(width: 40, height: order.count + 2), scene)
        let titles = Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, $0.title) })
        canvas.draw(in: inside) { canvas in
            let list = ListState(count: order.count, height: canvas.height, around: selected)
            for (y, index) in list.visible.enumerated() {
                let isShown = shown.contains(order[index])
                if index == selected { canvas.select(row: y, scene) }
                if isShown { canvas.write(scene.glyphs.check, at: Point(x: 2, y: y), scene[.accent]) }
                canvas.write(
                    titles[order[index]] ?? order[index], at: Point(x: 5, y: y), scene[isShown ? .text : .dim])
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
        Command(
            name: name, title: title, keys: keys, help: help, place: ColumnsOverlay.place, hint: hint,
            isAvailable: { _ in true }, action: { state, _ in state.updateColumns(change) })
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
        let isStandard = columns.chosen == columns.table.standard || columns.chosen.isEmpty
        settings.columns[columns.table.name] = isStandard ? nil : columns.chosen
        effects.append(.keep(.columns(settings.columns)))
        updateTop(&effects) { $0.appear(&$1) }
    }
}
