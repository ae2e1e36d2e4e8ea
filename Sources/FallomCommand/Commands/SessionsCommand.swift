import ArgumentParser
import Display
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom sessions [FILTER]`: sessions and their figures.
struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List sessions with their figures.")

    @OptionGroup var shared: ReadingOptions
    @OptionGroup var filter: FilterArguments

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Option(help: "Column to sort by: \(columns).", transform: SessionsCommand.column)
    var sort = SessionSort.lastAt

    @Option(help: "Put them together, with their sums: by \(groupings).", transform: SessionsCommand.grouping)
    var by: SessionGrouping?

    @Flag(help: "Smallest first.")
    var ascending = false

    @Flag(help: "Pinned sessions before all others.")
    var pinnedFirst = false

    @Option(help: "At most so many (default: 100; with --json all).")
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be above zero") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let wanted = try filter.parsed()
        let store = try await StoreAccess.reading(try shared.settings(environment), for: wanted)
        if let by { return try await printGroups(by, of: wanted, in: store, environment) }
        let output = StandardOutput()
        let most = limit ?? (json ? Int.max : 100)
        var query = SessionQuery(
            filter: wanted, sort: sort, descending: !ascending, limit: min(most, 1000), pinnedFirst: pinnedFirst)
        var shown: [SessionSummary] = []
        var total = 0
        while query.offset < most {
            query.limit = min(1000, most - query.offset)
            let page = try await store.sessions(query)
            total = page.total
            if json {
                for summary in page.sessions { try output.line(SessionDocument(summary: summary).json.compactBytes) }
            } else {
                shown += page.sessions
            }
            query.offset += page.sessions.count
            if page.sessions.count < query.limit || query.offset >= page.total { break }
        }
        if !json {
            let terminal = Terminal.standardOutput(environment)
            for line in SessionTextTable(shown, now: .now()).table.lines(for: terminal) { try output.line(line) }
        }
        try output.flush()
        guard !json else { return }
        explain(shown: shown.count, total: total)
        await IndexNote.tell(wanted, store)
    }

    private func printGroups(
        _ grouping: SessionGrouping, of filter: SpanFilter, in store: any TraceReader, _ environment: ProcessEnvironment
    ) async throws {
        let clock = WallClock.local
        let query = SessionGroupQuery(filter: filter, by: grouping, offset: clock.offset)
        let groups = try await store.sessionGroups(query)
        let document = SessionGroupDocument(grouping: grouping, clock: clock)
        let most = limit ?? (json ? .max : 100)
        let shown = groups.prefix(most)
        try StandardOutput.print(
            json: json, shown.lazy.map(document.json),
            document.table(Array(shown)).lines(for: .standardOutput(environment)))
        if !json, groups.isEmpty { explain(shown: 0, total: 0) }
        if !json, groups.count > most {
            StandardError.line("\(most) of \(Figure.count(groups.count)) groups; --limit shows more")
        }
    }

    private func explain(shown: Int, total: Int) {
        if total == 0 {
            StandardError.line(filter.text.isEmpty ? StoreAccess.emptyHint : "no session matches")
        } else if shown < total {
            StandardError.line("\(shown) of \(total) sessions; --limit shows more")
        }
    }
}

extension SessionsCommand {
    private static let columns = SessionSort.allCases.map(\.rawValue).joined(separator: ", ")

    private static let groupings = SessionGrouping.allCases.map(\.rawValue).joined(separator: ", ")

    private static func grouping(_ name: String) throws -> SessionGrouping {
        guard let grouping = SessionGrouping(rawValue: name) else {
            throw ValidationError("--by must be one of \(groupings)")
        }
        return grouping
    }

    private static func column(_ name: String) throws -> SessionSort {
        guard let column = SessionSort(rawValue: name) else {
            throw ValidationError("--sort must be one of \(columns)")
        }
        return column
    }
}
