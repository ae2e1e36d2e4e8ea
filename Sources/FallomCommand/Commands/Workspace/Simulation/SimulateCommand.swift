import ArgumentParser
import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import TraceModel
import TraceStore
import Workspace
import WorkspaceModel

/// `fallom simulate CONFIG`: what a population gets from a config, and who would move.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Say what many sessions get from a config, and who moves when another takes its place.",
        discussion: """
            The sessions are those of a file (a JSON array or an object a line, each with any of name, session_id, \
            customer_id and context), the workspace's sample contexts, made-up ones, or the recorded ones. A context \
            without session_id asks as its name.

            --against takes a version, or a file with a record: who would move from CONFIG to it. --write-cases keeps \
            the assignments in a file; --check asks for them again and exits 1 when one has changed, naming it.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key.", completion: Completing.config)
    var config: String

    @Option(
        help: ArgumentHelp(
            "A file of contexts; - reads standard input, 'workspace' takes the saved ones.", valueName: "file"))
    var contexts: String?

    @Option(help: ArgumentHelp("So many made-up sessions, the same each time.", valueName: "n"))
    var sessions: Int?

    @Flag(help: "The recorded sessions of the config.")
    var history = false

    @Option(help: ArgumentHelp("How many recorded sessions, the latest first.", valueName: "n"))
    var limit = 100_000

    @Option(help: ArgumentHelp("Recorded sessions active since then: 24h, 7d, a date.", valueName: "time"))
    var since: SinceOption?

    @Option(help: "A version other than the current one.")
    var version: Int?

    @Option(help: ArgumentHelp("Who moves to this version, or to the record in this file.", valueName: "version|file"))
    var against: String?

    @Option(help: ArgumentHelp("Keep the assignments as a regression file.", valueName: "file"))
    var writeCases: String?

    @Option(help: ArgumentHelp("Exit 1 when an assignment of this regression file has changed.", valueName: "file"))
    var check: String?

    /// How many movers are named to people.
    private static let mostNamed = 50

    func validate() throws {
        let sources = [contexts != nil, sessions != nil, history].count { $0 }
        if sources > 1 { throw ValidationError("--contexts, --sessions and --history exclude each other") }
        if sources == 0, check == nil {
            throw ValidationError("say for whom: --contexts FILE, --sessions N, --history, or --check FILE")
        }
        if sources > 0, check != nil { throw ValidationError("--check asks for the sessions of its file alone") }
        if check != nil, against != nil || writeCases != nil {
            throw ValidationError("--check goes with neither --against nor --write-cases")
        }
        if let sessions, !(1...10_000_000).contains(sessions) {
            throw ValidationError("--sessions is a number from 1 to 10000000")
        }
        if since != nil, !history { throw ValidationError("--since goes with --history") }
        if limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let access = try workspace.open()
        let live = try access.config(config, version: version)
        let output = StandardOutput()
        if let check {
            let changed = try RegressionCheck(config: live, path: check, json: workspace.json).run(output)
            try output.flush()
            if changed { throw ExitCode.failure }
            return
        }
        let draft = try against.map { try readDraft($0, access) }
        let population = try await readPopulation(access, deciding: [live, draft].compactMap { $0 })
        for problem in population.problems { StandardError.line(harmlessText(problem)) }
        if let writeCases { try write(population.cases, live, to: writeCases) }
        if workspace.json {
            try print(population, live, draft, output)
        } else {
            let report = SimulationReport(config: live, population: population)
            let terminal = Terminal.standardOutput(.current())
            let lines =
                draft.map { report.moveLines(to: $0, named: name(of: $0), most: Self.mostNamed, for: terminal) }
                ?? report.lines(for: terminal)
            for line in lines { try output.line(line) }
        }
        try output.flush()
    }

    private func readPopulation(_ access: WorkspaceAccess, deciding configs: [ModelConfig]) async throws
        -> SimulationPopulation
    {
        if let contexts {
            return contexts == "workspace"
                ? .workspace(access.snapshot.contexts) : try SimulationPopulation.file(contexts)
        }
        if let sessions { return .synthetic(sessions) }
        let reader = try await StoreAccess.reading(try workspace.shared.settings(.current()))
        let page = try await reader.configSessions(
            ConfigSessionQuery(configKey: config, since: since?.moment, limit: limit))
        return .history(page.sessions.map(RecordedSession.init), deciding: configs)
    }

    /// The config to compare with: a version's number, else a file.
    private func readDraft(_ place: String, _ access: WorkspaceAccess) throws -> ModelConfig {
        if let version = Int(place) { return try access.config(config, version: version) }
        let record = try WorkspaceAccess.json(at: place)
        do throws(ConfigRecordError) {
            guard let members = record.object, record["key"] == nil else { return try ModelConfig(record: record) }
            return try ModelConfig(record: .object([JSONMember("key", .string(config))] + members))
        } catch {
            throw CommandFailure("\(place): \(error.description)")
        }
    }

    private func name(of draft: ModelConfig) -> String {
        against.flatMap(Int.init) == nil ? against ?? "" : "version \(draft.version)"
    }

    private func print(
        _ population: SimulationPopulation, _ live: ModelConfig, _ draft: ModelConfig?, _ output: StandardOutput
    ) throws {
        guard let draft else {
            for simulated in population.cases {
                let document = EvaluationDocument(simulated.evaluation(by: live)).json
                try output.line(JSONValue.object((document.object ?? []) + simulated.members).compactBytes)
            }
            return
        }
        for move in Replay(from: live, to: draft, subjects: population.subjects).moves {
            let simulated = population.cases[move.subject]
            let members = [
                JSONMember("config_key", .string(live.key)),
                JSONMember("session_id", .string(simulated.subject.sessionID)),
                JSONMember("from", EvaluationDocument(simulated.evaluation(by: live)).json),
                JSONMember("to", EvaluationDocument(simulated.evaluation(by: draft)).json),
            ]
            try output.line(JSONValue.object(members + simulated.members).compactBytes)
        }
    }

    private func write(_ cases: [SimulationCase], _ config: ModelConfig, to path: String) throws {
        var bytes: [UInt8] = []
        for simulated in cases {
            bytes += RegressionFile.line(simulated, simulated.evaluation(by: config)) + [UInt8(ascii: "\n")]
        }
        try OutputFile.write(bytes, to: path)
        StandardError.line(harmlessText("\(Figure.count(cases.count)) cases written to \(path)"))
    }
}
