import Cells

/// A list of the commands that would do something now, narrowed by what is typed.
struct PaletteOverlay: Sendable {
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

    static let commands: [Command] = [
        Command(
            name: "palette.run", title: "run", keys: [.enter], help: "Run the selected command.", place: place,
            hint: .of([.enter], "run", order: 10, rank: 10), isAvailable: { _ in true },
            action: { state, effects in state.runFromPalette(&effects) }),
        Command(
            name: "palette.close", title: "close", keys: [.escape, .control("g")], help: "Close the palette.",
            place: place, hint: .of([.escape], "close", order: 30, rank: 20), isAvailable: { _ in true },
            action: { state, _ in state.overlay = nil }),
        Command(
            name: "palette.down", title: "down", keys: [.down, .control("n"), .tab], help: "Select the next command.",
            place: place, hint: .of([.up, .down], "move", order: 20, rank: 30), isAvailable: { _ in true },
            action: { state, _ in state.movePalette(.down) }),
        Command(
            name: "palette.up", title: "up", keys: [.up, .control("p"), .backTab],
            help: "Select the command before.", place: place, hint: nil, isAvailable: { _ in true },
            action: { state, _ in state.movePalette(.up) }),
    ]
}

extension ConsoleState {
    mutating func movePalette(_ motion: Motion) {
        guard case .palette(var palette) = overlay else { return }
        palette.selected = motion.target(from: palette.selected, count: palette.matches(in: self).count)
        overlay = .palette(palette)
    }

    fileprivate mutating func runFromPalette(_ effects: inout [Effect]) {
        guard case .palette(let palette) = overlay else { return }
        let matches = palette.matches(in: self)
        overlay = nil
        guard matches.indices.contains(palette.selected) else { return }
        let command = matches[palette.selected]
        if let name = palette.nameToSave, let text = shownFilter { return keepFilter(text, as: name, &effects) }
        if command.isAvailable(self) {
            run(command, &effects)
        } else {
            let place = command.place == self.place ? "not now" : "in \(command.place.title)"
            notice = Notice("\(command.title) works \(place): \(command.help)")
        }
    }
}
