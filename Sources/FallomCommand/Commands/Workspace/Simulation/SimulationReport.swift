import Assignment
import Console

/// What a population gets from a config, and who moves, for people.
struct SimulationReport {
    let config: ModelConfig
    let population: SimulationPopulation

    /// Counts by variant and by reason.
    func lines(for terminal: Terminal) -> [String] {
        let tally = PopulationTally(of: config, over: population.subjects)
        var lines = ["\(DisplayText.harmless(config.key))  version \(config.version)  over \(harmlessTitle)", ""]
        lines += variantTable(tally).lines(for: terminal)
        lines.append("")
        lines += reasonTable(tally).lines(for: terminal)
        return lines + untoldLines + recordedLines
    }

    private var harmlessTitle: String { DisplayText.harmless(population.title) }

    private func variantTable(_ tally: PopulationTally) -> Table {
        var table = Table([
            .init("VARIANT", right: true), .init("MODEL", minimum: 12), .init("SESSIONS", right: true),
            .init("SHARE", right: true), .init("TARGETED", right: true), .init("BY WEIGHT", right: true),
            .init("EXACT BY WEIGHT", right: true),
        ])
        for (index, variant) in config.variants.enumerated() {
            let count = tally.targeted[index] + tally.weighted[index]
            table.append([
                "\(index)", TableCell(variant.model ?? "(no model)", .strong), TableCell(HumanText.count(count)),
                TableCell(share(count, of: tally.total)), TableCell(HumanText.count(tally.targeted[index])),
                TableCell(HumanText.count(tally.weighted[index])),
                TableCell(HumanText.share(Double(config.split.buckets(of: index)) / Double(Bucket.count)), .dim),
            ])
        }
        if tally.errors > 0 {
            table.append([
                "", TableCell("no model", .error), TableCell(HumanText.count(tally.errors)),
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
                TableCell(HumanText.count(tally.matchesByTarget[index])),
            ])
        }
        for (index, rule) in (config.targeting?.rules ?? []).enumerated() {
            table.append([
                TableCell("rule \(index + 1)  \(rule.sentence)"),
                TableCell(HumanText.count(tally.matchesByRule[index])),
            ])
        }
        let isOff = config.targeting.map { !$0.isEnabled } ?? false
        let own = tally.weighted.reduce(0, +) - tally.remainder
        table.append([
            TableCell(isOff ? "by weight, targeting is switched off" : "by weight"), TableCell(HumanText.count(own)),
        ])
        if tally.remainder > 0 {
            table.append(["what the weights leave, to the last variant", TableCell(HumanText.count(tally.remainder))])
        }
        if tally.errors > 0 { table.append([TableCell("error", .error), TableCell(HumanText.count(tally.errors))]) }
        return table
    }

    private var untoldLines: [String] {
        guard population.untold > 0 else { return [] }
        return [
            "",
            "\(HumanText.count(population.untold)) more cannot be told: neither context nor customer nor metadata was recorded",
        ]
    }

    /// How the recorded assignments of this version compare.
    private var recordedLines: [String] {
        let recorded = population.cases.filter { $0.expected?.version == config.version }
        guard !recorded.isEmpty else { return [] }
        let others = recorded.count { !SimulationAnswer.isSame($0.evaluation(by: config).model, $0.expected?.model) }
        return [
            "",
            "\(HumanText.count(recorded.count)) have a recorded assignment of this version: "
                + (others == 0 ? "all are as simulated" : "\(HumanText.count(others)) are other than simulated"),
        ]
    }

    /// Who moves when `new` takes the config's place, at most `most` of them by name.
    func moveLines(to new: ModelConfig, named: String, most: Int, for terminal: Terminal) -> [String] {
        let replay = Replay(from: config, to: new, subjects: population.subjects)
        let churn = Churn(from: config, to: new)
        var lines = [
            DisplayText.harmless("\(config.key)  version \(config.version) → \(named)  over \(population.title)"), "",
            "\(HumanText.count(replay.moves.count)) of \(HumanText.count(replay.total)) get another model "
                + "(\(share(replay.moves.count, of: replay.total))); by weight alone exactly "
                + HumanText.share(churn.movedShare),
        ]
        if !replay.moves.isEmpty {
            lines.append("")
            lines += flowTable(replay).lines(for: terminal)
            lines.append("")
            lines += moveTable(replay, most: most).lines(for: terminal)
            if replay.moves.count > most {
                lines.append("and \(HumanText.count(replay.moves.count - most)) more; --json lists all")
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
            table.append([Self.model(flow.from), Self.model(flow.to), TableCell(HumanText.count(count))])
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
        total == 0 ? "" : "\(HumanText.fixed(Double(count) / Double(total) * 100, 2))%"
    }
}

/// Comparing answers.
enum SimulationAnswer {
    /// Whether two answers are the same model, byte for byte; two errors are.
    static func isSame(_ left: String?, _ right: String?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }
}
