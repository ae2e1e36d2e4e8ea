import Cells

extension Command {
    /// The keys that scroll what lies over the screen.
    /// - Parameter letters: whether `j` and `k` do it too, where nothing is typed.
    static func scrolling(_ name: String, _ place: Place, letters: Bool = false) -> [Command] {
        let ways: [(String, Motion, [Key])] = [
            ("down", .down, [.down] + (letters ? [.character("j")] : [])),
            ("up", .up, [.up] + (letters ? [.character("k")] : [])),
            ("page down", .pageDown, [.pageDown]), ("page up", .pageUp, [.pageUp]),
        ]
        return ways.map { title, motion, keys in
            .over(
                place, name + "." + title.replacing(" ", with: "-"), title, keys,
                hint: motion == .down ? .of([.up, .down], "scroll", order: 10, rank: 20) : nil,
                help: "Scroll: \(title)."
            ) { state, _ in state.scrollOverlay { $0.move(motion) } }
        }
    }
}

extension ConsoleState {
    /// Scrolls what lies over the screen, where it is a text.
    mutating func scrollOverlay(_ body: (inout ListState) -> Void) {
        let area = ScreenFrame(size).body
        switch overlay {
        case .help(var help):
            let count = help.rows(width: HelpOverlay.width(in: area.width)).count
            help.place.resize(count: count, height: max(1, area.height - 4))
            body(&help.place)
            overlay = .help(help)
        case .health(var overlay):
            overlay.place.resize(
                count: HealthOverlay.rows(health, pulse.overview).count, height: max(1, area.height - 2))
            body(&overlay.place)
            self.overlay = .health(overlay)
        default: break
        }
    }

    /// The wheel over what lies over the screen.
    mutating func wheelOverlay(_ rows: Int) {
        switch overlay {
        case .help, .health: scrollOverlay { $0.scroll(by: rows) }
        case .picker: for _ in 0..<abs(rows / 3) { movePicker(rows > 0 ? .down : .up) }
        case .columns: updateColumns { $0.move(rows > 0 ? .down : .up) }
        case .choice: for _ in 0..<abs(rows / 3) { moveChoice(rows > 0 ? 1 : -1) }
        case .field, nil: break
        }
    }
}
