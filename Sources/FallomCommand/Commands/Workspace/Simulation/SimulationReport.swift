import Assignment
import Cells
import Display
import Experiments

/// What a population gets from a config, and who moves, for people.
struct SimulationReport {
    let config: ModelConfig
    let population: SimulationPopulation

    /// Counts by variant and by reason.
    func lines(for terminal: Terminal) -> [String] {
        let tally = PopulationTally(of: config, over: population.subjects)
        var lines = ["\(harmlessText(config.key))  version \(config.version)  over \(harmlessTitle)", ""]
        lines += variantTable(tally).lines(for: terminal)
        lines.append("")
        lines += reasonTable(tally).lines(for: terminal)
        return lines + untoldLines + recordedLines
    }

    private var harmlessTitle: String { harmlessText(population.title) }

    private func variantTable(_ tally: PopulationTally) -> Table {
        var table = Table([
            .init("VARIANT", right: true), .init("MODEL", minimum: 12), .init("SESSIONS", right: true),
            .init("SHARE", right: true), .init("TARGETED", right: true), .init("BY WEIGHT", right: true),
            .init("EXACT BY WEIGHT", right: true),
        ])
        for (index, variant) in config.variants.enumerated() {
            let count = tally.targeted[index] + tally.weighted[index]
            table.append([
                "\(index)", TableCell(variant.model ?? "(no model)", .strong), TableCell(Figure.count(count)),
                TableCell(share(count, of: tally.total)), TableCell(Figure.count(tally.targeted[index])),
                TableCell(Figure.count(tally.weighted[index])),
                TableCell(Figure.share(config.split.bucketShare(of: index)), .dim),
            ])
        }
        if tally.errors > 0 {
            table.append([
                "", TableCell("no model", .error), TableCell(Figure.count(tally.errors)),
                TableCell(share(tally.errors, of: tally.total)),
            ])
        }
        return table
    }

    private func reasonTable(_ tally: PopulationTally) -> Table {
        var table = Table([.init("REASON", minimum: 20), .init("SESSIONS", right: true)])
        for (index, target) in (config.targeting?.individualTargets ?? []).enumerated() {
            table.append([
                TableCell("target \(index + 1)  \(target.sentence)"),
                TableCell(Figure.count(tally.matchesByTarget[index])),
            ])
        }
        for (index, rule) in (config.targeting?.rules ?? []).enumerated() {
            table.append([
                TableCell("rule \(index + 1)  \(rule.sentence)"),
                TableCell(Figure.count(tally.matchesByRule[index])),
            ])
        }
        let isOff = config.targeting.map { !$0.isEnabled } ?? false
        let own = tally.weighted.reduce(0, +) - tally.remainder
        table.append([
            TableCell(isOff ? "by weight, targeting is switched off" : "by weight"), TableCell(Figure.count(own)),
        ])
        if tally.remainder > 0 {
            table.append(["what the weights leave, to the last variant", TableCell(Figure.count(tally.remainder))])
        }
        if tally.errors > 0 { table.append([TableCell("error", .error), TableCell(Figure.count(tally.errors))]) }
        return table
    }

    private var untoldLines: [String] {
        guard population.untold > 0 else { return [] }
        return [
            "",
            "\(Figure.count(population.untold)) more cannot be told: not all that targeting looks at was recorded",
        ]
    }

    /// How the recorded assignments of this version compare.
    private var recordedLines: [String] {
        let recorded = population.cases.filter { $0.expected?.version == config.version }
        guard !recorded.isEmpty else { return [] }
        let others = recorded.count { !$0.isExpected($0.evaluation(by: config)) }
        return [
            "",
            "\(Figure.count(recorded.count)) have a recorded assignment of this version: "
                + (others == 0 ? "all are as simulated" : "\(Figure.count(others)) are other than simulated"),
        ]
    }

    /// Who moves when `new` takes the config's place, at most `most` of them by name.
    func moveLines(to new: ModelConfig, named: String, most: Int, for terminal: Terminal) -> [String] {
        let replay = Replay(from: config, to: new, subjects: population.subjects)
        let churn = Churn(from: config, to: new)
        var lines = [
            harmlessText("\(config.key)  version \(config.version) → \(named)  over \(population.title)"), "",
            "\(Figure.count(replay.moves.count)) of \(Figure.count(replay.total)) get another model "
                + "(\(share(replay.moves.count, of: replay.total))); by weight alone exactly "
                + Figure.share(churn.movedShare),
        ]
        if !replay.moves.isEmpty {
            lines.append("")
            lines += flowTable(replay).lines(for: terminal)
            lines.append("")
            lines += moveTable(replay, most: most).lines(for: terminal)
            if replay.moves.count > most {
                lines.append("and \(Figure.count(replay.moves.count - most)) more; --json lists all")
            }
        }
        return lines + untoldLines
    }

    private func flowTable(_ replay: Replay) -> Table {
        var table = Table([.init("FROM", minimum: 12), .init("TO", minimum: 12), .init("SESSIONS", right: true)])
        var flows: [Flow: Int] = [:]
        for move in replay.moves { flows[Flow(from: move.oldModel, to: move.newModel), default: 0] += 1 }
        let sorted = flows.sorted {
            ($1.value, $0.key.from ?? "", $0.key.to ?? "") < ($0.value, $1.key.from ?? "", $1.key.to ?? "")
        }
        for (flow, count) in sorted {
            table.append([Self.model(flow.from), Self.model(flow.to), TableCell(Figure.count(count))])
        }
        return table
    }

    private struct Flow: Hashable {
        let from: String?
        let to: String?
    }

    private func moveTable(_ replay: Replay, most: Int) -> Table {
        var table = Table([.init("WHO", minimum: 12), .init("FROM", minimum: 12), .init("TO", minimum: 12)])
        for move in replay.moves.prefix(most) {
            table.append([
                TableCell(population.cases[move.subject].title, .strong), Self.model(move.oldModel),
                Self.model(move.newModel),
            ])
        }
        return table
    }

    private static func model(_ model: String?) -> TableCell {
        model.map { TableCell($0) } ?? TableCell("no model", .error)
    }

    private func share(_ count: Int, of total: Int) -> String {
        total == 0 ? "" : Figure.percent(count, of: total)
    }
}
