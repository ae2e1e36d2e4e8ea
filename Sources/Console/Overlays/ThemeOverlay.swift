import Cells

/// The themes, narrowed by what is typed. The selected one is what the screen is drawn in meanwhile.
struct ThemeOverlay: Picker {
    static let place = Place(title: "Themes")

    var line = TextField()
    var selected: Int

    /// Opened with the theme that is in force.
    init(state: ConsoleState) {
        selected = state.themeChoices.firstIndex { $0.name == state.settings.theme } ?? 0
    }

    /// The themes that match what is typed, those whose names begin with it first.
    func matches(in state: ConsoleState) -> [ConsoleSettings.ThemeChoice] {
        let found = state.themeChoices.filter { isMet(by: $0.name + " " + $0.about) }
        // Who types a name means it, whatever else is told of others.
        guard let first = line.text.lowercased().split(separator: " ").first else { return found }
        return found.filter { $0.name.hasPrefix(first) } + found.filter { !$0.name.hasPrefix(first) }
    }

    static let commands: [Command] =
        [
            .over(
                place, "themes.keep", "keep", [.enter], hint: .of("keep", order: 10, rank: 10),
                help: "Keep this theme, also for the next console."
            ) { state, effects in state.keepTheme(&effects) },
            .closing(
                "themes", place, "leave as it was", help: "Close the themes and leave the colours as they were."),
        ] + Command.picking("themes", place, "theme", verb: "Try", hint: "try", titles: ("next", "previous"))

    /// At the right, so that most of the screen is seen in the theme.
    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        let wanted = Size(width: 64, height: state.themeChoices.count + 4)
        let size = Size(width: min(wanted.width, canvas.width), height: min(wanted.height, canvas.height))
        let rect = Rect(x: canvas.width - size.width, y: 0, width: size.width, height: size.height)
        canvas.draw(in: rect) { canvas in
            let inside = OverlayBox.draw(into: &canvas, title: "themes", wanted: size, scene)
            canvas.draw(in: inside) { canvas in
                draw(matches(in: state), mark: "/", empty: "no theme matches", into: &canvas, scene) {
                    choice, y, canvas in
                    canvas.write(choice.name, at: Point(x: 2, y: y), scene[.text], maxWidth: 16, overflow: .ellipsis)
                    canvas.write(
                        choice.about, at: Point(x: 19, y: y), scene[.dim], maxWidth: max(0, canvas.width - 20),
                        overflow: .ellipsis)
                }
            }
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

    fileprivate mutating func keepTheme(_ effects: inout [Effect]) {
        guard let choice = takePicked(ThemeOverlay.self), choice.name != settings.theme else { return }
        settings.theme = choice.name
        if choice.name == ConsoleSettings.automaticTheme { effects.append(.askBackground) }
        effects.append(.keepTheme(choice.name))
    }
}
