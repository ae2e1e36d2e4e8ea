import ArgumentParser
import Cells
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom score TARGET NAME VALUE`: what somebody thinks of a session or a span.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Score a session or a span; list and delete scores.",
        discussion: """
            fallom score SESSION helpful 1
            fallom score TRACE/SPAN tone good --comment "kept to the point"

            A later score of the same name by the same judge takes the earlier one's place. The filters score:NAME and \
            score.NAME>0.5 find what is scored; 'fallom configs results' compares variants by it.
            """,
        subcommands: [ScoreSetCommand.self, ScoreListCommand.self, ScoreDeleteCommand.self],
        defaultSubcommand: ScoreSetCommand.self)
}

/// Scores.
struct ScoreSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Score a session or a span; 'fallom score TARGET …' is the same.")

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "A session's id, or TRACE/SPAN.", completion: Completing.session)
    var target: String

    @Argument(help: "The score's name, such as helpful.")
    var name: String

    // A value may be negative, and must not be taken for an option.
    @Argument(parsing: .allUnrecognized, help: "A number or a word.")
    var value: [String]

    @Option(help: "Why.")
    var comment: String?

    @Option(help: "Who scores (default: you, by $USER).")
    var by: String?

    @Flag(help: "Print the score as one JSON object.")
    var json = false

    func validate() throws {
        if let option = value.first(where: { $0.hasPrefix("--") }) {
            throw ValidationError("there is no option \(option)")
        }
        if value.isEmpty { throw ValidationError("a value is needed: a number or a word") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try shared.settings(environment)
        let store = try await StoreAccess.changing(settings)
        let score = Score(
            target: try await store.scoreTarget(target), name: name, value: Score.Value(value.joined(separator: " ")),
            comment: comment, judge: by ?? Judge.person(environment), time: .now())
        if let flaw = score.flaw {
            throw CommandFailure("the score cannot be kept: \(flaw)", hint: "'fallom help score' tells the form.")
        }
        _ = try await store.append(IngestBatch(scores: [score]))
        try await store.close()
        let document = ScoreDocument(score)
        try StandardOutput.print(json: json, [document.json], [document.line])
    }
}

/// Who scores when nobody else is named.
enum Judge {
    /// The person at this terminal.
    static func person(_ environment: ProcessEnvironment) -> String {
        for name in ["FALLOM_JUDGE", "USER", "LOGNAME"] {
            if let value = environment[name], !value.isEmpty { return String(value.prefix(100)) }
        }
        return "me"
    }
}

extension SpanStore {
    /// What a target of the command line names: a session that is there, else a span that is, else an item of an
    /// evaluation.
    func scoreTarget(_ text: String) async throws -> Score.Target {
        if try await session(text) != nil { return .session(text) }
        if let key = Score.Target.span(text), try await payload(of: key) != nil { return .span(key) }
        if text.hasPrefix("evals/"), try await !scores(ScoreQuery(.session(text), limit: 1)).scores.isEmpty {
            return .session(text)
        }
        throw CommandFailure(
            "there is no session and no span '\(harmlessText(text))'",
            hint: "'fallom sessions' lists sessions; a span is TRACE/SPAN, as 'fallom spans --json' has them.")
    }
}
