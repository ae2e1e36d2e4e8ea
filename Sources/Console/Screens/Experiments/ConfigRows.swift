import Assignment
import Cells
import OrderedJSON
import TraceModel

/// The middle pane as rows: variants with their exact shares, targeting as sentences, and what a draft would move.
struct ConfigRows {
    struct Row {
        enum Content {
            case text(StyledText)
            case section(String)
            case variant(VariantRow)
        }

        var content: Content
        var item: ExperimentsScreen.Item?
        /// The row a new rule or target is typed in.
        var takesNew: TargetingList?

        func isEdited(by target: ExperimentsScreen.Editing.Target) -> Bool {
            switch (target, item) {
            case (.weight(let index), .variant(let own)), (.model(let index), .variant(let own)): index == own
            case (.targeting(.targets, let index?), .target(let own)): index == own
            case (.targeting(.rules, let index?), .rule(let own)): index == own
            case (.targeting(let list, nil), _): takesNew == list
            default: false
            }
        }
    }

    private(set) var rows: [Row] = []
    private let scene: Scene
    private let width: Int

    init(_ screen: ExperimentsScreen, width: Int, _ scene: Scene) {
        self.scene = scene
        self.width = width
        guard let config = screen.config else { return }
        addVariants(config, screen)
        addTargeting(config, screen)
        if let preview = screen.preview {
            addLints(preview)
            if let churn = preview.churn { addChurn(churn, preview, screen) }
        }
        addReplay(screen)
        addProblems(screen)
    }

    private mutating func add(_ item: ExperimentsScreen.Item? = nil, _ runs: (String, Role)...) {
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        rows.append(Row(content: .text(text), item: item))
    }

    // MARK: - Variants

    private mutating func addVariants(_ config: ModelConfig, _ screen: ExperimentsScreen) {
        rows.append(Row(content: .variant(VariantRow.titles), item: nil))
        let old = screen.draft?.isChanged == true ? screen.live : nil
        for (index, variant) in config.variants.enumerated() {
            let row = VariantRow(
                index: index, name: (variant.name.map { "\($0) " } ?? "") + (variant.model ?? "(no model)"),
                share: ExperimentText.share(config.split, of: index),
                weight: variant.weight.written?.compactText ?? "missing",
                change: old.map { VariantRow.change(of: index, from: $0, to: config) } ?? "",
                isRemainder: !config.split.remainder.isEmpty && index == config.variants.count - 1)
            rows.append(Row(content: .variant(row), item: .variant(index)))
        }
        if config.split.buckets(of: nil) > 0 {
            let share = ExperimentText.percent(ExperimentText.share(config.split, of: nil))
            let said = "\(share) of sessions reach a malformed weight and get the fallback or an error"
            for line in TextFlow.lines(said, width: max(10, width - 3)) { add(nil, ("   " + line, .error)) }
        }
    }

    // MARK: - Targeting

    private mutating func addTargeting(_ config: ModelConfig, _ screen: ExperimentsScreen) {
        let targeting = config.targeting
        let state = targeting.map { $0.isEnabled ? "" : "  switched off" } ?? ""
        let newTarget = isTyping(.targets, screen)
        let newRule = isTyping(.rules, screen)
        if let targets = targeting?.individualTargets, !targets.isEmpty || newTarget {
            add()
            add(nil, ("TARGETS", .heading), (state, .warning))
            for (index, target) in targets.enumerated() {
                addSentence(target.sentence, target.variant, config, .target(index), number: nil)
            }
        } else if newTarget {
            add()
            add(nil, ("TARGETS", .heading))
        }
        if newTarget { rows.append(Row(content: .text(StyledText()), item: nil, takesNew: .targets)) }
        add()
        add(nil, ("RULES", .heading), ("  all conditions must match, first rule wins", .dim), (state, .warning))
        for (index, rule) in (targeting?.rules ?? []).enumerated() {
            addSentence(rule.sentence, rule.variant, config, .rule(index), number: index + 1)
        }
        if newRule { rows.append(Row(content: .text(StyledText()), item: nil, takesNew: .rules)) }
        if (targeting?.rules ?? []).isEmpty, !newRule { add(nil, ("none: everybody by weight", .dim)) }
        if newTarget || newRule { add() }
    }

    private func isTyping(_ list: TargetingList, _ screen: ExperimentsScreen) -> Bool {
        screen.editing?.target == .targeting(list, nil)
    }

    private mutating func addSentence(
        _ sentence: String, _ reference: VariantReference, _ config: ModelConfig, _ item: ExperimentsScreen.Item,
        number: Int?
    ) {
        var destination = "\(scene.glyphs.arrow) "
        var role = Role.error
        if let index = reference.index, config.variants.indices.contains(index) {
            destination += "\(index) \(config.variants[index].model ?? "(no model)")"
            role = ExperimentText.role(ofVariant: index)
        } else {
            destination += "by weight (\(reference.written.map { "index \($0.compactText)" } ?? "no index"))"
        }
        let room = min(displayWidth(of: destination), max(12, role == .error ? width / 2 : width / 3))
        let lead = number.map { "\($0)  " } ?? ""
        let lines = TextFlow.lines(sentence, width: max(10, width - room - 2 - lead.utf8.count))
        for (row, line) in lines.enumerated() {
            var text = StyledText()
            text.append(row == 0 ? lead : String(repeating: " ", count: lead.utf8.count), scene[.dim])
            text.append(line, scene[.text])
            if row == 0 {
                let gap = max(2, width - room - text.width)
                text.append(String(repeating: " ", count: gap), scene[.text])
                text.append(destination, scene[role])
            }
            rows.append(Row(content: .text(text), item: row == 0 ? item : nil))
        }
    }

    private mutating func addLints(_ preview: ExperimentPreview) {
        guard !preview.lints.isEmpty else { return }
        add()
        for lint in preview.lints {
            let role: Role = lint.severity == .error ? .error : lint.severity == .warning ? .warning : .dim
            let sign = lint.severity == .error ? scene.glyphs.failure : scene.glyphs.warning
            for (row, line) in TextFlow.lines("\(lint.path) \(lint.message)", width: max(10, width - 3)).enumerated() {
                add(nil, (row == 0 ? "\(sign) " : "  ", role), (line, role))
            }
        }
    }

    /// Files of the workspace that could not be used, each with its place and why.
    private mutating func addProblems(_ screen: ExperimentsScreen) {
        guard !screen.bench.problems.isEmpty else { return }
        add()
        rows.append(Row(content: .section("files that cannot be used"), item: nil))
        for problem in screen.bench.problems.prefix(8) {
            for (row, line) in TextFlow.lines(problem, width: max(10, width - 3)).enumerated() {
                add(nil, (row == 0 ? "\(scene.glyphs.warning) " : "  ", .warning), (line, .text))
            }
        }
    }

    // MARK: - What would change

    private mutating func addChurn(_ churn: Churn, _ preview: ExperimentPreview, _ screen: ExperimentsScreen) {
        add()
        rows.append(Row(content: .section("who moves if saved: exact, by bucket"), item: .churn))
        for cell in churn.overlap.cells where churn.moves(cell) {
            let before = cell.row.flatMap { churn.oldModels[$0] } ?? "an error"
            let after = cell.column.flatMap { churn.newModels[$0] } ?? "an error"
            add(
                nil, (ExperimentText.percent(Double(cell.buckets) / Double(Bucket.count), width: 9) + "  ", .warning),
                (before, .text),
                (" \(scene.glyphs.arrow) ", .dim), (after, .text))
        }
        let moved = Double(churn.movedBuckets) / Double(Bucket.count)
        var runs: [(String, Role)] = [
            (
                moved == 0
                    ? "No session changes model by weight."
                    : "\(ExperimentText.percent(moved)) of sessions change model.", .strong
            )
        ]
        if let better = preview.betterOrder {
            let order = better.order.map(String.init).joined(separator: ",")
            runs.append(("  Order \(order) would move \(ExperimentText.percent(better.movedShare)).", .dim))
        }
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        rows.append(Row(content: .text(text), item: nil))
    }

    private mutating func addReplay(_ screen: ExperimentsScreen) {
        add()
        guard let replay = screen.replay else {
            let said = screen.loader.isLoading ? "reading the recorded sessions" : "r replays the recorded sessions"
            rows.append(Row(content: .section(said), item: .replay))
            return
        }
        let title = "replayed on \(CountDisplay.text(replay.total, "recorded session"))"
        rows.append(Row(content: .section(title), item: .replay))
        for (index, count) in replay.byTarget.enumerated() where count > 0 {
            addCount("by target \(index + 1)", count, replay)
        }
        for (index, count) in replay.byRule.enumerated() where count > 0 {
            addCount("by rule \(index + 1)", count, replay)
        }
        addCount("by weight", replay.byWeight, replay)
        if replay.unknown > 0 { addCount("cannot tell", replay.unknown, replay) }
        if screen.draft?.isChanged == true {
            add()
            let moves = replay.moves.count
            add(
                nil,
                (CountDisplay.text(moves, "session") + " would have had another model", moves > 0 ? .warning : .good))
            for move in replay.moves.prefix(8) {
                add(
                    nil, ("  \(move.session)  ", .accent), (move.from ?? "an error", .text),
                    (" \(scene.glyphs.arrow) ", .dim), (move.to ?? "an error", .text))
            }
            if moves > 8 { add(nil, ("  and \(moves - 8) more", .dim)) }
        }
        if replay.recorded > 0 {
            let same = replay.recorded - replay.otherThanRecorded
            add(
                nil, ("\(same) of \(replay.recorded)", replay.otherThanRecorded == 0 ? .good : .warning),
                (" recorded assignments are what the live version gives", .dim))
        }
    }

    private mutating func addCount(_ label: String, _ count: Int, _ replay: RecordedReplay) {
        let share = replay.total == 0 ? 0 : Double(count) / Double(replay.total)
        let blocks = Int((share * Double(max(0, width - 34))).rounded())
        let gap = String(repeating: " ", count: max(1, 14 - displayWidth(of: label)))
        let number = CountDisplay.text(count)
        let pad = String(repeating: " ", count: max(0, 9 - number.count))
        add(
            nil, (label + gap, .text), (pad + number + "   ", .text),
            (String(repeating: scene.glyphs.block, count: blocks), .accent))
    }
}

/// One line of the table of variants.
struct VariantRow {
    var index: Int?
    var name: String
    var share: Double
    var weight: String
    var change: String
    var isRemainder: Bool

    static let titles = VariantRow(index: nil, name: "", share: 0, weight: "", change: "", isRemainder: false)

    /// How a variant's share changes, by its model: "-5", "new".
    static func change(of index: Int, from old: ModelConfig, to new: ModelConfig) -> String {
        guard let before = old.variants.firstIndex(where: { $0.model == new.variants[index].model }) else {
            return "new"
        }
        let difference =
            (ExperimentText.share(new.split, of: index) - ExperimentText.share(old.split, of: before)) * 100
        guard abs(difference) >= 0.00005 else { return "" }
        return (difference > 0 ? "+" : "") + ExperimentText.decimal(difference, places: 1)
    }

    func draw(into canvas: inout Canvas, y: Int, _ scene: Scene) {
        let columns = Rect(x: 1, y: y, width: canvas.width - 2, height: 1).columns(
            [.fixed(3), .flex(1, min: 8), .flex(1, min: 6), .fixed(8), .fixed(14), .fixed(7)])
        guard let index else {
            canvas.write("VARIANTS", at: Point(x: 1, y: y), scene[.heading])
            canvas.writeRight("WEIGHT", endingAt: columns[3].x + columns[3].width, y: y, scene[.heading], maxWidth: 8)
            canvas.writeRight(
                "EXACT SHARE", endingAt: columns[4].x + columns[4].width, y: y, scene[.heading], maxWidth: 12)
            return
        }
        let role = ExperimentText.role(ofVariant: index)
        canvas.write("\(index)", at: Point(x: columns[0].x, y: y), scene[role])
        canvas.write(
            name, at: Point(x: columns[1].x, y: y), scene[.text], maxWidth: columns[1].width - 1, overflow: .ellipsis)
        let bar = Rect(x: columns[2].x, y: y, width: columns[2].width, height: 1)
        ShareBar(share, scene[role]).draw(into: &canvas, in: bar, glyphs: scene.glyphs)
        canvas.writeRight(weight, endingAt: columns[3].x + columns[3].width, y: y, scene[.strong], maxWidth: 7)
        let percent = ExperimentText.percent(share) + (isRemainder ? "*" : "")
        canvas.writeRight(percent, endingAt: columns[4].x + columns[4].width, y: y, scene[.dim], maxWidth: 11)
        canvas.writeRight(change, endingAt: columns[5].x + columns[5].width, y: y, scene[.warning], maxWidth: 6)
    }
}

/// Figures of experiments as text.
enum ExperimentText {
    /// The share of the million buckets that a variant has; `nil` for those that end in an error.
    static func share(_ split: WeightedSplit, of variant: Int?) -> Double {
        Double(split.buckets(of: variant)) / Double(Bucket.count)
    }

    /// A share of one as a percentage with four places, as exact as a bucket is.
    static func percent(_ share: Double, width: Int = 0) -> String {
        let text = decimal(share * 100, places: 4) + "%"
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }

    static func decimal(_ value: Double, places: Int) -> String {
        guard !value.isNaN else { return "?" }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int64(min(abs(value) * scale, 1e18).rounded())
        let digits = String(scaled % Int64(scale) + Int64(scale)).dropFirst()
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return "\(sign)\(scaled / Int64(scale))" + (places > 0 ? ".\(digits)" : "")
    }

    static func role(ofVariant index: Int) -> Role {
        [.variantA, .variantB, .variantC, .variantD][index % 4]
    }
}
