import ArgumentParser
import Cells
import Display
import OrderedJSON
import Prompts
import SystemCalls
import TraceModel

/// `fallom judge NAME [FILTER]`: has sessions or spans judged by a program or a model.
struct JudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Have spans or sessions judged by a program or a model, and keep the scores.",
        discussion: """
            The workspace's judges.yaml names the judges:

            \(JudgeFile.example)

            A command runs with your rights: read what a judges.yaml of others names before you run it. It reads an object a \
            line (item, target, and what 'spans --json' or 'sessions --json' say; a session's spans in spans) and writes a \
            line for each score: value, and if wanted name, comment, item or target. What a judge has judged it does not \
            judge again without --again.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The judge's name in judges.yaml.")
    var name: String

    @OptionGroup var filter: FilterArguments

    @Option(help: "At most so many (default: as judges.yaml says).")
    var most: Int?

    @Option(help: "Stop the program after so many minutes.")
    var minutes = 60

    @Flag(help: "Judge again what this judge has judged.")
    var again = false

    @Flag(help: "Say how many would be judged and what that costs at most, and end.")
    var plan = false

    func validate() throws {
        if let most, !(1...JudgeEntry.mostItems).contains(most) {
            throw ValidationError("--most must be from 1 to \(JudgeEntry.mostItems)")
        }
        if minutes < 1 { throw ValidationError("--minutes must be above zero") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try workspace.shared.settings(environment)
        let judge = try Self.judge(name, settings)
        let wanted = try filter.parsed()
        let store = try await StoreAccess.changing(settings)
        var items = JudgedItems(
            store, judge, wanted == .all ? judge.filter : .and([judge.filter, wanted]), most: most ?? judge.most,
            again: again)
        try await items.choose()
        let what = judge.judgesSessions ? "session" : "span"
        StandardError.line(
            "\(Figure.count(items.chosen.count, what)) of \(Figure.count(items.matching)) that match, "
                + "\(Figure.count(items.judgedBefore)) judged before")
        let output = StandardOutput()
        switch judge.way {
        case .command(let arguments): try await run(arguments, judge, items, store, output)
        case .prompt(let key, let version, let model):
            let prompt = try WorkspaceAccess(settings).prompt(key, version: version)
            let pricer = try PriceSources(settings).pricer()
            let asked = JudgePrompt(
                judge: judge.name, prompt: prompt, model: model, key: environment[model.key] ?? "", pricer: pricer)
            try await run(asked, judge, items, store, output, environment)
        }
        try output.flush()
        try await store.close()
    }

    private static func judge(_ name: String, _ settings: Settings) throws -> JudgeEntry {
        let path = settings.workspace + "/judges.yaml"
        guard let text = try TextFile.read(path, mustExist: false) else {
            throw CommandFailure("there is no \(path)", hint: "'fallom help judge' shows what stands in it.")
        }
        let file: JudgeFile
        do {
            file = try JudgeFile(yaml: text, path: path, now: .now())
        } catch let mistake as ConfigurationMistake {
            throw CommandFailure(
                "\(mistake.path):\(mistake.line):\(mistake.column): \(mistake.message)",
                hint: "'fallom help judge' shows the form.")
        }
        guard let judge = file.judges.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            let known = file.judges.map(\.name).joined(separator: ", ")
            throw CommandFailure("\(path) names no judge '\(name)'", hint: "There are: \(known).")
        }
        return judge
    }

    // MARK: A program

    private func run(
        _ arguments: [String], _ judge: JudgeEntry, _ items: JudgedItems, _ store: any SpanStore,
        _ output: StandardOutput
    ) async throws {
        if plan {
            try output.line("runs: \(harmlessText(arguments.joined(separator: " ")))")
            return
        }
        var loaded: [JudgedItem] = []
        for target in items.chosen {
            if let item = try await items.item(loaded.count, target) { loaded.append(item) }
        }
        guard !loaded.isEmpty else { return }
        let program = JudgeProgram(judge: judge.name, arguments: arguments, patience: .seconds(60 * minutes))
        let outcome = try await program.judge(loaded, time: .now())
        if !outcome.scores.isEmpty { _ = try await store.append(IngestBatch(scores: outcome.scores)) }
        try tell(outcome.scores, output)
        for refused in outcome.refused.prefix(20) { StandardError.line(harmlessText(refused)) }
        StandardError.line(
            "\(Figure.count(outcome.scores.count, "score")) kept, \(Figure.count(outcome.refused.count, "line")) refused"
        )
        guard outcome.status == 0 else {
            throw CommandFailure("the judge ended with \(outcome.status); what it wrote before is kept")
        }
    }

    // MARK: A model

    private func run(
        _ asked: JudgePrompt, _ judge: JudgeEntry, _ items: JudgedItems, _ store: any SpanStore,
        _ output: StandardOutput, _ environment: ProcessEnvironment
    ) async throws {
        var (spent, failed, judged, planned, dearest) = (Int64(0), 0, 0, Int64(0), Int64(0))
        let budget = judge.budget.map { Int64(($0 * 1e9).rounded()) }
        if !plan, asked.key.isEmpty, asked.model.baseURL == nil {
            throw CommandFailure(
                "\(asked.model.key) is not set", hint: "Export it; 'key_env' in judges.yaml names another variable.")
        }
        for (number, target) in items.chosen.enumerated() {
            guard let item = try await items.item(number, target) else { continue }
            let most = asked.mostCost(item, at: .now())?.nanoDollars
            if budget != nil, most == nil {
                throw CommandFailure(
                    "the price table has no price for \(asked.model.model), so that the budget cannot be kept",
                    hint: "prices.yaml of the workspace takes one, or take 'budget' away.")
            }
            if plan {
                planned += most ?? 0
                continue
            }
            // What a provider counts may be more than what was thought.
            if let budget, let most, spent + max(most, dearest) > budget {
                StandardError.line("the budget ends here: \(Figure.dollars(Double(spent) / 1e9)) spent")
                break
            }
            do {
                let answer = try await asked.ask(item, time: .now())
                let cost = answer.cost?.nanoDollars ?? most ?? 0
                spent += cost
                dearest = max(dearest, cost)
                judged += 1
                // At once: whoever is stopped in the middle has not paid for nothing.
                _ = try await store.append(IngestBatch(scores: [answer.score]))
                try tell([answer.score], output)
            } catch {
                failed += 1
                spent += most ?? 0
                StandardError.line(
                    "\(harmlessText(target.text)): \(harmlessText(CommandFailure(explaining: error).message))")
                guard failed < 10 || judged > 0 else { throw CommandFailure("ten calls failed, none went well") }
            }
        }
        if plan {
            try output.line(
                "\(Figure.count(items.chosen.count, "call")) of \(harmlessText(asked.model.model)), at most "
                    + Figure.dollars(Double(planned) / 1e9))
        } else {
            StandardError.line(
                "\(Figure.count(judged, "score")) kept, \(Figure.count(failed, "call")) failed, "
                    + Figure.dollars(Double(spent) / 1e9))
        }
    }

    private func tell(_ scores: [Score], _ output: StandardOutput) throws {
        for score in scores {
            try output.line(
                workspace.json ? ScoreDocument(score).json.compactText : ScoreDocument(score).line)
        }
    }
}
