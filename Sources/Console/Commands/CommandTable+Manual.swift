import Cells

extension CommandTable {
    /// The keys as a page of Markdown for the manual: one table a place, made from the command table.
    public static func manual() -> String {
        var page = "# Keys\n"
        for section in sections {
            page += "\n## \(section.title)\n\n| Key | Command | What it does |\n|---|---|---|\n"
            for command in section.commands {
                page += "| \(keys(of: command)) | `\(command.name)` | \(command.help) |\n"
            }
        }
        return page
    }

    /// A place's commands, as the manual lists them.
    public struct Section: Sendable {
        /// The place.
        public var title: String
        /// Its commands in their order.
        public var commands: [Command]
    }

    /// All commands, place by place.
    public static var sections: [Section] {
        places.map { place in Section(title: place.title, commands: all.filter { $0.place == place }) }
    }

    /// The places in the table's order.
    static var places: [Place] {
        var seen: [Place] = []
        for command in all where !seen.contains(command.place) { seen.append(command.place) }
        return seen
    }

    private static func keys(of command: Command) -> String {
        command.keys.map { key in
            let text = key.description
            return text.contains("|") ? "`\\|`" : text == "`" ? "`` ` ``" : "`\(text)`"
        }.joined(separator: " ")
    }
}
