import ArgumentParser
import TraceModel
import TraceStore

/// `fallom tail [FILTER]`: live spans to standard output.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Print spans as they are finished.",
        discussion: "Reads the store when another fallom listens for it, else listens itself. Ctrl-C ends it.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var filter: FilterArguments

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Option(help: "Print the newest so many first.")
    var last = 0

    func validate() throws {
        if last < 0 { throw ValidationError("--last must not be below zero") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try shared.settings(environment)
        let tail = LiveTail(
            filter: try filter.parsed().withoutRuns, last: last, output: StandardOutput(flushesEachLine: true),
            isJSON: json,
            terminal: Terminal.standardOutput(environment))
        let backend = try await Backend.open(settings, readsAtLeast: true)
        let run = HeadlessRun(backend: backend, paths: [], readsStore: true) { announcement in
            for line in announcement.isWaiting ? ["reading beside the fallom that listens"] : announcement.lines {
                StandardError.line(line)
            }
        }
        try await EndSignals.cancelling {
            try await withThrowingTaskGroup(of: Void.self) { group in
                if settings.listens { group.addTask { try await run.run() } }
                group.addTask { try await tail.run(backend.store) }
                try await group.next()
                group.cancelAll()
                while try await group.next() != nil {}
            }
        }
        try await backend.store.close()
    }
}
