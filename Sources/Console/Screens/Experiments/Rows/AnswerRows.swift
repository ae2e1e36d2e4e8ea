import Assignment
import Cells
import Display
import Experiments
import OrderedJSON

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

    init(_ preview: ExperimentPreview, width: Int, _ scene: Scene) {
        self.scene = scene
        self.width = width
        addAnswer(preview.evaluation)
        if let live = preview.liveEvaluation { addComparison(live, preview.evaluation) }
        addNearMisses(preview)
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

    private mutating func addAnswer(_ evaluation: Evaluation) {
        rows.append(.section("answer"))
        let role = evaluation.variantIndex.map(Role.variant) ?? .error
        let variant = evaluation.variantIndex.map { "   variant \($0), " } ?? "   "
        add((evaluation.model ?? "no model", role), (variant + evaluation.reason.words, .text))
        if let error = evaluation.error { addWrapped("\(error)", .error) }
        add()
        for step in evaluation.steps { addStep(step, evaluation.context) }
        addTargetingEnd(evaluation)
        add()
        rows.append(.ruler)
        let column = min(evaluation.bucket * max(1, width) / Bucket.count, max(0, width - 1))
        let (arrow, number) = (scene.glyphs.arrowUp, Figure.count(evaluation.bucket))
        // The arrow stays where the bucket is; the number goes to the side that has room.
        let isBehind = column + number.count + 2 <= width
        let room = isBehind ? column : max(0, column - number.count - 1)
        add((String(repeating: " ", count: room) + (isBehind ? "\(arrow) \(number)" : "\(number) \(arrow)"), .strong))
    }

    private mutating func addStep(_ step: TargetingStep, _ context: EvaluationContext) {
        switch step {
        case .target(let index, let target, let seen, let failure):
            addMark(
                "target \(index + 1)  \(target.sentence)",
                failure.map { $0.sentence(seen: seen, of: target.condition, in: context) })
        case .rule(let index, let rule, let conditions, let matched):
            let count = rule.conditions?.count ?? 0
            let what =
                count == 0
                ? rule.sentence : count == 1 ? "one condition" : count == 2 ? "both conditions" : "\(count) conditions"
            add(("rule \(index + 1)    ", .text), (what, matched ? .good : .dim))
            for condition in conditions {
                addMark(
                    condition.condition.sentence,
                    condition.failure.map {
                        $0.sentence(seen: condition.seen, of: condition.condition, in: context)
                    })
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

    private mutating func addComparison(_ live: Evaluation, _ draft: Evaluation) {
        add()
        rows.append(.section("draft against version \(live.configVersion)"))
        add(
            ("saved    ", .dim), (live.model ?? "an error", .text),
            ("   " + live.reason.words, .dim))
        let moves = live.model != draft.model
        add(
            ("draft    ", .warning), (draft.model ?? "an error", moves ? .warning : .text),
            ("   " + draft.reason.words, .dim))
    }

    private mutating func addNearMisses(_ preview: ExperimentPreview) {
        guard !preview.nearMisses.isEmpty else { return }
        add()
        rows.append(.section("near miss"))
        for miss in preview.nearMisses {
            let name =
                switch miss.match {
                case .target(let index): "target \(index + 1)"
                case .rule(let index): "rule \(index + 1)"
                }
            let changes = miss.changes.map { "\($0.field) were \($0.to.isEmpty ? "\"\"" : "\"\($0.to)\"")" }.joined(
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
        addWrapped(named + (more > 0 ? " and \(Figure.count(more)) more" : ""), .dim)
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
