import ArgumentParser
import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import TraceModel
import WorkspaceModel

/// `fallom configs results KEY`: how the variants of a version fare in the traces.
struct ConfigsResultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Say how each variant of a config fares in the traces, and whether one can tell.",
        discussion: """
            Counts the recorded sessions that the version's weights placed; whoever a target or rule sent somewhere is \
            left out, and so is whoever was recorded with another version or without an assignment. Each figure has its \
            interval of 95 %; calls of one session are not taken for independent. Scores count as figures of their own. \
            What is said of a difference holds however often one looks (confidence sequences) and over all comparisons \
            together (Bonferroni). 'fallom configs goal' names the figure that decides, and guardrails. With --json there \
            is a line for each variant, then one with what is said of them, the sample ratio and who was left out.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key.", completion: Completing.config)
    var key: String

    @Option(help: "A version other than the current one.")
    var version: Int?

    @Option(help: ArgumentHelp("Sessions active since then: 24h, 7d, a date.", valueName: "time"))
    var since: SinceOption?

    func run() async throws {
        let access = try workspace.open()
        let config = try access.config(key, version: version)
        let reader = try await StoreAccess.reading(try workspace.shared.settings(.current()))
        guard
            case .results(let results, _) = try await ExperimentRequest.results(
                config, plan: access.snapshot.plan(ofConfig: key), since: since?.moment
            ).answer(by: reader)
        else { return }
        try StandardOutput.print(
            json: workspace.json,
            results.rows.map { Self.json($0, key, results.version) } + [Self.summary(results, key)],
            Self.lines(results, key, for: .standardOutput(.current())))
    }

    // MARK: - For people

    static func lines(_ results: ConfigResults, _ key: String, for terminal: Terminal) -> [String] {
        var lines = ["\(harmlessText(key))  version \(results.version)", ""]
        lines += table(results).lines(for: terminal)
        lines.append("")
        if results.sessions == 0 { lines.append("no recorded session that the weights of this version placed") }
        lines += results.verdict.map(harmlessText)
        if let said = results.correctionSentence { lines.append(said) }
        if let ratio = results.ratioSentence { lines.append(ratio.text) }
        if let said = results.leftOutSentence { lines.append(said) }
        if results.isPartial { lines.append("older sessions are not counted") }
        return lines
    }

    private static func table(_ results: ConfigResults) -> Table {
        let plain: [Table.Column] = [
            .init("VARIANT", right: true), .init("MODEL", minimum: 12), .init("SESSIONS", right: true),
            .init("CALLS", right: true), .init("ERRORS", right: true), .init("P50", right: true),
            .init("P95", right: true), .init("TTFT P50", right: true), .init("TOKENS/SESSION", right: true),
            .init("COST/SESSION", right: true),
        ]
        let scores: [Table.Column] = results.scoreNames.map { .init(harmlessText($0.uppercased()), right: true) }
        var table = Table(plain + scores)
        for row in results.rows { table.append(cells(row) + results.scoreNames.map { cell(of: $0, row) }) }
        return table
    }

    private static func cells(_ row: ConfigResults.Row) -> [TableCell] {
        [
            "\(row.variantIndex)", TableCell(row.model ?? "(no model)", .strong),
            TableCell(Figure.count(row.sessions)), TableCell(Figure.count(row.calls)),
            cell(row.errorShare) { Figure.percent($0, places: 1) }, cell(row.latencyP50, time),
            cell(row.latencyP95, time), cell(row.firstTokenP50, time),
            cell(row.tokensPerSession) { Figure.count(mean: $0) },
            cell(row.costPerSession) { Figure.dollars(max(0, $0)) },
        ]
    }

    private static func cell(of name: String, _ row: ConfigResults.Row) -> TableCell {
        let score = row.scores.first { $0.name == name }
        return cell(score?.mean) { ResultFigure.score($0, score?.isShare ?? false) }
    }

    private static func cell(_ estimate: Estimate?, _ text: (Double) -> String) -> TableCell {
        guard let estimate else { return "" }
        let lower = estimate.lower.isFinite ? text(estimate.lower) : "?"
        let upper = estimate.upper.isFinite ? text(estimate.upper) : "?"
        return TableCell("\(text(estimate.value)) (\(lower)…\(upper))")
    }

    private static func time(_ nanoseconds: Double) -> String { Figure.duration(Int64(nanoseconds)) }

    // MARK: - For programs

    static func json(_ row: ConfigResults.Row, _ key: String, _ version: Int) -> JSONValue {
        let members: [(String, JSONValue)] = [
            ("config_key", .string(key)), ("config_version", .number(version)),
            ("variant_index", .number(row.variantIndex)), ("model", .text(row.model)),
            ("weighted_share", .number(row.weightedShare)), ("sessions", .number(row.sessions)),
            ("calls", .number(row.calls)), ("errors", .number(row.errors)),
            ("error_rate", estimate(row.errorShare)), ("latency_p50_ms", estimate(row.latencyP50, per: 1e6)),
            ("latency_p95_ms", estimate(row.latencyP95, per: 1e6)),
            ("time_to_first_token_p50_ms", estimate(row.firstTokenP50, per: 1e6)),
            ("tokens_per_session", estimate(row.tokensPerSession)),
            ("tokens_per_call", row.tokensPerCall.map { .number($0) } ?? .null),
            ("cost_per_session_usd", estimate(row.costPerSession)),
            ("cost_per_call_usd", row.costPerCall.map { .number($0) } ?? .null),
            ("cost_estimated", .bool(row.isCostEstimated)),
            ("scores", .object(row.scores.map { JSONMember($0.name, score($0)) })),
        ]
        return .object(members.map { JSONMember($0.0, $0.1) })
    }

    static func summary(_ results: ConfigResults, _ key: String) -> JSONValue {
        let leftOut = results.leftOut
        return .object([
            "config_key": .string(key), "config_version": .number(results.version),
            "sessions": .number(results.sessions),
            "left_out": .object([
                "targeted": .number(leftOut.targeted), "cannot_tell": .number(leftOut.untold),
                "other_version": .number(leftOut.otherVersion), "reassigned": .number(leftOut.reassigned),
                "unrecorded": .number(leftOut.unrecorded), "contradicting": .number(leftOut.contradicting),
            ]),
            "sample_ratio": results.ratio.map(ratio) ?? .null,
            "comparisons": .array(results.comparisons.map(comparison)),
            "goal": results.plan.record,
            "sessions_per_day": results.sessionsPerDay.map { .number($0) } ?? .null,
            "decisions": .array(zip(results.comparisons, results.decisions).map(decision)),
            "verdict": .array(results.verdict.map { .string($0) }), "is_partial": .bool(results.isPartial),
        ])
    }

    private static func ratio(_ ratio: SampleRatio) -> JSONValue {
        .object([
            "method": .string(ratio.method.rawValue), "p_value": ratio.pValue.map { .number($0) } ?? .null,
            "detectable_shift": .number(ratio.detectableShift),
            "is_off": .bool(ratio.pValue.map { $0 < ConfigResults.Comparison.ratioAlarm } ?? false),
        ])
    }

    private static func comparison(_ comparison: ConfigResults.Comparison) -> JSONValue {
        let obstacle: JSONValue =
            switch comparison.obstacle {
            case .tooFewSessions: .string("too_few_sessions")
            case .sampleRatio: .string("sample_ratio")
            case nil: .null
            }
        let differences = comparison.differences.map { difference in
            let (name, unit) = Self.unit(of: difference.metric)
            let verdict = difference.estimate.map { JSONValue.string($0.verdict.rawValue) } ?? .null
            return JSONMember(
                name,
                .object([
                    "difference": estimate(difference.estimate, per: unit), "change": estimate(difference.change),
                    "sessions": .number(difference.sessions),
                    "verdict": comparison.obstacle == nil ? verdict : .null,
                ]))
        }
        return .object(
            [
                JSONMember("base_variant_index", .number(comparison.base)),
                JSONMember("variant_index", .number(comparison.other)), JSONMember("obstacle", obstacle),
                JSONMember("confidence", .number(comparison.confidence)),
                JSONMember("comparisons_corrected_for", .number(comparison.corrected)),
            ] + differences)
    }

    private static func unit(of metric: DecisionMetric) -> (name: String, unit: Double) {
        switch metric {
        case .errorRate, .tokensPerSession: (metric.id, 1)
        case .score(let name): ("score.\(name)", 1)
        case .latencyP50, .latencyP95, .firstTokenP50: ("\(metric.id)_ms", 1e6)
        case .costPerSession: ("\(metric.id)_usd", 1)
        }
    }

    private static func score(_ score: ConfigResults.ScoreFigure) -> JSONValue {
        .object([JSONMember("sessions", .number(score.sessions)), JSONMember("mean", estimate(score.mean))])
    }

    private static func decision(_ comparison: ConfigResults.Comparison, _ decision: Decision) -> JSONValue {
        .object([
            "variant_index": .number(comparison.other), "decision": .string(decision.call.rawValue),
            "sentence": .string(decision.sentence),
            "guardrails": .object(
                decision.guardrails.map { JSONMember($0.metric.id, .string($0.state.rawValue)) }),
            "more_sessions": decision.moreSessions.map { .number($0) } ?? .null,
            "more_days": decision.days.map { .number($0) } ?? .null,
        ])
    }

    /// Value and interval; an end that the data do not bound is null.
    private static func estimate(_ estimate: Estimate?, per unit: Double = 1) -> JSONValue {
        guard let estimate else { return .null }
        func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value / unit) : .null }
        return .object([
            "value": number(estimate.value), "lower": number(estimate.lower), "upper": number(estimate.upper),
        ])
    }
}
