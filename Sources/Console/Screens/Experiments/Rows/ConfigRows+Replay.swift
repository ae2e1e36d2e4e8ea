import Assignment
import Cells
import Display
import Experiments

extension ConfigRows {
    /// What the recorded sessions would get, simulated beside actually assigned.
    mutating func addReplay(_ screen: ExperimentsScreen) {
        add()
        guard let replay = screen.replay else {
            let said =
                screen.isReplaying
                ? "reading the recorded sessions" : "r replays the recorded sessions, \(screen.period.words)"
            rows.append(Row(content: .section(said), item: .replay))
            return
        }
        let count = Figure.count(replay.total, "recorded session")
        let title = "replayed on \(screen.isRecordedPartial ? "the latest " : "")\(count), \(screen.period.words)"
        rows.append(Row(content: .section(title), item: .replay))
        guard replay.total > 0 else {
            return add(nil, ("none of this config: p looks further back, or run your app with its key", .dim))
        }
        addDeciders(replay)
        addModels(replay, isDraft: screen.board.isChanged)
        if screen.board.isChanged { addMovers(replay) }
        if replay.recorded > 0 {
            let same = replay.recorded - replay.otherThanRecorded
            addWrapped(
                "\(Figure.count(same)) of \(Figure.count(replay.recorded))",
                replay.otherThanRecorded == 0 ? .good : .warning,
                " recorded assignments are what the saved version gives")
        }
    }

    private mutating func addDeciders(_ replay: RecordedReplay) {
        for (index, count) in replay.byTarget.enumerated() where count > 0 {
            addCount("by target \(index + 1)", count, replay)
        }
        for (index, count) in replay.byRule.enumerated() where count > 0 {
            addCount("by rule \(index + 1)", count, replay)
        }
        addCount("by weight", replay.byWeight, replay)
        if replay.matchedWithoutVariant > 0 {
            let count = Figure.count(replay.matchedWithoutVariant)
            add(nil, ("  \(count) of them matched a target or rule that names no variant", .warning))
        }
        if replay.errors > 0 { addCount("an error", replay.errors, replay) }
        if replay.unknown > 0 { addCount("cannot tell", replay.unknown, replay) }
        let inferred = replay.total - replay.unknown - replay.recordedContexts
        if inferred > 0, !replay.byTarget.isEmpty || !replay.byRule.isEmpty {
            add(
                nil,
                (
                    "\(Figure.count(inferred)) without a recorded context: replayed with customer and metadata",
                    .dim
                ))
        }
    }

    private mutating func addModels(_ replay: RecordedReplay, isDraft: Bool) {
        guard replay.models.contains(where: { $0.assigned > 0 }) || isDraft else { return }
        let names = max(12, min(26, width - 36))
        func line(_ name: String, _ cells: [String], _ role: Role, _ cellRole: Role) {
            let text = cells.map { " " + Shortened.padded($0, width: 10, .right) }.joined()
            add(nil, (Shortened.padded(name, width: names - 1) + " ", role), (text, cellRole))
        }
        add()
        line("MODEL", (isDraft ? ["DRAFT", "SAVED"] : ["SIMULATED"]) + ["ASSIGNED"], .heading, .heading)
        for model in replay.models.prefix(8) {
            let simulated = isDraft ? [model.draft, model.live] : [model.live]
            line(
                model.model ?? "an error", (simulated + [model.assigned]).map { Figure.count($0) },
                model.model == nil ? .error : .text, .text)
        }
    }

    private mutating func addMovers(_ replay: RecordedReplay) {
        add()
        let moves = replay.moves.count
        add(
            nil,
            (Figure.count(moves, "session") + " would have had another model", moves > 0 ? .warning : .good),
            (moves > 0 ? "   Enter lists them" : "", .dim))
        for move in replay.moves.prefix(3) {
            add(
                nil, ("  \(move.sessionID)  ", .accent), (move.from ?? "an error", .text),
                (" \(scene.glyphs.arrow) ", .dim), (move.to ?? "an error", .text))
        }
    }

    private mutating func addCount(_ label: String, _ count: Int, _ replay: RecordedReplay) {
        let share = replay.total == 0 ? 0 : Double(count) / Double(replay.total)
        add(
            nil, (Shortened.padded(label, width: 13) + " ", .text),
            (Shortened.padded(Figure.count(count), width: 9, .right) + "   ", .text),
            (scene.glyphs.lowBar(share, width: max(0, width - 34)), .accent))
    }
}
