import ArgumentParser
import Ingest
import OrderedJSON
import TraceStore

/// `fallom serve`: the listeners without a screen.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Receive and store spans without a screen.",
        discussion: "Ends in order on Ctrl-C and SIGTERM: what was taken is stored first.")

    @OptionGroup var shared: SharedOptions

    @Argument(help: "Files and folders to follow.")
    var paths: [String] = []

    @Flag(help: "Print one JSON object a line: where it listens, and the figures at the end.")
    var json = false

    func run() async throws {
        let settings = try shared.settings()
        let backend = try Backend.open(settings)
        let output = StandardOutput(flushesEachLine: true)
        let paths = paths
        let json = json
        try await EndSignals.cancelling {
            try await HeadlessRun(backend: backend, paths: paths, output: output, isJSON: json).run()
        }
        try await backend.store.close()
    }
}
