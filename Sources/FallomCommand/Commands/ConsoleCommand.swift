import ArgumentParser
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
