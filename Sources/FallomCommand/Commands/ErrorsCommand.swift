import ArgumentParser
import Display
import OrderedJSON
import TraceModel

/// `fallom errors [FILTER]`: what failed, errors that say the same in one line.
struct ErrorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors", abstract: "Show what failed, errors that say the same in one line.",
        discussion: """
            Ids, numbers and quoted names in a message are put aside: each stands as *, as in a filter, so that \
            error:"…" finds the spans of a line again. SHARE is of all spans of that kind that the filter lets \
            through, failed or not; FIRST and LAST are when they started. 'fallom span' shows the EXAMPLE, the last \
            of them.
            """)

    @OptionGroup var shared: ReadingOptions
    @OptionGroup var filter: FilterArguments

    @Option(help: ArgumentHelp("Only spans since then: 7d, 24h, a date.", valueName: "time"))
    var since: SinceOption?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Option(help: "At most so many errors, the most frequent (default: 50; with --json all).")
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be above zero") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        var wanted = try filter.parsed()
        if let since { wanted = wanted.narrowed(by: .since(since.moment)) }
        let store = try await StoreAccess.reading(try shared.settings(environment))
        let kinds = try await store.usage(UsageQuery(filter: wanted, by: [.kind]))
        var tally = ErrorTally()
        var seen = 0
        let progress = Progress(title: "looking at failed spans", total: kinds.total.errors)
        try await SpanListing(reader: store).failures(wanted) { page in
            for stored in page { tally.add(stored) }
            seen += page.count
            progress.update(seen)
        }
        progress.end()
        let document = ErrorDocument(report: tally.report, kinds: kinds, clock: .local, now: .now())
        try StandardOutput.print(
            json: json, document.json(limit ?? .max),
            document.table(limit ?? 50).lines(for: .standardOutput(environment)))
        guard !json else { return }
        explain(document)
        await IndexNote.tell(wanted, store)
    }

    private func explain(_ document: ErrorDocument) {
        let (report, spans) = (document.report, document.kinds.total.spans)
        guard let first = report.groups.first else {
            let nothing = filter.text.isEmpty && since == nil ? StoreAccess.emptyHint : "no span matches"
            return StandardError.line(spans == 0 ? nothing : "of \(Figure.count(spans, "span")) none failed")
        }
        let most = limit ?? 50
        if report.groups.count > most {
            StandardError.line("\(most) of \(Figure.count(report.groups.count)) errors; --limit shows more")
        }
        if report.beyond > 0 {
            StandardError.line(
                "\(Figure.count(report.beyond, "failed span")) of errors beyond the first "
                    + "\(Figure.count(report.groups.count)) are counted together; a narrower filter tells them apart")
        }
        // What a shell would take for more than a word is not offered to be pasted into one.
        let example = Score.Target.span(first.example).text
        if Completing.isPlain(example) { StandardError.line("an example of the first: fallom span \(example)") }
    }
}
