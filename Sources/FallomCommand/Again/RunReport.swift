import Display
import Experiments
import OrderedJSON
import TraceModel

/// A run's table, read from the store: recorded calls beside what was made of them.
struct RunReport: Sendable {
    let table: RunTable
    let journal: RunJournal

    /// Reads what a run came to.
    static func read(
        _ journal: RunJournal, base: RunTable.Base, _ reader: any TraceReader
    ) async throws -> RunReport {
        let plan = journal.plan
        var outcomes: [(recorded: CallOutcome, tried: [CallOutcome?])] = []
        for (index, key) in plan.calls.enumerated() {
            let recorded = try await outcome(key, reader) ?? CallOutcome(error: "no longer in the store")
            var tried: [CallOutcome?] = []
            for variant in plan.variants.indices {
                let task = RunPlan.Task(call: index, variant: variant)
                let trial = Trial(key, plan.variants[variant], run: plan.name)
                let own = try await outcome(TrialRecord.key(of: trial, variant: variant), reader)
                tried.append(
                    own ?? (journal.done.contains(task) ? CallOutcome(error: "could not be asked again") : nil))
            }
            outcomes.append((recorded, tried))
        }
        return RunReport(table: RunTable(plan, base: base, outcomes), journal: journal)
    }

    private static func outcome(_ key: SpanKey, _ reader: any TraceReader) async throws -> CallOutcome? {
        guard var outcome = try await TrialRounds.outcome(of: key, reader) else { return nil }
        outcome.scores = try await scores(of: key, reader)
        return outcome
    }

    /// What was said of a call, by name: the mean where several said it. Words that stand for no number are left out.
    private static func scores(of key: SpanKey, _ reader: any TraceReader) async throws -> [String: Double] {
        var said: [String: [Double]] = [:]
        for stored in try await reader.scores(ScoreQuery(.span(key))).scores {
            if let number = stored.score.value.number { said[stored.score.name, default: []].append(number) }
        }
        return said.mapValues { $0.reduce(0, +) / Double($0.count) }
    }

    // MARK: JSON

    /// One object a line: pairs, those that differ most first, then comparisons, then the run.
    var documents: [JSONValue] {
        table.rows.map(pair) + table.comparisons.map(comparison) + [summary]
    }

    private func pair(_ row: RunTable.Row) -> JSONValue {
        [
            "kind": "pair", "trace_id": .string(row.key.traceID), "span_id": .string(row.key.spanID),
            "distance": .number((row.distance * 1_000).rounded() / 1_000), "recorded": Self.json(row.recorded),
            "variants": .array(row.tried.map { $0.map(Self.json) ?? .null }),
        ]
    }

    /// An outcome with the keys of `fallom spans --json`.
    static func json(_ outcome: CallOutcome) -> JSONValue {
        var members = [
            JSONMember("model", .text(outcome.model)), JSONMember("output_text", .string(outcome.answer)),
            JSONMember("finish_reason", .text(outcome.finishReason)),
            JSONMember("error_message", .text(outcome.error)),
            JSONMember("duration_ms", .milliseconds(outcome.latency)),
            JSONMember("time_to_first_token_ms", .milliseconds(outcome.firstToken)),
            JSONMember("prompt_tokens", .count(outcome.usage.prompt)),
            JSONMember("completion_tokens", .count(outcome.usage.completion)),
            JSONMember("total_tokens", .count(outcome.usage.total)),
            JSONMember("cost_usd", outcome.cost.map { .number($0.dollars) } ?? .null),
        ]
        if !outcome.scores.isEmpty {
            let scores = outcome.scores.sorted { $0.key < $1.key }.map { JSONMember($0.key, .number($0.value)) }
            members.append(JSONMember("scores", .object(scores)))
        }
        return .object(members)
    }

    private func comparison(_ comparison: RunTable.Comparison) -> JSONValue {
        let statistics = comparison.statistics
        return [
            "kind": "comparison", "variant": .string(table.plan.variants[comparison.variant].title),
            "metric": .string(comparison.metric.name), "pairs": .number(statistics.count),
            "more": .number(statistics.more), "less": .number(statistics.less),
            "base_mean": .number(statistics.baseMean), "difference": .number(statistics.mean),
            "lower": statistics.interval.map { .number($0.lowerBound) } ?? .null,
            "upper": statistics.interval.map { .number($0.upperBound) } ?? .null,
            "sign_p": .number(statistics.signP),
        ]
    }

    private var summary: JSONValue {
        [
            "kind": "run", "name": .string(table.plan.name), "calls": .number(table.plan.calls.count),
            "variants": .array(table.plan.variants.map { .string($0.title) }),
            "done": .number(journal.done.count), "left": .number(journal.left.count),
            "cost_usd": .number(Double(journal.committed) / 1e9),
            "budget_usd": table.plan.budget.map { .number(Double($0) / 1e9) } ?? .null,
        ]
    }

    // MARK: Text

    /// Lines for people.
    func lines(for terminal: Terminal, most: Int) -> [String] {
        var lines = [
            "run \(table.plan.name): \(Figure.count(table.plan.calls.count, "call")), \(Figure.count(table.plan.variants.count, "variant")), \(Figure.cost(nanoDollars: journal.committed)) spent"
        ]
        if !journal.left.isEmpty { lines[0] += ", \(journal.left.count) left" }
        lines += [""] + variantTable.lines(for: terminal)
        let compared = comparisonTable
        if !compared.rows.isEmpty { lines += [""] + compared.lines(for: terminal) }
        lines += [""] + pairTable(most).lines(for: terminal)
        if table.rows.count > most { lines.append("… \(table.rows.count - most) more pairs; --json prints all") }
        return lines
    }

    private var variantTable: Table {
        var made = Table([
            .init("variant", minimum: 16), .init("asked", right: true), .init("failed", right: true),
            .init("same answer", right: true, rank: 2), .init("tokens", right: true, rank: 1),
            .init("cost", right: true),
        ])
        for (index, variant) in table.plan.variants.enumerated() {
            let totals = table.totals(of: index)
            made.append([
                TableCell(variant.title, .strong), TableCell(Figure.count(totals.calls)),
                TableCell(Figure.count(totals.failed), totals.failed > 0 ? .error : .plain),
                TableCell(Figure.count(totals.same)), TableCell(Figure.count(totals.tokens)),
                TableCell(Figure.cost(nanoDollars: totals.cost)),
            ])
        }
        return made
    }

    private var comparisonTable: Table {
        var made = Table([
            .init("against " + baseName, minimum: 12), .init("figure"), .init("before", right: true),
            .init("change", right: true), .init("95 %", right: true, rank: 1), .init("more/less", right: true, rank: 2),
            .init("sign test", right: true, rank: 3), .init("pairs", right: true, rank: 4),
        ])
        for comparison in table.comparisons {
            let statistics = comparison.statistics
            let unit = comparison.metric
            let isWorse = comparison.metric.isWorseWhenMore == (statistics.mean > 0)
            made.append([
                TableCell(table.plan.variants[comparison.variant].title), TableCell(comparison.metric.name),
                TableCell(unit.text(statistics.baseMean)),
                TableCell(
                    unit.change(statistics.mean), statistics.isClear ? isWorse ? .warning : .strong : .plain),
                TableCell(
                    statistics.interval.map { unit.change($0.lowerBound) + " … " + unit.change($0.upperBound) } ?? ""),
                TableCell("\(statistics.more)/\(statistics.less)"),
                TableCell(statistics.signP < 0.001 ? "p < 0.001" : "p " + Figure.decimal(statistics.signP, places: 3)),
                TableCell(Figure.count(statistics.count)),
            ])
        }
        return made
    }

    private var baseName: String {
        switch table.base {
        case .recorded: "the recorded calls"
        case .variant(let index): table.plan.variants[index].title
        }
    }

    private func pairTable(_ most: Int) -> Table {
        var made = Table(
            [.init("differ", right: true), .init("call"), .init("recorded", minimum: 16)]
                + table.plan.variants.map { .init($0.title, minimum: 16) })
        for row in table.rows.prefix(most) {
            made.append(
                [
                    TableCell(
                        Figure.percent(Int((row.distance * 1_000).rounded()), of: 1_000),
                        row.distance > 0 ? .plain : .dim),
                    TableCell("\(row.key.traceID.prefix(8))/\(row.key.spanID.prefix(8))", .dim),
                    Self.cell(row.recorded),
                ] + row.tried.map { $0.map(Self.cell) ?? TableCell("not asked yet", .dim) })
        }
        return made
    }

    private static func cell(_ outcome: CallOutcome) -> TableCell {
        if let error = outcome.error { return TableCell(error, .error) }
        return TableCell(String(outcome.answer.prefix(200)).split(whereSeparator: \.isNewline).joined(separator: " "))
    }
}
