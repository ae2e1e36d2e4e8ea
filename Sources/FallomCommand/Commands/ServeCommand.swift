import ArgumentParser
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom serve`: the listeners without a screen.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Receive and store spans without a screen.",
        discussion: "Ends in order on Ctrl-C and SIGTERM: what was taken is stored first.")

    @OptionGroup var shared: SharedOptions

    @Argument(help: "Files and folders to follow.")
    var paths: [String] = []

    @Flag(help: "Print one JSON object a line: where it listens, or why it does not.")
    var json = false

    func run() async throws {
        let backend = try await Backend.open(try shared.settings(), tell: { StandardError.line($0) })
        let output = StandardOutput(flushesEachLine: true)
        let json = json
        let run = HeadlessRun(backend: backend, paths: paths, needsHTTP: true) { announcement in
            if json {
                try output.line(announcement.json.compactBytes)
            } else {
                for line in announcement.lines { try output.line(line) }
            }
        }
        try await EndSignals.cancelling { try await run.run() }
        try await backend.store.close()
    }
}
