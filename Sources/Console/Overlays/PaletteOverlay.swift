import Cells

/// A list of the commands that would do something now, narrowed by what is typed.
struct PaletteOverlay: Picker {
    static let place = Place(title: "Command palette")

    var line = TextField()
    var selected = 0

    /// The commands that match, best first.
    func matches(in state: ConsoleState) -> [Command] {
        var below = state
        below.overlay = nil
        let commands = CommandTable.available(in: below)
        let query = line.text
        guard !query.isEmpty else { return commands }
        if nameToSave != nil { return CommandTable.all.filter { $0.name == "save" } }
        return commands.enumerated().compactMap { index, command -> (Int, Int, Command)? in
            let byTitle = FuzzyMatch.score(query, in: command.title)
            let byName = FuzzyMatch.score(query, in: command.name)
            // A sentence holds nearly any few letters in some order: of help texts only whole words count.
            let byHelp: Int? = command.help.lowercased().contains(query.lowercased()) ? 0 : nil
            guard let score = [byTitle.map { $0 + 2 }, byName, byHelp].compactMap({ $0 }).max() else { return nil }
            return (score, index, command)
        }
        .sorted { ($0.0, $1.1) > ($1.0, $0.1) }
        .map(\.2) + elsewhere(query.lowercased(), besides: commands)
    }

    /// The name in `save NAME`.
    var nameToSave: String? {
        guard line.text.hasPrefix("save ") else { return nil }
        let name = String(line.text.dropFirst(5)).trimmingSpaces
        return name.isEmpty ? nil : name
    }

    /// Commands of other screens, or of other moments of this one, that have what is typed in their names.
    private func elsewhere(_ query: String, besides here: [Command]) -> [Command] {
        let names = Set(here.map(\.name))
        return CommandTable.all.filter { command in
            !names.contains(command.name) && command.place != .everywhere && !command.place.isOverlay
                && (command.title.lowercased().contains(query) || command.name.contains(query))
        }
    }

    static let commands: [Command] =
        [
            .over(
                place, "palette.run", "run", [.enter], hint: .of("run", order: 10, rank: 10),
                help: "Run the selected command."
            ) { state, effects in state.runFromPalette(&effects) },
            .closing("palette", place, help: "Close the palette."),
        ] + Command.picking("palette", place, "command")

    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        var below = state
        below.overlay = nil
        let inside = OverlayBox.draw(into: &canvas, title: "commands", wanted: Size(width: 84, height: 22), scene)
        canvas.draw(in: inside) { canvas in
            draw(matches(in: state), mark: ":", empty: "no command matches", into: &canvas, scene) {
                command, y, canvas in
                let isHere = command.isAvailable(below)
                CommandRow.draw(
                    command, help: isHere ? nil : "in \(command.place.title): \(command.help)", into: &canvas, y: y,
                    scene)
            }
        }
    }
}

extension ConsoleState {
    fileprivate mutating func runFromPalette(_ effects: inout [Effect]) {
        let name = picker(PaletteOverlay.self)?.nameToSave
        guard let command = takePicked(PaletteOverlay.self) else { return overlay = nil }
        if let name, let text = shownFilter { return keepFilter(text, as: name, &effects) }
        if command.isAvailable(self) {
            run(command, &effects)
        } else {
            let place = command.place == self.place ? "not now" : "in \(command.place.title)"
            notice = Notice("\(command.title) works \(place): \(command.help)")
        }
    }
}
