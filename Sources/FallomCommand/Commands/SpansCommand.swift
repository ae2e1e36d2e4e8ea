import ArgumentParser
import TraceModel
import TraceStore

/// `fallom spans [FILTER]`: spans in order of start.
struct SpansCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spans", abstract: "List spans, oldest first.")

    @OptionGroup var shared: ReadingOptions
    @OptionGroup var filter: FilterArguments

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Option(help: "At most so many, the newest (default: 100; with --json all).")
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be above zero") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let wanted = try filter.parsed()
        let store = try await StoreAccess.reading(try shared.settings(environment), for: wanted)
        let output = StandardOutput()
        var losses = LossReport()
        if json {
            try await SpanListing(reader: store).each(wanted, in: store, last: limit) { page in
                for payload in page { try output.line(try SpanListing.document(of: losses.filled(payload))) }
            }
        } else {
            let spans = try await SpanListing(reader: store).newest(wanted, limit: limit ?? 100)
            let terminal = Terminal.standardOutput(environment)
            for line in SpanTextTable(spans, now: .now()).table.lines(for: terminal) { try output.line(line) }
            if spans.isEmpty { StandardError.line(filter.text.isEmpty ? StoreAccess.emptyHint : "no span matches") }
        }
        try output.flush()
        if !json { await IndexNote.tell(wanted, store) }
        try losses.end()
    }
}
