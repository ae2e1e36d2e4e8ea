import ArgumentParser
import Cells
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom score list [TARGET]`.
struct ScoreListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List scores, the latest first: all, or those of a session or a span.")

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "A session's id (its spans' scores too), or TRACE/SPAN.", completion: Completing.session)
    var target: String?

    @Option(help: "Those of that name alone.")
    var name: String?

    @Option(help: "At most so many (default: 100; with --json all).")
    var limit: Int?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be above zero") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let store = try await StoreAccess.reading(try shared.settings(environment))
        var scope = ScoreQuery.Scope.everything
        if let target {
            switch try await store.scoreTarget(target) {
            case .session(let id): scope = .session(id)
            case .span(let key): scope = .span(key)
            }
        }
        let page = try await store.scores(ScoreQuery(scope, name: name, limit: limit ?? (json ? 10_000_000 : 100)))
        let output = StandardOutput()
        if json {
            for stored in page.scores { try output.line(ScoreDocument(stored.score).json.compactBytes) }
        } else {
            var table = Table([
                .init("TIME"), .init("TARGET", minimum: 8), .init("NAME"), .init("VALUE", right: true),
                .init("BY", minimum: 6, rank: 1), .init("COMMENT", minimum: 8, rank: 2),
            ])
            for stored in page.scores { table.append(ScoreDocument(stored.score).row(now: .now())) }
            for line in table.lines(for: Terminal.standardOutput(environment)) { try output.line(line) }
        }
        try output.flush()
        if page.scores.isEmpty { StandardError.line("nothing is scored; 'fallom score TARGET NAME VALUE' does") }
        if page.isPartial { StandardError.line("these are the latest \(page.scores.count); --limit shows more") }
    }
}

/// `fallom score delete TARGET [NAME]`.
struct ScoreDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete scores of a session or a span.")

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "A session's id, or TRACE/SPAN.", completion: Completing.session)
    var target: String

    @Argument(help: "The score's name; without it all scores of the target.")
    var name: String?

    @Option(help: "Those of that judge alone.")
    var by: String?

    func run() async throws {
        let settings = try shared.settings(ProcessEnvironment.current())
        _ = try await StoreAccess.reading(settings)
        let store = try await StoreAccess.writing(settings)
        let removed = try await store.removeScores(
            ScoreSelection(try await store.scoreTarget(target), name: name, judge: by))
        try await store.close()
        guard removed > 0 else {
            throw CommandFailure(
                "nothing like that is scored on '\(harmlessText(target))'",
                hint: "'fallom score list \(harmlessText(target))' lists its scores.")
        }
        let output = StandardOutput()
        try output.line("deleted \(removed) \(removed == 1 ? "score" : "scores")")
        try output.flush()
    }
}
