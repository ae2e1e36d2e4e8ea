import Cells

/// Every key with what it does, this screen's first, narrowed by what is typed.
struct HelpOverlay: Sendable {
    static let place = Place(title: "Help")

    /// The screen that help was asked on.
    let asked: Place
    var line = TextField()
    /// How far it is scrolled.
    var place = ListState(isSelectable: false)
    private let keys: KeyMap

    init(place: Place, keys: KeyMap) {
        asked = place
        self.keys = keys
    }

    /// The columns of the text in a screen of so many.
    static func width(in columns: Int) -> Int { min(104, columns) - 2 }

    /// A line of help.
    enum Row {
        case heading(String)
        case command(Command, help: String)
        /// The first and the last of several that differ in a number alone.
        case series(Command, Command, help: String)
        /// A help text that takes more than one line goes on.
        case more(String)
        case blank
    }

    /// What is shown in so many columns, place by place, the screen where help was asked first.
    func rows(width: Int) -> [Row] {
        let room = max(10, width - CommandRow.helpColumn(width: width) - 2)
        let words = line.text.lowercased().split(separator: " ")
        var places = CommandTable.places
        places.removeAll { $0 == asked }
        places.insert(asked, at: 0)
        var rows: [Row] = []
        for place in places {
            let commands = CommandTable.all.filter { $0.place == place && matches($0, words) }
            guard !commands.isEmpty else { continue }
            if !rows.isEmpty { rows.append(.blank) }
            rows.append(.heading(place.title))
            for series in series(of: commands) {
                let lines = TextFlow.lines(series[0].help, width: room)
                let last = series[series.count - 1]
                rows.append(
                    series.count > 1
                        ? .series(series[0], last, help: lines[0]) : .command(series[0], help: lines[0]))
                rows += lines.dropFirst().map { .more($0) }
            }
        }
        return rows
    }

    /// Commands of one series together, as far as they have the keys of the table: what a person has set is shown as it is.
    private func series(of commands: [Command]) -> [[Command]] {
        func joins(_ command: Command, _ other: Command) -> Bool {
            command.series != nil && command.series == other.series
                && [command, other].allSatisfy { keys.chords(of: $0) == $0.keys.map { [$0] } }
        }
        return commands.reduce(into: []) { series, command in
            if let last = series.last?.last, joins(last, command) {
                series[series.count - 1].append(command)
            } else {
                series.append([command])
            }
        }
    }

    private func matches(_ command: Command, _ words: [Substring]) -> Bool {
        let text =
            command.title.lowercased() + " " + command.help.lowercased() + " " + command.name + " "
            + command.place.title.lowercased() + " "
            + keys.chords(of: command).map { KeyMap.text($0).lowercased() }.joined(separator: " ")
        return words.allSatisfy { text.contains($0) }
    }

    static let commands: [Command] =
        [
            .closing(
                "help", place, keys: [.escape, .enter, Key(.function(1)), .control("g")], order: 20, rank: 10,
                help: "Close help.")
        ] + Command.scrolling("help", place)
}
