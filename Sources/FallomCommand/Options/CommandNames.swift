import ArgumentParser
import Cells
import SystemCalls

/// The names of the commands, to tell a misspelt one from a file.
enum CommandNames {
    /// A single word that names no file and is close to a command is taken for that command, misspelt.
    static func refuseMisspelt(_ paths: [String]) throws {
        guard let word = paths.first, !word.contains("/"), !word.contains("."), word != "-", !Files.exists(word)
        else {
            return
        }
        throw unknown(word, "there is no file or command", in: RootCommand.self, behind: "fallom")
    }

    /// `fallom help` with a name that no command has: the parser would show the help of all.
    static func refuseStrangers(_ arguments: [String]) throws {
        guard arguments.first == "help" else { return }
        var command: any ParsableCommand.Type = RootCommand.self
        var path = "fallom"
        for word in arguments.dropFirst().prefix(while: { !$0.hasPrefix("-") }) {
            guard let next = command.configuration.subcommands.first(where: { isName(word, of: $0) }) else {
                throw unknown(word, "\(path) has no command", in: command, behind: path)
            }
            command = next
            path += " \(word)"
        }
    }

    private static func isName(_ word: String, of command: any ParsableCommand.Type) -> Bool {
        command.configuration.commandName == word || command.configuration.aliases.contains(word)
    }

    private static func unknown(
        _ word: String, _ message: String, in command: any ParsableCommand.Type, behind path: String
    ) -> CommandFailure {
        let near = command.configuration.subcommands.compactMap { $0.configuration.commandName }
            .filter { EditDistance.between($0, word) <= 2 }
        return CommandFailure.usage(
            "\(message) '\(harmlessText(word))'",
            hint: near.first.map { "Did you mean '\(path) \($0)'?" } ?? "'\(path) --help' lists the commands.")
    }
}

/// How many letters must be added, taken away or exchanged to make one word another.
enum EditDistance {
    static func between(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (index, letter) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let exchanged = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(exchanged, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
