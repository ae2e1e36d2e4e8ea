import ArgumentParser
import Display
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom usage [FILTER] --by FIELD,…`: what was used and what it cost.
struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Sum calls, tokens, cost and latency by time and by field.",
        discussion: """
            Fields are \(UsageField.named.map(\.name).joined(separator: ", ")) and attr.NAME for any attribute. Tokens and \
            cost are counted once; percentiles are exact. A cost is what the app reported, else an estimate (~) from the \
            price table; calls of which neither is known are counted, never taken for free. ERRORS counts failed spans of any kind, tools too; ERR RATE is the share of model \
            calls that failed. A piece of time among the fields \
            (--by model,day) is what --bucket says.
            """)

    @OptionGroup var shared: ReadingOptions
    @OptionGroup var filter: FilterArguments

    @Option(help: ArgumentHelp("By what to sum: names with commas between.", valueName: "field,…"))
    var by: String?

    @Option(help: "By which pieces of time: \(UsageBucket.names).", transform: UsageCommand.bucket)
    var bucket: UsageBucket?

    @Option(help: ArgumentHelp("Only spans since then: 7d, 24h, a date.", valueName: "time"))
    var since: SinceOption?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Flag(help: "Print comma-separated values with a heading.")
    var csv = false

    @Option(help: "At most so many rows (default: 50; with --json and --csv all).")
    var limit: Int?

    func validate() throws {
        if json, csv { throw ValidationError("--json and --csv are two forms of one answer: choose one") }
        if let limit, limit < 1 { throw ValidationError("--limit must be above zero") }
        _ = try groups()
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let clock = WallClock.local
        var wanted = try filter.parsed()
        if let since { wanted = wanted.narrowed(by: .since(since.moment)) }
        let store = try await StoreAccess.reading(try shared.settings(environment), for: wanted)
        let (fields, bucket) = try groups()
        let report = try await store.usage(
            UsageQuery(filter: wanted, by: fields, bucket: bucket, offset: clock.offset))
        let document = UsageDocument(report: report, fields: fields, bucket: bucket, clock: clock)
        let most = limit ?? (json || csv ? .max : 50)
        try StandardOutput.print(
            json: json, report.rows.prefix(most).lazy.map(document.json),
            csv ? document.csv(most) : document.table(most).lines(for: .standardOutput(environment)))
        guard !json, !csv else { return }
        explain(report, most, document)
        await IndexNote.tell(wanted, store)
    }

    private func explain(_ report: UsageReport, _ most: Int, _ document: UsageDocument) {
        guard report.total.spans > 0 else {
            return StandardError.line(filter.text.isEmpty && since == nil ? StoreAccess.emptyHint : "no span matches")
        }
        if report.rows.count > most {
            StandardError.line("\(most) of \(Figure.count(report.rows.count)) groups; --limit shows more")
        }
        if let words = document.unknownCost { StandardError.line(words) }
    }

    /// The fields, and the piece of time that stands among them or behind `--bucket`.
    private func groups() throws -> ([UsageField], UsageBucket?) {
        let names = (by ?? "").split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
        guard names.count <= 8 else { throw ValidationError("--by takes eight fields at most") }
        var (fields, bucket): ([UsageField], UsageBucket?) = ([], bucket)
        for name in names {
            if let named = UsageBucket(rawValue: name) {
                guard bucket == nil || bucket == named else {
                    throw ValidationError("sums are by one piece of time: \(bucket?.rawValue ?? "") or \(name)")
                }
                bucket = named
            } else {
                fields.append(try Self.field(name))
            }
        }
        return (fields, bucket)
    }

    private static func field(_ name: String) throws -> UsageField {
        guard let field = UsageField(name: name) else {
            let known = UsageField.named.map(\.name).joined(separator: ", ")
            throw ValidationError("--by takes \(known), attr.NAME, or \(UsageBucket.names); not '\(name)'")
        }
        return field
    }

    private static func bucket(_ name: String) throws -> UsageBucket {
        guard let bucket = UsageBucket(rawValue: name) else {
            throw ValidationError("--bucket must be one of \(UsageBucket.names)")
        }
        return bucket
    }
}

extension UsageBucket {
    fileprivate static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
