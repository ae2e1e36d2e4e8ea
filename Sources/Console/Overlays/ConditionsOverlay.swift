import Cells

/// What the selected thing is, value by value: one is chosen to filter by, or to leave out.
struct ConditionsOverlay: Picker {
    static let place = Place(title: "Filter by this")

    let conditions: [FilterCondition]
    let isExcluding: Bool
    var line = TextField()
    var selected = 0

    init(_ conditions: [FilterCondition], isExcluding: Bool) {
        self.conditions = conditions
        self.isExcluding = isExcluding
    }

    func matches(in state: ConsoleState) -> [FilterCondition] {
        conditions.filter { isMet(by: $0.field + " " + $0.value) }
    }

    static let commands: [Command] =
        [
            .over(
                place, "condition.use", "use", [.enter], hint: .of("use", order: 10, rank: 10),
                help: "Make the selected value part of the filter, or leave it out."
            ) { state, effects in
                guard let sign = state.picker(Self.self)?.sign, let chosen = state.takePicked(Self.self) else { return }
                state.apply(FilterText.joined(state.shownFilter ?? "", sign + chosen.text), &effects)
            },
            .closing("condition", place, help: "Leave the filter as it was."),
        ] + Command.picking("condition", place, "value")

    /// What stands before a condition in a filter.
    private var sign: String { isExcluding ? "-" : "" }

    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        let inside = OverlayBox.draw(
            into: &canvas, title: isExcluding ? "leave out" : "filter by",
            wanted: Size(width: 64, height: conditions.count + 5), scene)
        canvas.draw(in: inside) { canvas in
            draw(
                matches(in: state), mark: isExcluding ? "-" : "+", empty: "no value matches", into: &canvas, scene
            ) { condition, y, canvas in
                canvas.write(condition.field, at: Point(x: 2, y: y), scene[.dim], maxWidth: 10)
                canvas.write(
                    condition.value, at: Point(x: 13, y: y), scene[.text], maxWidth: max(0, canvas.width - 14),
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
                screen, name + ".only", "filter by this", ["+"],
                help: "Choose a value of what is selected to filter by.", when: { !conditions($0).isEmpty },
                otherwise: { _ in "nothing is selected" },
                do: { screen, scope in scope.move(.choose(conditions(screen), isExcluding: false)) }),
            .on(
                screen, name + ".without", "not this", ["-"], help: "Choose a value of what is selected to leave out.",
                when: { !conditions($0).isEmpty }, otherwise: { _ in "nothing is selected" },
                do: { screen, scope in scope.move(.choose(conditions(screen), isExcluding: true)) }),
        ]
    }
}
