import ArgumentParser
import Cells
import SystemCalls
import TraceModel
import TraceStore

/// `fallom [PATH…]`: the console.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console", abstract: "Open the console (what `fallom` alone does).",
        discussion:
            "PATHs are span files and folders to follow; - is standard input. Press ? in the console for its keys.")

    @OptionGroup var shared: SharedOptions

    @Flag(help: "Write the console as lines, one a change, without pictures: for screen readers.")
    var plain = false

    @Argument(help: "Files and folders to follow.", completion: .file())
    var paths: [String] = []

    func run() async throws {
        let environment = ProcessEnvironment.current()
        try CommandNames.refuseMisspelt(paths)
        let settings = try shared.settings(environment)
        let preferences = PreferencesFeed(
            file: settings.configurationPath, theme: shared.listening.theme, environment: environment)
        let first = try preferences.read()
        let backend = try await Backend.open(settings, readsAtLeast: true)
        let status = try await ConsoleRun(
            backend: backend, paths: paths, preferences: preferences, first: first, environment: environment,
            greeting: .listening(backend),
            recall: FilterRecall(path: StandardPaths(environment).usedFilters, scanner: settings.scanner),
            isPlain: plain || settings.isPlain
        ).run()
        try await backend.store.close()
        if status != 0 { throw ExitCode(status) }
    }
}

/// The names of the commands, to tell a misspelt one from a file.
enum CommandNames {
    /// A single word that names no file and is close to a command is taken for that command, misspelt.
    static func refuseMisspelt(_ paths: [String]) throws {
        guard let word = paths.first, !word.contains("/"), !word.contains("."), word != "-", !Files.exists(word)
        else {
            return
        }
        let names = RootCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        let near = names.filter { EditDistance.between($0, word) <= 2 }
        throw CommandFailure.usage(
            "there is no file or command '\(harmlessText(word))'",
            hint: near.first.map { "Did you mean 'fallom \($0)'?" } ?? "'fallom --help' lists the commands.")
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
