public import ArgumentParser
import Cells
import Display
public import Experiments
import OrderedJSON
import Prompts
import Synchronization
import TraceModel

/// `fallom try TRACE/SPAN`: a recorded call again, with something asked differently.
struct TryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Ask a recorded call again: another prompt version, model, provider, temperature.",
        discussion: """
            What is not named stays as recorded. The answer streams to standard output, then what differs from the \
            recorded one by words, and the figures of both. Keys come from the environment (OPENAI_API_KEY, \
            ANTHROPIC_API_KEY, GEMINI_API_KEY, …) or from providers: in the settings. The new call is a span of the run \
            it is named for; lists, sums and results leave it out unless a filter says is:run.
            """)

    @OptionGroup var shared: ReadingOptions

    @Argument(help: ArgumentHelp("The call's trace and span id.", valueName: "trace/span"))
    var call: String

    @Option(help: "Ask this model.")
    var model: String?

    @Option(help: "Ask this provider.")
    var provider: String?

    @Option(
        help: ArgumentHelp(
            "With this version of a prompt: KEY@3, KEY@draft, or KEY for the current one.", valueName: "key@version"),
        completion: Completing.prompt)
    var prompt: String?

    @Option(help: "With this temperature.")
    var temperature: Double?

    @Option(help: "What becomes of the call's tools: offered, off, or answered as they answered then.")
    var tools = CallVariant.Tools.offered

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp(
            "A placeholder's value that the call does not give; may be repeated.", valueName: "name=value"))
    var variables: [NamedText] = []

    @Option(name: .customLong("run"), help: "The run that the call counts to.")
    var name = Trial.byHand

    @Flag(help: "Show what would be sent, and send nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if let temperature, !(0...2).contains(temperature) { throw ValidationError("--temperature must be 0 to 2") }
        guard RunPlan.isName(name) else { throw ValidationError("--run takes letters, digits, '-', '_' and '.'") }
    }

    func run() async throws {
        let key = try SpanAddress.key(call)
        let bench = try await TrialBench(shared, for: .text(.trace, .init(key.traceID)))
        var variant = CallVariant(model: model, provider: provider, temperature: temperature, tools: tools)
        if let prompt {
            do throws(VariantText.Mistake) {
                variant.prompt = try VariantText(access: bench.access).prompt(named: prompt)
            } catch {
                throw error.failure
            }
        }
        for variable in variables { variant.variables[variable.name] = .string(variable.value) }
        let ready = try await bench.runner.ready(Trial(key, variant, run: name), isSent: !dryRun)
        let output = StandardOutput(flushesEachLine: true)
        if dryRun {
            try output.line(ready.prepared.body.prettyBytes)
            if let missing = ready.access.missingKey {
                StandardError.line("no key for \(ready.access.name); set \(missing) to send it")
            }
            return try await bench.store.close()
        }
        let stream = Mutex(AnswerStream())
        let isPlain = !json
        let ended = try await bench.runner.run(ready, as: TrialRunner.newKey()) { state in
            guard isPlain else { return }
            StandardOutput.piece(harmlessLines(stream.withLock { $0.take(state) }))
        }
        try await bench.store.close()
        try tell(ready, ended.state, output, isWithinLine: stream.withLock { $0.isWithinLine })
        if ended.state.outcome.error != nil { throw ExitCode(1) }
    }

    private func tell(
        _ ready: TrialRunner.Ready, _ state: TrialState, _ output: StandardOutput, isWithinLine: Bool
    ) throws {
        let recorded = CallOutcome(ready.recorded.stored.span, ready.recorded.detail)
        if json {
            try output.line(
                JSONValue.object([
                    "variant": .string(ready.trial.variant.title), "recorded": RunReport.json(recorded),
                    "tried": RunReport.json(state.outcome), "trace_id": .text(state.recorded?.traceID),
                    "span_id": .text(state.recorded?.spanID), "notes": .array(state.notes.map(JSONValue.string)),
                ]).compactBytes)
            return
        }
        let terminal = Terminal.standardOutput(.current())
        if isWithinLine { try output.line("") }
        let diff = TextDiff(old: recorded.answer, new: state.outcome.answer)
        if let error = state.outcome.error { try output.line("failed: " + harmlessText(error)) }
        try output.line("")
        if diff.isEmpty {
            try output.line("the answer is the recorded one, byte for byte")
        } else {
            for line in WordDiffText(diff).lines(for: terminal) { try output.line(line) }
        }
        try output.line("")
        for line in figures(recorded, state.outcome).lines(for: terminal) { try output.line(line) }
        for note in state.notes { StandardError.line(note) }
        if let key = state.recorded { StandardError.line("recorded as \(key.traceID)/\(key.spanID), run \(name)") }
    }

    private func figures(_ recorded: CallOutcome, _ tried: CallOutcome) -> Table {
        var table = Table([
            .init(""), .init("recorded", right: true, minimum: 10), .init("now", right: true, minimum: 10),
            .init("change", right: true),
        ])
        for row in OutcomeComparison(recorded, tried).rows {
            table.append([
                TableCell(row.label, .dim), TableCell(row.before), TableCell(row.after), TableCell(row.change),
            ])
        }
        return table
    }
}

extension CallVariant.Tools: ExpressibleByArgument {}
