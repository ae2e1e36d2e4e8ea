import ArgumentParser
import Cells
import Display
import Experiments
import Synchronization
import TraceModel

/// `fallom run-variants [FILTER]`: recorded calls again in other variants, and what the pairs say.
struct RunVariantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-variants", abstract: "Ask many recorded calls again, and compare the answers pair by pair.",
        discussion: """
            A variant is written as \(VariantText.form), each part where it differs from the recorded call:

              fallom run-variants 'prompt:support since:7d' --variant prompt=support@8 --limit 50 --budget 1

            The cost is estimated before anything is sent, and a budget is never passed. A run that was cut off goes on \
            with --resume, and pays for nothing twice. Its calls are spans like others, in the filter run:NAME, and stay \
            out of lists, sums and results. --fail-if METRIC<N or METRIC>N (errors, latency, ttft, tokens, cost or a \
            score; N in points, milliseconds, dollars of 1,000 calls, or percent with %) ends with status 2 where a \
            variant's mean differs by more than that.
            """)

    @OptionGroup var shared: ReadingOptions
    @OptionGroup var filter: FilterArguments

    @Option(
        name: .customLong("variant"),
        help: ArgumentHelp("What is asked differently; may be repeated.", valueName: "name=value,…"))
    var variants: [String] = []

    @Option(help: "The run's name (default: by the time).")
    var name: String?

    @Option(help: ArgumentHelp("Go on with a run that was cut off or stopped.", valueName: "name"))
    var resume: String?

    @Option(help: ArgumentHelp("Only show what a run came to.", valueName: "name"))
    var table: String?

    @Option(help: "At most so many calls, the newest.")
    var limit = 50

    @Option(help: ArgumentHelp("Dollars that the run may cost at most.", valueName: "dollars"))
    var budget: Double?

    @Option(help: "Calls at once.")
    var concurrency = 4

    @Option(help: ArgumentHelp("Calls begun in a minute at most.", valueName: "calls"))
    var rate: Int?

    @Option(help: ArgumentHelp("Tokens of an answer at most, where the call does not say.", valueName: "tokens"))
    var maxTokens: Int?

    @Option(help: "Times a call is sent again that is turned away with 429 or 5xx.")
    var retries = 6

    @Option(
        help: ArgumentHelp(
            "What the variants are compared with: recorded, or a variant's number from 1.", valueName: "base"))
    var against = "recorded"

    @Option(
        name: .customLong("fail-if"),
        help: ArgumentHelp("End with status 2 where a variant is so; may be repeated.", valueName: "condition"))
    var conditions: [String] = []

    @Option(help: "Pairs that are shown, those that differ most first.")
    var pairs = 20

    @Flag(help: "Only say what it would cost.")
    var estimate = false

    @Flag(help: "Print one JSON object a line: pairs, comparisons, the run.")
    var json = false

    func validate() throws {
        guard limit > 0, concurrency > 0, retries >= 0, pairs >= 0, rate.map({ $0 > 0 }) ?? true,
            maxTokens.map({ $0 > 0 }) ?? true
        else { throw ValidationError("--limit, --concurrency, --rate, --max-tokens must be above zero") }
        if let budget, !(budget > 0 && budget < 1e9) { throw ValidationError("--budget must be above zero") }
        if let name, !RunPlan.isName(name) {
            throw ValidationError("--name takes letters, digits, '-', '_' and '.'")
        }
        for text in conditions where RunCondition(text) == nil {
            throw ValidationError("'\(text)' is no condition: METRIC<N or METRIC>N, like helpful<-2 or latency>10%")
        }
        guard resume == nil && table == nil || variants.isEmpty && filter.words.isEmpty else {
            throw ValidationError(
                "a run that there is keeps its calls and variants: give neither with --resume or --table")
        }
        guard resume != nil || table != nil || !variants.isEmpty else {
            throw ValidationError("which variants? --variant \(VariantText.form)")
        }
        // How many a run has that there is, its journal says.
        if resume == nil, table == nil, base(of: variants.count) == nil {
            throw ValidationError(Self.againstForm(variants.count))
        }
    }

    func run() async throws {
        let bench = try await TrialBench(shared, for: try filter.parsed())
        var runner = bench.runner
        runner.retries.most = retries
        guard runner.sink != nil || table != nil || estimate else {
            throw CommandFailure(
                "\(bench.store.path) can only be read, and a run's calls are recorded beside those it repeats",
                hint: "Copy these into a store of yours ('fallom copy'), or ask a single one again: 'fallom try'.")
        }
        let journal: RunJournal
        if let table {
            guard let read = try RunFile.read(table, bench.settings) else {
                throw CommandFailure("there is no run '\(table)'", hint: RunFile.known(bench.settings))
            }
            journal = read
        } else {
            guard let file = try await file(bench) else { return try await bench.store.close() }
            // Before any call is paid for.
            _ = try base(file.state.plan)
            try await work(runner, file)
            journal = file.state
        }
        let report = try await RunReport.read(journal, base: try base(journal.plan), bench.store)
        try await bench.store.close()
        try StandardOutput.print(
            json: json, report.documents, report.lines(for: .standardOutput(.current()), most: pairs))
        try judge(report)
        if table == nil, !journal.left.isEmpty { throw ExitCode(1) }
    }

    // MARK: The run

    /// The journal to work on; `nil` where only the estimate was asked for.
    private func file(_ bench: TrialBench) async throws -> RunFile? {
        if let resume { return try RunFile.resume(resume, bench.settings) }
        let calls = try await calls(bench)
        let texts = VariantText(access: bench.access)
        let variants = try variants.map { text in
            do throws(VariantText.Mistake) {
                return try texts.variant(text)
            } catch {
                throw error.failure
            }
        }
        let estimate = RunEstimate(calls, variants, bench.runner.pricer, now: .now())
        StandardError.line(Self.words(estimate, calls: calls.count, variants: variants.count, budget: budget))
        if self.estimate { return nil }
        if budget != nil, let model = estimate.unpriced.sorted().first {
            throw CommandFailure(
                "no price is known of \(model), so no budget can be kept",
                hint: "Give it one in prices.yaml ('fallom help prices'), or leave --budget out.")
        }
        let plan = RunPlan(
            name: name ?? Self.name(at: .now()), filter: filter.text, calls: calls.map(\.span.key), variants: variants,
            budget: budget.map { Int64(($0 * 1e9).rounded()) }, longest: maxTokens)
        return try RunFile.begin(plan, bench.settings)
    }

    private func calls(_ bench: TrialBench) async throws -> [StoredSpan] {
        let calls = try await SpanListing(reader: bench.store).calls(try filter.parsed(), limit: limit)
        guard !calls.isEmpty else {
            throw CommandFailure("no recorded call matches", hint: "'fallom spans kind:llm' lists calls.")
        }
        return calls
    }

    private static func words(_ estimate: RunEstimate, calls: Int, variants: Int, budget: Double?) -> String {
        var text = "\(Figure.count(calls, "call")) in \(Figure.count(variants, "variant")): "
        text += "about \(Figure.cost(nanoDollars: estimate.likely))"
        if estimate.unknown > 0 { text += " and \(Figure.count(estimate.unknown)) of unknown cost" }
        if let budget { text += ", \(Figure.dollars(budget)) at most" }
        return text
    }

    private static func name(at time: Timestamp) -> String {
        "run-" + ISO8601.string(time).prefix(19).filter { $0.isNumber || $0 == "T" }
    }

    private func work(_ runner: TrialRunner, _ file: RunFile) async throws {
        let plan = file.state.plan
        StandardError.line("run \(plan.name); its journal is \(file.path)")
        let execution = RunExecution(
            trials: runner, file: file,
            pace: RunExecution.Pace(concurrency: min(concurrency, 256), perMinute: rate))
        let progress = Progress(title: "asking", total: plan.tasks.count)
        let control = execution.control
        let signals = EndSignals()
        let stopping = Task {
            for await _ in signals.stream {
                StandardError.line("ending after the calls under way; once more ends at once")
                control.stop()
            }
        }
        defer { stopping.cancel() }
        let end = try await execution.run { standing in
            progress.update(
                standing.done,
                note: "\(standing.failed) failed, \(Figure.cost(nanoDollars: standing.spent))")
        }
        progress.end()
        switch end {
        case .done: break
        case .budget:
            StandardError.line(
                "what is left of the budget is not enough for another call: \(file.state.left.count) have no answer")
        case .stopped:
            StandardError.line(
                "\(file.state.left.count) calls are left; 'fallom run-variants --resume \(plan.name)' goes on")
        case .refused(let why):
            throw CommandFailure(
                "no call is taken: \(why)",
                hint: "Mend that; 'fallom run-variants --resume \(plan.name)' goes on.")
        }
    }

    // MARK: What it came to

    /// What so many variants are compared with; `nil` where none of them has that number.
    private func base(of variants: Int) -> RunTable.Base? {
        if against == "recorded" { return .recorded }
        guard let number = Int(against), number >= 1, number <= variants else { return nil }
        return .variant(number - 1)
    }

    private func base(_ plan: RunPlan) throws -> RunTable.Base {
        guard let base = base(of: plan.variants.count) else {
            throw CommandFailure.usage(
                Self.againstForm(plan.variants.count), hint: "The variants are numbered as given.")
        }
        return base
    }

    private static func againstForm(_ variants: Int) -> String { "--against takes recorded, or 1 to \(variants)" }

    /// Ends with status 2 where a condition is met.
    private func judge(_ report: RunReport) throws {
        var failed = false
        for condition in conditions.compactMap(RunCondition.init) {
            switch condition.finding(in: report.table) {
            case .holds: continue
            case .unknown:
                failed = true
                StandardError.line("\(condition.text): no pair has that figure")
            case .fails(let variant, let value):
                failed = true
                StandardError.line(
                    "\(condition.text): \(report.table.plan.variants[variant].title) is at \(Figure.decimal(value, places: 2))\(condition.isRelative ? "%" : "")"
                )
            }
        }
        if failed { throw ExitCode(2) }
    }
}
