import ArgumentParser
import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom prompts metrics KEY`.
struct PromptsMetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Show how each version of a prompt fares in the recorded calls.",
        discussion: """
            Counts the latest \(Figure.count(PromptMetrics.mostCalls)) model calls that name the prompt. The newest version \
            is compared with the one before on the models that both ran on, and not at all where there is none; what is \
            said holds at every look, 95 % over all figures together.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The prompt's key.", completion: Completing.prompt)
    var key: String

    func run() async throws {
        let store = try await StoreAccess.reading(try workspace.shared.settings(.current()))
        let page = try await store.spans(PromptMetrics.query(key: key))
        let metrics = PromptMetrics(page.spans, isPartial: page.hasEarlier, sessionScores: page.sessionScores)
        try StandardOutput.print(
            json: workspace.json, metrics.rows.map { Self.json($0, key, isPartial: metrics.isPartial) },
            Self.lines(metrics, for: .standardOutput(.current())))
        if metrics.rows.isEmpty {
            StandardError.line(harmlessText("no recorded call names the prompt '\(key)'"))
        }
    }

    static func lines(_ metrics: PromptMetrics, for terminal: Terminal) -> [String] {
        let plain: [Table.Column] = [
            .init("VERSION", right: true), .init("CALLS", right: true), .init("SESSIONS", right: true),
            .init("ERRORS", right: true), .init("P50", right: true), .init("P95", right: true),
            .init("TTFT", right: true), .init("TOKENS IN", right: true), .init("OUT", right: true),
            .init("COST/CALL", right: true),
        ]
        let scores: [Table.Column] = metrics.scoreNames.map { .init(harmlessText($0.uppercased()), right: true) }
        let models: [Table.Column] = [.init("MODELS", minimum: 12)]
        var table = Table(plain + scores + models)
        for row in metrics.rows {
            table.append(
                cells(row) + metrics.scoreNames.map { cell(of: $0, row) } + [TableCell(row.mixText, .dim)])
        }
        var lines = table.lines(for: terminal)
        if metrics.rows.count > 1 {
            let verdict = PromptMetrics.verdict(metrics.rows[1], metrics.rows[0])
            if !verdict.isEmpty {
                lines += ["", harmlessText("\(metrics.rows[0].version) against \(metrics.rows[1].version):")]
                lines += verdict.map { "  " + harmlessText($0) }
            }
        }
        if metrics.isPartial { lines += ["", "older calls are not counted"] }
        return lines
    }

    private static func cells(_ row: PromptMetrics.Row) -> [TableCell] {
        [
            TableCell(row.version, .strong), TableCell(Figure.count(row.calls)),
            TableCell(Figure.count(row.sessions)),
            TableCell(Figure.count(row.errors), row.errors > 0 ? .error : .plain),
            TableCell(Figure.duration(row.p50)), TableCell(Figure.duration(row.p95)),
            TableCell(Figure.duration(row.ttft)), TableCell(mean(row.prompt)), TableCell(mean(row.completion)),
            TableCell(row.costPerCall.map(Figure.dollars) ?? ""),
        ]
    }

    private static func cell(of name: String, _ row: PromptMetrics.Row) -> TableCell {
        TableCell(row.scores.first { $0.name == name }.map { Figure.decimal($0.mean, places: 2) } ?? "")
    }

    private static func mean(_ moments: Moments) -> String {
        moments.count == 0 ? "" : Figure.count(mean: moments.mean)
    }

    static func json(_ row: PromptMetrics.Row, _ key: String, isPartial: Bool) -> JSONValue {
        .object([
            "key": .string(key), "version": Int(row.version).map { .number($0) } ?? .string(row.version),
            "calls": .number(row.calls), "sessions": .number(row.sessions), "errors": .number(row.errors),
            "latency_p50_ms": .milliseconds(row.p50), "latency_p95_ms": .milliseconds(row.p95),
            "time_to_first_token_p50_ms": .milliseconds(row.ttft), "prompt_tokens_mean": number(row.prompt),
            "completion_tokens_mean": number(row.completion),
            "cost_usd_mean": row.costPerCall.map { .number($0) } ?? .null, "is_partial": .bool(isPartial),
            "models": .object(row.mix.map { JSONMember($0.model, .number($0.share)) }),
            "scores": .object(row.scores.map { JSONMember($0.name, Self.score($0.mean, $0.sessions)) }),
        ])
    }

    private static func score(_ mean: Double, _ sessions: Int) -> JSONValue {
        .object([JSONMember("mean", .number(mean)), JSONMember("sessions", .number(sessions))])
    }

    private static func number(_ moments: Moments) -> JSONValue {
        moments.count == 0 ? .null : .number(moments.mean)
    }
}
