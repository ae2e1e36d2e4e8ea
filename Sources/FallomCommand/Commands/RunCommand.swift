import ArgumentParser
import Display
import Ingest
import TraceModel
import TraceStore

/// `fallom run -- COMMAND…`: a command whose calls of models pass through a proxy of its own.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a command and see its model calls: no SDK, no change of it.",
        discussion: """
            Starts COMMAND with OPENAI_BASE_URL, ANTHROPIC_BASE_URL and the like set to a proxy that lives as long as it \
            does; what these variables said before is where the calls go. Ends with the command's exit status, and says \
            what it cost. A console on the same store shows the calls as they are made.
            """)

    @OptionGroup var shared: SharedOptions

    @Flag(help: "Say nothing of calls and cost at the end.")
    var quiet = false

    @Argument(parsing: .captureForPassthrough, help: "The command and its arguments, behind --.")
    var command: [String]

    func validate() throws {
        // Everything from the first word on is the command's, but no command is called so.
        if ["--help", "-h"].contains(command.first) { throw CleanExit.helpRequest(self) }
    }

    func run() async throws {
        let words = command.first == "--" ? Array(command.dropFirst()) : command
        guard !words.isEmpty else {
            throw CommandFailure.usage("which command?", hint: "fallom run -- python app.py")
        }
        let environment = ProcessEnvironment.current()
        let backend = try await Backend.open(try shared.settings(environment))
        let start = Timestamp.now()
        let run = CommandRun(backend: backend, words: words, environment: environment)
        let status = try await run.run()
        if !quiet { await tell(run, since: start) }
        try await backend.store.close()
        if status != 0 { throw ExitCode(status) }
    }

    /// Says what the command's calls cost.
    private func tell(_ run: CommandRun, since start: Timestamp) async {
        let mine = SpanFilter.and([.since(start), .text(.attribute("fallom.run"), SpanFilter.TextPattern(run.name))])
        guard let figures = try? await run.backend.store.usage(UsageQuery(filter: mine, by: [])).total else { return }
        guard figures.spans > 0 else {
            return StandardError.line(
                "no call of a model passed; does the command read these variables? fallom env --proxy")
        }
        var parts = [Figure.count(figures.spans, "call")]
        if figures.errors > 0 { parts.append("\(Figure.count(figures.errors)) failed") }
        parts.append("\(Figure.count(figures.totalTokens)) tokens")
        if let cost = figures.cost { parts.append(Figure.cost(cost)) }
        if figures.callsWithoutCost > 0 { parts.append("\(Figure.count(figures.callsWithoutCost)) of unknown cost") }
        let lost = run.backend.counters.health[.proxy]?.droppedTotal ?? 0
        if lost > 0 { parts.append("\(Figure.count(lost)) not recorded") }
        StandardError.line(parts.joined(separator: ", ") + "; fallom session \(run.name)")
    }
}
