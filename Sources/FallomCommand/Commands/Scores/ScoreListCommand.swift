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
        let documents = page.scores.lazy.map { ScoreDocument($0.score) }
        try StandardOutput.print(
            json: json, documents.map(\.json), Self.table(documents).lines(for: .standardOutput(environment)))
        if page.scores.isEmpty { StandardError.line("nothing is scored; 'fallom score TARGET NAME VALUE' does") }
        if page.isPartial { StandardError.line("these are the latest \(page.scores.count); --limit shows more") }
    }

    private static func table(_ scores: some Sequence<ScoreDocument>) -> Table {
        var table = Table([
            .init("TIME"), .init("TARGET", minimum: 8), .init("NAME"), .init("VALUE", right: true),
            .init("BY", minimum: 6, rank: 1), .init("COMMENT", minimum: 8, rank: 2),
        ])
        for score in scores { table.append(score.row(now: .now())) }
        return table
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
        let store = try await StoreAccess.changing(try shared.settings())
        let removed = try await store.removeScores(
            ScoreSelection(try await store.scoreTarget(target), name: name, judge: by))
        try await store.close()
        guard removed > 0 else {
            throw CommandFailure(
                "nothing like that is scored on '\(harmlessText(target))'",
                hint: "'fallom score list \(harmlessText(target))' lists its scores.")
        }
        try StandardOutput.print("deleted \(removed) \(removed == 1 ? "score" : "scores")")
    }
}
