import Cells

/// What the selected thing is, value by value: one is chosen to filter by, or to leave out.
struct ConditionsOverlay: Sendable {
    static let place = Place(title: "Filter by this")

    let conditions: [FilterCondition]
    let isExcluding: Bool
    var line = TextField()
    var selected = 0

    init(_ conditions: [FilterCondition], isExcluding: Bool) {
        self.conditions = conditions
        self.isExcluding = isExcluding
    }

    var matches: [FilterCondition] {
        let words = line.text.lowercased().split(separator: " ")
        return conditions.filter { condition in
            let text = (condition.field + " " + condition.value).lowercased()
            return words.allSatisfy { text.contains($0) }
        }
    }

    static let commands: [Command] = [
        Command(
            name: "condition.use", title: "use", keys: [.enter],
            help: "Make the selected value part of the filter, or leave it out.", place: place,
            hint: .of([.enter], "use", order: 10, rank: 10), isAvailable: { _ in true },
            action: { state, effects in state.useCondition(&effects) }),
        Command(
            name: "condition.close", title: "close", keys: [.escape, .control("g")],
            help: "Leave the filter as it was.", place: place, hint: .of([.escape], "close", order: 30, rank: 20),
            isAvailable: { _ in true }, action: { state, _ in state.overlay = nil }),
        Command(
            name: "condition.down", title: "down", keys: [.down, .control("n"), .tab],
            help: "Select the next value.", place: place, hint: .of([.up, .down], "move", order: 20, rank: 30),
            isAvailable: { _ in true }, action: { state, _ in state.moveCondition(1) }),
        Command(
            name: "condition.up", title: "up", keys: [.up, .control("p"), .backTab], help: "Select the value before.",
            place: place, hint: nil, isAvailable: { _ in true }, action: { state, _ in state.moveCondition(-1) }),
    ]

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let matches = matches
        let inside = OverlayBox.draw(
            into: &canvas, title: isExcluding ? "leave out" : "filter by",
            wanted: Size(width: 64, height: conditions.count + 5), scene)
        canvas.draw(in: inside) { canvas in
            guard !canvas.isEmpty else { return }
            canvas.write(isExcluding ? "-" : "+", at: Point(x: 1, y: 0), scene[.accent].adding(.bold))
            line.draw(into: &canvas, in: Rect(x: 3, y: 0, width: canvas.width - 4, height: 1), .inBar(scene))
            let list = canvas.bounds.inset(top: canvas.height > 3 ? 2 : 1)
            if matches.isEmpty { canvas.write("no value matches", at: Point(x: 1, y: list.y), scene[.dim]) }
            let rows = ListState(count: matches.count, height: list.height, around: min(selected, matches.count - 1))
            for (row, index) in rows.visible.enumerated() {
                let y = list.y + row
                if index == rows.selected { canvas.select(row: y, scene) }
                canvas.write(matches[index].field, at: Point(x: 2, y: y), scene[.dim], maxWidth: 10)
                canvas.write(
                    matches[index].value, at: Point(x: 13, y: y), scene[.text], maxWidth: max(0, canvas.width - 14),
                    overflow: .ellipsis)
            }
        }
    }
}

extension Command {
    /// "Filter by this" and "not this" for what is selected on a screen that has a filter.
    static func conditions<S: Screen>(
        _ screen: S.Type, _ name: String, of conditions: @escaping @Sendable (S) -> [FilterCondition]
    ) -> [Command] {
        [
            .on(
                screen, name + ".only", "filter by this", [.character("+")],
                help: "Choose a value of what is selected to filter by.", when: { !conditions($0).isEmpty },
                otherwise: { _ in "nothing is selected" },
                do: { screen, scope in scope.move(.choose(conditions(screen), isExcluding: false)) }),
            .on(
                screen, name + ".without", "not this", [.character("-")],
                help: "Choose a value of what is selected to leave out.", when: { !conditions($0).isEmpty },
                otherwise: { _ in "nothing is selected" },
                do: { screen, scope in scope.move(.choose(conditions(screen), isExcluding: true)) }),
        ]
    }
}

extension ConsoleState {
    mutating func moveCondition(_ step: Int) {
        guard case .conditions(var conditions) = overlay else { return }
        let count = conditions.matches.count
        conditions.selected = (step > 0 ? Motion.down : .up).target(from: conditions.selected, count: count)
        overlay = .conditions(conditions)
    }

    fileprivate mutating func useCondition(_ effects: inout [Effect]) {
        guard case .conditions(let overlay) = overlay, !overlay.matches.isEmpty else { return }
        let chosen = overlay.matches[min(overlay.selected, overlay.matches.count - 1)]
        self.overlay = nil
        let text = (overlay.isExcluding ? "-" : "") + chosen.text
        apply(FilterText.joined(shownFilter ?? "", text), &effects)
    }
}
