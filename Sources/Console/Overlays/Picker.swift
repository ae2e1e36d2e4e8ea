import Cells

/// A list over a screen, narrowed by what is typed, of which one row is taken.
protocol Picker: Sendable {
    associatedtype Item
    static var place: Place { get }
    /// What is typed.
    var line: TextField { get set }
    var selected: Int { get set }
    /// What matches, best first.
    func matches(in state: ConsoleState) -> [Item]
    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene)
}

extension Picker {
    /// What would be taken now; `nil` where nothing matches.
    func selection(in state: ConsoleState) -> Item? {
        let matches = matches(in: state)
        return matches.isEmpty ? nil : matches[min(selected, matches.count - 1)]
    }

    mutating func move(_ motion: Motion, in state: ConsoleState) {
        selected = motion.target(from: selected, count: matches(in: state).count)
    }

    /// Whether a text has all the words that are typed.
    func isMet(by text: String) -> Bool {
        let text = text.lowercased()
        return line.text.lowercased().split(separator: " ").allSatisfy { text.contains($0) }
    }

    /// Draws what is typed, and below it the items with the selected one among them.
    /// - Parameters:
    ///   - mark: what stands before the text.
    ///   - empty: said where no item matches.
    ///   - row: draws one item into its line.
    func draw(
        _ matches: [Item], mark: String, empty: String, into canvas: inout Canvas, _ scene: Scene,
        row: (Item, _ y: Int, inout Canvas) -> Void
    ) {
        guard let list = OverlayBox.drawLine(line, mark: mark, into: &canvas, scene) else { return }
        if matches.isEmpty { canvas.write(empty, at: Point(x: 1, y: list.y), scene[.dim]) }
        let rows = ListState(count: matches.count, height: list.height, around: min(selected, matches.count - 1))
        for (y, index) in rows.visible.enumerated() {
            if index == rows.selected { canvas.select(row: list.y + y, scene) }
            row(matches[index], list.y + y, &canvas)
        }
    }
}

extension Command {
    /// The keys that select the next and the previous row of a list.
    /// - Parameters:
    ///   - thing: what a row is: "filter".
    ///   - verb: what selecting one does, with a capital.
    static func picking(
        _ name: String, _ place: Place, _ thing: String, verb: String = "Select", hint: String = "move",
        titles: (down: String, up: String) = ("down", "up")
    ) -> [Command] {
        [
            .over(
                place, name + ".down", titles.down, [.down, .control("n"), .tab],
                hint: .of([.up, .down], hint, order: 20, rank: 30), help: "\(verb) the next \(thing)."
            ) { state, _ in state.movePicker(.down) },
            .over(
                place, name + ".up", titles.up, [.up, .control("p"), .backTab], help: "\(verb) the \(thing) before."
            ) { state, _ in state.movePicker(.up) },
        ]
    }
}

extension ConsoleState {
    /// The list that lies over the screen, where it is of that kind.
    func picker<P: Picker>(_ type: P.Type) -> P? {
        if case .picker(let picker) = overlay { picker as? P } else { nil }
    }

    mutating func movePicker(_ motion: Motion) {
        guard case .picker(var picker) = overlay else { return }
        picker.move(motion, in: self)
        overlay = .picker(picker)
    }

    /// Closes the list and gives what was selected in it; `nil` where nothing was.
    mutating func takePicked<P: Picker>(_ type: P.Type) -> P.Item? {
        guard let picker = picker(type), let item = picker.selection(in: self) else { return nil }
        overlay = nil
        return item
    }
}
