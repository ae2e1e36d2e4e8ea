import ArgumentParser
import Cells
import Console
import OrderedJSON

/// `fallom keys`: the keys of the console as the settings make them.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List the console's keys as they are in force, with the names of the commands.",
        discussion: """
            The entry `keys` of the settings chooses a map (default, vim, emacs) and gives commands other keys, by the names \
            listed here: see fallom-config(5). A console that runs takes a change at once.
            """)

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"), completion: .file())
    var config: String?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let path = config.map(environment.absolute) ?? StandardPaths(environment).configurationFile
        if config != nil { _ = try TextFile.read(path) }
        let map = try PreferencesFeed(file: path, theme: nil, environment: environment).read().keys
        let output = StandardOutput()
        for section in CommandTable.sections {
            if !json { try output.line((section.title == CommandTable.sections[0].title ? "" : "\n") + section.title) }
            for command in section.commands {
                let keys = map.chords(of: command).map { $0.map(\.description).joined(separator: " ") }
                try output.line(json ? object(section.title, command, keys) : line(command, keys))
            }
        }
        try output.flush()
    }

    private func object(_ place: String, _ command: Command, _ keys: [String]) -> String {
        let object: JSONValue = [
            "place": .string(place), "command": .string(command.name), "keys": .array(keys.map { .string($0) }),
            "help": .string(command.help),
        ]
        return String(decoding: object.compactBytes, as: UTF8.self)
    }

    private func line(_ command: Command, _ keys: [String]) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - displayWidth(of: text)))
        }
        return "  " + padded(keys.joined(separator: ", "), 20) + padded(command.name, 30) + command.help
    }
}
