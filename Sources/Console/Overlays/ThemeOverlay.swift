import Cells

/// The themes, narrowed by what is typed. The selected one is what the screen is drawn in meanwhile.
struct ThemeOverlay: Sendable {
    static let place = Place(title: "Themes")

    var line = TextField()
    var selected: Int

    /// Opened with the theme that is in force.
    init(state: ConsoleState) {
        selected = state.themeChoices.firstIndex { $0.name == state.settings.theme } ?? 0
    }

    /// The themes that match what is typed, those whose names begin with it first.
    func matches(in state: ConsoleState) -> [ConsoleSettings.ThemeChoice] {
        let words = line.text.lowercased().split(separator: " ")
        let found = state.themeChoices.filter { choice in
            let text = choice.name + " " + choice.about.lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        // Who types a name means it, whatever else is told of others.
        guard let first = words.first else { return found }
        return found.filter { $0.name.hasPrefix(first) } + found.filter { !$0.name.hasPrefix(first) }
    }

    func selection(in state: ConsoleState) -> ConsoleSettings.ThemeChoice? {
        let matches = matches(in: state)
        return matches.isEmpty ? nil : matches[min(selected, matches.count - 1)]
    }

    static let commands: [Command] = [
        Command(
            name: "themes.keep", title: "keep", keys: [.enter], help: "Keep this theme, also for the next console.",
            place: place, hint: .of([.enter], "keep", order: 10, rank: 10), isAvailable: { _ in true },
            action: { state, effects in state.keepTheme(&effects) }),
        Command(
            name: "themes.close", title: "leave as it was", keys: [.escape, .control("g")],
            help: "Close the themes and leave the colours as they were.", place: place,
            hint: .of([.escape], "leave as it was", order: 30, rank: 20), isAvailable: { _ in true },
            action: { state, _ in state.overlay = nil }),
        Command(
            name: "themes.down", title: "next", keys: [.down, .control("n"), .tab], help: "Try the next theme.",
            place: place, hint: .of([.up, .down], "try", order: 20, rank: 30), isAvailable: { _ in true },
            action: { state, _ in state.moveTheme(1) }),
        Command(
            name: "themes.up", title: "previous", keys: [.up, .control("p"), .backTab],
            help: "Try the theme before.", place: place, hint: nil, isAvailable: { _ in true },
            action: { state, _ in state.moveTheme(-1) }),
    ]

    /// At the right, so that most of the screen is seen in the theme.
    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        let matches = matches(in: state)
        let wanted = Size(width: 64, height: state.themeChoices.count + 4)
        let size = Size(width: min(wanted.width, canvas.width), height: min(wanted.height, canvas.height))
        let rect = Rect(x: canvas.width - size.width, y: 0, width: size.width, height: size.height)
        canvas.draw(in: rect) { canvas in
            let inside = OverlayBox.draw(into: &canvas, title: "themes", wanted: size, scene)
            canvas.draw(in: inside) { draw(matches, into: &$0, scene) }
        }
    }

    private func draw(_ matches: [ConsoleSettings.ThemeChoice], into canvas: inout Canvas, _ scene: Scene) {
        guard !canvas.isEmpty else { return }
        canvas.write("/", at: Point(x: 1, y: 0), scene[.accent].adding(.bold))
        line.draw(into: &canvas, in: Rect(x: 3, y: 0, width: canvas.width - 4, height: 1), .inBar(scene))
        let list = canvas.bounds.inset(top: canvas.height > 3 ? 2 : 1)
        if matches.isEmpty { canvas.write("no theme matches", at: Point(x: 1, y: list.y), scene[.dim]) }
        let rows = ListState(count: matches.count, height: list.height, around: min(selected, matches.count - 1))
        for (row, index) in rows.visible.enumerated() {
            let (y, choice) = (list.y + row, matches[index])
            if index == rows.selected { canvas.select(row: y, scene) }
            canvas.write(choice.name, at: Point(x: 2, y: y), scene[.text], maxWidth: 16, overflow: .ellipsis)
            canvas.write(
                choice.about, at: Point(x: 19, y: y), scene[.dim], maxWidth: max(0, canvas.width - 20),
                overflow: .ellipsis)
        }
    }
}

extension ConsoleState {
    /// `auto` and the themes there are.
    fileprivate var themeChoices: [ConsoleSettings.ThemeChoice] {
        let automatic = ConsoleSettings.ThemeChoice(
            name: ConsoleSettings.automaticTheme, about: "Dark or light, as the terminal is.")
        return [automatic] + settings.themes
    }

    mutating func moveTheme(_ step: Int) {
        guard case .themes(var picker) = overlay else { return }
        let count = picker.matches(in: self).count
        picker.selected = (step > 0 ? Motion.down : .up).target(from: picker.selected, count: count)
        overlay = .themes(picker)
    }

    fileprivate mutating func keepTheme(_ effects: inout [Effect]) {
        guard case .themes(let picker) = overlay, let choice = picker.selection(in: self) else { return }
        overlay = nil
        guard choice.name != settings.theme else { return }
        settings.theme = choice.name
        if choice.name == ConsoleSettings.automaticTheme { effects.append(.askBackground) }
        effects.append(.keepTheme(choice.name))
    }
}
