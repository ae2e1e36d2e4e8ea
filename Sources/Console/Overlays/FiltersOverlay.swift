import Cells
import TraceModel

/// The filters kept under names, narrowed by what is typed.
struct FiltersOverlay: Sendable {
    static let place = Place(title: "Filters")

    var line = TextField()
    var selected = 0

    func matches(in state: ConsoleState) -> [SavedFilter] {
        let words = line.text.lowercased().split(separator: " ")
        return state.settings.filters.filter { filter in
            let text = (filter.name + " " + filter.text).lowercased()
            return words.allSatisfy { text.contains($0) }
        }
    }

    func selection(in state: ConsoleState) -> SavedFilter? {
        let matches = matches(in: state)
        return matches.isEmpty ? nil : matches[min(selected, matches.count - 1)]
    }

    static let commands: [Command] = [
        Command(
            name: "filters.use", title: "use", keys: [.enter], help: "Filter by the selected one.", place: place,
            hint: .of([.enter], "use", order: 10, rank: 10), isAvailable: { _ in true },
            action: { state, effects in state.useFilter(&effects) }),
        Command(
            name: "filters.close", title: "close", keys: [.escape, .control("g")], help: "Close the list.",
            place: place, hint: .of([.escape], "close", order: 30, rank: 20), isAvailable: { _ in true },
            action: { state, _ in state.overlay = nil }),
        Command(
            name: "filters.down", title: "down", keys: [.down, .control("n"), .tab], help: "Select the next filter.",
            place: place, hint: .of([.up, .down], "move", order: 20, rank: 30), isAvailable: { _ in true },
            action: { state, _ in state.moveFilter(1) }),
        Command(
            name: "filters.up", title: "up", keys: [.up, .control("p"), .backTab], help: "Select the filter before.",
            place: place, hint: nil, isAvailable: { _ in true }, action: { state, _ in state.moveFilter(-1) }),
        Command(
            name: "filters.remove", title: "forget", keys: [.control("x")],
            help: "Forget the selected filter.", place: place,
            hint: .of([.control("x")], "forget", order: 25, rank: 40), isAvailable: { _ in true },
            action: { state, effects in state.forgetFilter(&effects) }),
    ]

    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        let matches = matches(in: state)
        let wanted = Size(width: 84, height: max(6, min(22, matches.count + 5)))
        let inside = OverlayBox.draw(into: &canvas, title: "filters", wanted: wanted, scene)
        canvas.draw(in: inside) { canvas in
            guard !canvas.isEmpty else { return }
            canvas.write("/", at: Point(x: 1, y: 0), scene[.accent].adding(.bold))
            line.draw(into: &canvas, in: Rect(x: 3, y: 0, width: canvas.width - 4, height: 1), .inBar(scene))
            let list = canvas.bounds.inset(top: canvas.height > 3 ? 2 : 1)
            if matches.isEmpty {
                let words = state.settings.filters.isEmpty ? "none is kept yet: M-s keeps one" : "no filter matches"
                canvas.write(words, at: Point(x: 1, y: list.y), scene[.dim])
            }
            let rows = ListState(count: matches.count, height: list.height, around: min(selected, matches.count - 1))
            for (row, index) in rows.visible.enumerated() {
                let (y, filter) = (list.y + row, matches[index])
                if index == rows.selected { canvas.select(row: y, scene) }
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

    mutating func showFilters() { overlay = .filters(FiltersOverlay()) }

    mutating func moveFilter(_ step: Int) {
        guard case .filters(var filters) = overlay else { return }
        let count = filters.matches(in: self).count
        filters.selected = (step > 0 ? Motion.down : .up).target(from: filters.selected, count: count)
        overlay = .filters(filters)
    }

    fileprivate mutating func useFilter(_ effects: inout [Effect]) {
        guard case .filters(let filters) = overlay, let filter = filters.selection(in: self) else { return }
        overlay = nil
        apply(filter.text, &effects)
    }

    fileprivate mutating func forgetFilter(_ effects: inout [Effect]) {
        guard case .filters(let filters) = overlay, let filter = filters.selection(in: self) else { return }
        settings.filters.removeAll { $0 == filter }
        effects.append(.keep(.filters(settings.filters)))
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
