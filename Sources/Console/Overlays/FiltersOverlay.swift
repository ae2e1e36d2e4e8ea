import Cells
import TraceModel

/// The filters kept under names, narrowed by what is typed.
struct FiltersOverlay: Picker {
    static let place = Place(title: "Filters")

    var line = TextField()
    var selected = 0

    func matches(in state: ConsoleState) -> [SavedFilter] {
        state.settings.filters.filter { isMet(by: $0.name + " " + $0.text) }
    }

    static let commands: [Command] =
        [
            .over(
                place, "filters.use", "use", [.enter], hint: .of("use", order: 10, rank: 10),
                help: "Filter by the selected one."
            ) { state, effects in
                if let filter = state.takePicked(Self.self) { state.apply(filter.text, &effects) }
            },
            .closing("filters", place, help: "Close the list."),
        ] + Command.picking("filters", place, "filter") + [
            .over(
                place, "filters.remove", "forget", [.control("x")], hint: .of("forget", order: 25, rank: 40),
                help: "Forget the selected filter."
            ) { state, effects in
                guard let filter = state.picker(Self.self)?.selection(in: state) else { return }
                state.settings.filters.removeAll { $0 == filter }
                effects.append(.keep(.filters(state.settings.filters)))
            }
        ]

    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        let matches = matches(in: state)
        let wanted = Size(width: 84, height: max(6, min(22, matches.count + 5)))
        let inside = OverlayBox.draw(into: &canvas, title: "filters", wanted: wanted, scene)
        let empty = state.settings.filters.isEmpty ? "none is kept yet: M-s keeps one" : "no filter matches"
        canvas.draw(in: inside) { canvas in
            draw(matches, mark: "/", empty: empty, into: &canvas, scene) { filter, y, canvas in
                canvas.write(filter.name, at: Point(x: 2, y: y), scene[.text], maxWidth: 22, overflow: .ellipsis)
                canvas.write(
                    FilterColouring.runs(of: filter.text, scene), at: Point(x: 26, y: y),
                    maxWidth: max(0, canvas.width - 27), overflow: .ellipsis)
            }
        }
    }
}

extension ConsoleState {
    /// The filter of the screen that is shown; `nil` where it has none.
    var shownFilter: String? {
        guard case .filter(let text) = top.screen.status(overview: nil).left, !text.isEmpty else { return nil }
        return text
    }

    /// Filters the screen that is shown, or Live where it has nothing to filter.
    mutating func apply(_ text: String, _ effects: inout [Effect]) {
        if top.screen.offers(.filter) {
            updateTop(&effects) { $0.accept(.filter, text: text, &$1) }
        } else {
            show(LiveScreen.place, filteredBy: text, &effects)
        }
    }

    /// Keeps a filter under a name, in the place of one that has it already.
    mutating func keepFilter(_ text: String, as name: String, _ effects: inout [Effect]) {
        overlay = nil
        guard !name.isEmpty else { return }
        settings.filters.removeAll { $0.name.utf8.elementsEqual(name.utf8) }
        settings.filters.append(SavedFilter(name: name, text: text))
        effects.append(.keep(.filters(settings.filters)))
    }
}

extension String {
    /// Without spaces at its ends.
    var trimmingSpaces: String {
        String(trimmingPrefix { $0 == " " }.reversed().trimmingPrefix { $0 == " " }.reversed())
    }
}
