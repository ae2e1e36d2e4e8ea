import Assignment
import Cells
import OrderedJSON
import TraceModel

extension ExperimentsScreen {
    func drawSimulation(into canvas: inout Canvas, _ scene: Scene) {
        let lines = simulation.lines
        canvas.write("SIMULATE", at: Point(x: 1, y: 0), scene[.heading])
        if let name = simulation.contextName {
            canvas.write(
                "  \(name)", at: Point(x: 9, y: 0), scene[.dim], maxWidth: canvas.width - 10, overflow: .ellipsis)
        }
        let labels = min(
            max(12, (lines.map { displayWidth(of: simulation.label(of: $0)) }.max() ?? 0) + 2), canvas.width / 2)
        for (row, line) in lines.enumerated() where row + 2 < canvas.height {
            drawLine(line, at: row, labels, into: &canvas, scene)
        }
        if editing?.target == .contextName, let editing {
            canvas.write("save as ", at: Point(x: 1, y: 1), scene[.dim])
            editing.field.draw(into: &canvas, x: 9, y: 1, width: max(1, canvas.width - 10), scene)
        }
        let top = lines.count + 3
        guard top < canvas.height, let preview else { return }
        canvas.draw(in: canvas.bounds.inset(top: top)) { canvas in
            var y = 0
            let rows = AnswerRows(preview, self, width: canvas.width - 2, scene).rows
            let first = min(answerTop, max(0, rows.count - canvas.height))
            defer {
                ScrollBar(count: rows.count, visible: first..<min(rows.count, first + canvas.height)).draw(
                    into: &canvas, in: Rect(x: canvas.width - 1, y: 0, width: 1, height: canvas.height), scene[.dim],
                    glyphs: scene.glyphs)
            }
            for row in rows.dropFirst(first) {
                guard y < canvas.height else { return }
                switch row {
                case .section(let title):
                    canvas.draw(in: canvas.bounds.row(y)) { Section.draw(title, into: &$0, y: 0, scene) }
                case .text(let text):
                    canvas.write(text, at: Point(x: 1, y: y), maxWidth: canvas.width - 2, overflow: .ellipsis)
                case .ruler:
                    drawRuler(preview, into: &canvas, y: y, scene)
                }
                y += 1
            }
        }
    }

    /// How far the answer can be scrolled in a pane of that size.
    func answerOverhang(_ pane: Rect) -> Int {
        guard let preview else { return 0 }
        let count = AnswerRows(preview, self, width: pane.width - 2, .measuring).rows.count
        return max(0, count - max(0, pane.height - simulation.lines.count - 3))
    }

    private func drawLine(
        _ line: Simulation.Line, at row: Int, _ labels: Int, into canvas: inout Canvas, _ scene: Scene
    ) {
        let y = row + 2
        let isSelected = pane == .simulate && row == self.line
        if isSelected {
            canvas.tint(canvas.bounds.row(y), scene.ground(.selection))
            canvas.write(scene.glyphs.marker, at: Point(x: 0, y: y), scene[.accent])
        }
        canvas.write(
            simulation.label(of: line), at: Point(x: 1, y: y), scene[.dim], maxWidth: labels - 1, overflow: .ellipsis)
        let x = 1 + labels
        if let editing, editing.target == .line(line) {
            editing.field.draw(into: &canvas, x: x, y: y, width: max(1, canvas.width - x - 1), scene)
            return
        }
        let text = simulation.text(of: line)
        let isAbsent = text.isEmpty && line != .session && line != .newField
        canvas.write(
            isAbsent ? "absent" : text, at: Point(x: x, y: y), scene[isAbsent ? .dim : .strong],
            maxWidth: canvas.width - x - 1, overflow: .ellipsis)
    }

    /// All buckets in a row of cells, in the colours of the variants, and below it where this session's bucket lies.
    private func drawRuler(_ preview: ExperimentPreview, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        guard let config else { return }
        let row = Rect(x: 1, y: y, width: max(1, canvas.width - 2), height: 1)
        let parts = config.split.pieces.map { piece in
            ShareBar.Part(
                Double(piece.interval.count) / Double(Bucket.count),
                scene[piece.variantIndex.map(ExperimentText.role) ?? .error])
        }
        ShareBar(parts).draw(into: &canvas, in: row, glyphs: scene.glyphs)
    }
}

extension Scene {
    /// For counting rows where nothing is drawn: how they look does not matter.
    static var measuring: Scene {
        Scene(
            theme: Theme(name: "", styles: [:]), glyphs: .unicode, now: Timestamp(unixNanoseconds: 0), wallClock: .utc,
            isCovered: false)
    }
}

/// The answer pane as rows.
struct AnswerRows {
    enum Row {
        case section(String)
        case text(StyledText)
        case ruler
    }

    private(set) var rows: [Row] = []
    private let scene: Scene
    private let width: Int

    init(_ preview: ExperimentPreview, _ screen: ExperimentsScreen, width: Int, _ scene: Scene) {
        self.scene = scene
        self.width = width
        addAnswer(preview.evaluation, screen)
        if let live = preview.liveEvaluation { addComparison(live, preview.evaluation, screen) }
        addNearMisses(preview, screen)
        addReferences(preview.evaluation)
        addSharers(preview)
    }

    private mutating func add(_ runs: (String, Role)...) {
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        rows.append(.text(text))
    }

    private mutating func addWrapped(_ text: String, _ role: Role, indent: Int = 0) {
        for line in TextFlow.lines(text, width: max(8, width - indent)) {
            add((String(repeating: " ", count: indent) + line, role))
        }
    }

    private mutating func addAnswer(_ evaluation: Evaluation, _ screen: ExperimentsScreen) {
        rows.append(.section("answer"))
        let role = evaluation.variantIndex.map(ExperimentText.role) ?? .error
        let variant = evaluation.variantIndex.map { "   variant \($0), " } ?? "   "
        add((evaluation.model ?? "no model", role), (variant + evaluation.reason.words, .text))
        if let error = evaluation.error { addWrapped("\(error)", .error) }
        add()
        for step in evaluation.steps { addStep(step) }
        addTargetingEnd(evaluation)
        add()
        rows.append(.ruler)
        let column = evaluation.bucket * max(1, width) / Bucket.count
        let mark = "\(scene.glyphs.arrowUp) \(CountDisplay.text(evaluation.bucket))"
        let room = max(0, min(column, width - displayWidth(of: mark)))
        add((String(repeating: " ", count: room) + mark, .strong))
    }

    private mutating func addStep(_ step: TargetingStep) {
        switch step {
        case .target(let index, let target, let seen, let failure):
            addMark("target \(index + 1)  \(target.sentence)", failure.map { $0.sentence(seen: seen) })
        case .rule(let index, let rule, let conditions, let matched):
            let count = rule.conditions?.count ?? 0
            let what =
                count == 0
                ? rule.sentence : count == 1 ? "one condition" : count == 2 ? "both conditions" : "\(count) conditions"
            add(("rule \(index + 1)    ", .text), (what, matched ? .good : .dim))
            for condition in conditions {
                addMark(condition.condition.sentence, condition.failure.map { $0.sentence(seen: condition.seen) })
            }
        }
    }

    /// A condition with ✓ or ✗ and, where it fails, why.
    private mutating func addMark(_ sentence: String, _ why: String?) {
        let sign = why == nil ? scene.glyphs.check : scene.glyphs.failure
        addWrapped("\(sign) \(sentence)" + (why.map { ": \($0)" } ?? ""), why == nil ? .good : .error, indent: 2)
    }

    private mutating func addTargetingEnd(_ evaluation: Evaluation) {
        switch evaluation.targeting {
        case .absent: add(("no targeting: by weight", .dim))
        case .disabled: add(("targeting is switched off: by weight", .warning))
        case .noMatch: add(("nothing matched: by weight", .dim))
        case .matched: add(("weights not tried", .dim))
        case .matchedWithoutVariant(_, let reference):
            let index = reference.written.map { "variantIndex \($0.compactText) names no variant" }
            addWrapped("matched, but \(index ?? "it has no variantIndex"): by weight", .warning)
        }
    }

    private mutating func addComparison(_ live: Evaluation, _ draft: Evaluation, _ screen: ExperimentsScreen) {
        add()
        rows.append(.section("draft against live"))
        add(
            ("live \(live.configVersion)   ", .dim), (live.model ?? "an error", .text),
            ("   " + live.reason.words, .dim))
        let moves = live.model != draft.model
        add(
            ("draft    ", .warning), (draft.model ?? "an error", moves ? .warning : .text),
            ("   " + draft.reason.words, .dim))
    }

    private mutating func addNearMisses(_ preview: ExperimentPreview, _ screen: ExperimentsScreen) {
        guard !preview.nearMisses.isEmpty else { return }
        add()
        rows.append(.section("near miss"))
        for miss in preview.nearMisses {
            let name =
                switch miss.match {
                case .target(let index): "target \(index + 1)"
                case .rule(let index): "rule \(index + 1)"
                }
            let changes = miss.changes.map { "\($0.field) were \($0.to.isEmpty ? "\"\"" : $0.to)" }.joined(
                separator: " and ")
            addWrapped(
                "\(name) would match if \(changes)" + (miss.takenBy == nil ? "" : ", but an earlier one would win"),
                .text)
        }
    }

    private mutating func addSharers(_ preview: ExperimentPreview) {
        guard !preview.sharers.isEmpty else { return }
        add()
        rows.append(.section("beware"))
        addWrapped("The hash has no salt: these tests divide the same sessions along the same buckets.", .warning)
        let more = preview.sharers.count - 12
        let named = preview.sharers.prefix(12).joined(separator: ", ")
        addWrapped(named + (more > 0 ? " and \(CountDisplay.text(more)) more" : ""), .dim)
        add(("b shows the joint table", .dim))
    }

    private mutating func addReferences(_ evaluation: Evaluation) {
        add()
        rows.append(.section("other SDKs"))
        if evaluation.notices.isEmpty {
            add(("Python \(scene.glyphs.check) same   TypeScript \(scene.glyphs.check) same", .good))
        }
        for notice in evaluation.notices {
            addWrapped(notice.message, .warning)
            addWrapped("Python: \(notice.python.sentence)", .text, indent: 2)
            addWrapped("TypeScript: \(notice.typeScript.sentence)", .text, indent: 2)
        }
    }
}

extension AssignmentReason {
    /// The reason in a few words.
    var words: String {
        switch self {
        case .disabled: "by weight, targeting is off"
        case .target(let index): "by target \(index + 1)"
        case .rule(let index): "by rule \(index + 1)"
        case .weighted: "by weight"
        case .remainder: "by weight, the remainder"
        case .fallback: "fallback"
        case .error: "error"
        }
    }
}
