import Display
import OrderedJSON
import TraceModel

/// Sums as a table, as JSON and as comma-separated values.
struct UsageDocument {
    let report: UsageReport
    let fields: [UsageField]
    let bucket: UsageBucket?
    let clock: WallClock

    // MARK: JSON

    func json(_ row: UsageRow) -> JSONValue {
        .object(members(row))
    }

    private func members(_ row: UsageRow) -> [JSONMember] {
        var members: [JSONMember] = []
        if bucket != nil {
            members.append(JSONMember("bucket_start", row.bucketStart.map { .string(ISO8601.string($0)) } ?? .null))
        }
        members += zip(fields, row.values).map { JSONMember($0.name, .text($1)) }
        let figures = row.figures
        members += [
            JSONMember("sessions", .number(figures.sessions)), JSONMember("llm_calls", .number(figures.llmCalls)),
            JSONMember("errors", .number(figures.errors)),
            JSONMember("prompt_tokens", .number(figures.promptTokens)),
            JSONMember("completion_tokens", .number(figures.completionTokens)),
            JSONMember("total_tokens", .number(figures.totalTokens)),
            JSONMember("cached_tokens", .number(figures.cachedTokens)), JSONMember("cost_usd", .dollars(figures.cost)),
            JSONMember("cost_reported_usd", Self.dollars(figures.reportedCost)),
            JSONMember("cost_estimated_usd", Self.dollars(figures.estimatedCost)),
            JSONMember("calls_without_cost", .number(figures.callsWithoutCost)),
            JSONMember("latency_p50_ms", .milliseconds(figures.latencyP50)),
            JSONMember("latency_p95_ms", .milliseconds(figures.latencyP95)),
            JSONMember("ttft_p50_ms", .milliseconds(figures.ttftP50)),
            JSONMember("ttft_p95_ms", .milliseconds(figures.ttftP95)),
            JSONMember("error_rate", figures.errorRate.map(JSONValue.number) ?? .null),
        ]
        return members
    }

    private static func dollars(_ nanoDollars: Int64?) -> JSONValue {
        .dollars(nanoDollars.map { Cost(nanoDollars: $0, isEstimated: false) })
    }

    // MARK: Comma-separated values

    func csv(_ most: Int) -> [String] {
        let heading = members(UsageRow(bucketStart: nil, values: fields.map { _ in nil }, figures: UsageFigures()))
        return [heading.map { CSVField.text($0.name) }.joined(separator: ",")]
            + report.rows.prefix(most).map { row in
                members(row).map { CSVField.value($0.value) }.joined(separator: ",")
            }
    }

    // MARK: Table

    func table(_ most: Int) -> Table {
        var columns: [Table.Column] = []
        if let bucket { columns.append(Table.Column(bucket.rawValue.uppercased())) }
        columns += fields.map { Table.Column($0.name.uppercased(), minimum: 8) }
        columns += [
            Table.Column("COST", right: true), Table.Column("CALLS", right: true),
            Table.Column("SESSIONS", right: true, rank: 3),
            Table.Column("ERRORS", right: true, rank: 1), Table.Column("PROMPT", right: true, rank: 2),
            Table.Column("CACHED", right: true, rank: 6), Table.Column("COMPLETION", right: true, rank: 2),
            Table.Column("P50", right: true, rank: 4), Table.Column("P95", right: true, rank: 1),
            Table.Column("TTFT", right: true, rank: 5), Table.Column("ERR RATE", right: true, rank: 7),
        ]
        var table = Table(columns)
        for row in report.rows.prefix(most) {
            let bucket = row.bucketStart.map { [TableCell(time($0))] } ?? []
            let values = row.values.map { $0.map { TableCell($0, .strong) } ?? TableCell("–", .dim) }
            table.append(bucket + values + Self.cells(row.figures))
        }
        if report.rows.count > 1 {
            let blank = (bucket == nil ? 0 : 1) + fields.count
            let label = blank > 0 ? [TableCell("all", .dim)] + Array(repeating: TableCell(""), count: blank - 1) : []
            table.append(label + Self.cells(report.total))
        }
        return table
    }

    private func time(_ moment: Timestamp) -> String {
        bucket == .day || bucket == .week ? clock.day(moment) : clock.dayAndMinute(moment)
    }

    private static func cells(_ figures: UsageFigures) -> [TableCell] {
        let errors = figures.errors
        return [
            TableCell(Figure.cost(figures.cost)), TableCell(Figure.count(figures.llmCalls)),
            TableCell(Figure.count(figures.sessions)), TableCell(Figure.count(errors), errors > 0 ? .error : .plain),
            TableCell(Figure.count(figures.promptTokens)), TableCell(Figure.count(figures.cachedTokens)),
            TableCell(Figure.count(figures.completionTokens)), TableCell(Figure.duration(figures.latencyP50)),
            TableCell(Figure.duration(figures.latencyP95)), TableCell(Figure.duration(figures.ttftP50)),
            TableCell(
                figures.llmCalls > 0 ? Figure.percent(figures.failedCalls, of: figures.llmCalls) : "–",
                figures.failedCalls > 0 ? .error : .plain),
        ]
    }

    /// How much of the sum is not known.
    var unknownCost: String? {
        let (unknown, calls) = (report.total.callsWithoutCost, report.total.llmCalls)
        guard unknown > 0 else { return nil }
        return "cost: of \(Figure.count(unknown)) of \(Figure.count(calls)) calls nothing is known; "
            + "'fallom prices' shows what is, prices.yaml adds to it"
    }
}
