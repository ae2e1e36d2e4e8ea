import Cells

extension CommandTable {
    /// The keys as a page of Markdown for the manual: one table a place, made from the command table.
    public static func manual() -> String {
        var page = "# Keys\n"
        for place in places {
            page += "\n## \(place.title)\n\n| Key | Command | What it does |\n|---|---|---|\n"
            for command in all where command.place == place {
                page += "| \(keys(of: command)) | `\(command.name)` | \(command.help) |\n"
            }
        }
        return page
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
