import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import TraceModel
import WorkspaceModel

/// The middle pane as rows: variants with their exact shares, targeting as sentences, and what a draft would move.
struct ConfigRows {
    typealias Row = RecordRow<ExperimentsScreen.Item>

    var rows: [Row] = []
    let scene: Scene
    let width: Int

    init(_ screen: ExperimentsScreen, width: Int, _ scene: Scene) {
        self.scene = scene
        self.width = width
        guard let config = screen.config else { return }
        addVariants(config, screen)
        addTargeting(config, screen)
        if let preview = screen.preview {
            addLints(preview.lints.filter { !$0.isOfTargeting })
            if let churn = preview.churn { addChurn(churn, preview, screen) }
        }
        addReplay(screen)
        addResults(screen)
        addProblems(screen)
    }

    mutating func add(_ item: ExperimentsScreen.Item? = nil, _ runs: (String, Role)...) {
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        rows.append(Row(content: .text(text), item: item))
    }

    // MARK: - Variants

    private mutating func addVariants(_ config: ModelConfig, _ screen: ExperimentsScreen) {
        rows.append(Row(content: .variant(VariantRow.titles), item: nil))
        let old = screen.board.isChanged ? screen.saved : nil
        for (index, variant) in config.variants.enumerated() {
            let row = VariantRow(
                index: index, name: (variant.name.map { "\($0) " } ?? "") + (variant.model ?? "(no model)"),
                share: config.split.bucketShare(of: index),
                weight: variant.weight.written?.compactText ?? "missing",
                change: old.map { VariantRow.change(of: index, from: $0, to: config) } ?? "",
                isRemainder: !config.split.remainder.isEmpty && index == config.variants.count - 1)
            rows.append(Row(content: .variant(row), item: .variant(index)))
        }
        if config.split.buckets(of: nil) > 0 {
            let share = Figure.share(config.split.bucketShare(of: nil))
            let said = "\(share) of sessions reach a malformed weight and get the fallback or an error"
            for line in TextFlow.lines(said, width: max(10, width - 3)) { add(nil, ("   " + line, .error)) }
        }
    }

    private mutating func addLints(_ lints: [ConfigLint]) {
        guard !lints.isEmpty else { return }
        add()
        for lint in lints { addLint("\(lint.path) \(lint.message)", lint.severity, indent: 0) }
    }

    mutating func addLint(_ text: String, _ severity: ConfigLint.Severity, indent: Int) {
        let role: Role = severity == .error ? .error : severity == .warning ? .warning : .dim
        let sign = severity == .error ? scene.glyphs.failure : scene.glyphs.warning
        let space = String(repeating: " ", count: indent)
        for (row, line) in TextFlow.lines(text, width: max(10, width - 3 - indent)).enumerated() {
            add(nil, (space + (row == 0 ? "\(sign) " : "  "), role), (line, role))
        }
    }

    /// A figure and what it is of, on as many lines as that takes.
    mutating func addWrapped(_ figure: String, _ role: Role, _ text: String) {
        for (row, line) in TextFlow.lines(figure + text, width: max(10, width - 2)).enumerated() {
            if row == 0, line.hasPrefix(figure) {
                add(nil, (figure, role), (String(line.dropFirst(figure.count)), .dim))
            } else {
                add(nil, (line, .dim))
            }
        }
    }

    /// Files of the workspace that could not be used, each with its place and why.
    private mutating func addProblems(_ screen: ExperimentsScreen) {
        guard !screen.workspace.problems.isEmpty else { return }
        add()
        rows.append(Row(content: .section("files that cannot be used"), item: nil))
        for problem in screen.workspace.problems.prefix(8).map(\.description) {
            for (row, line) in TextFlow.lines(problem, width: max(10, width - 3)).enumerated() {
                add(nil, (row == 0 ? "\(scene.glyphs.warning) " : "  ", .warning), (line, .text))
            }
        }
    }
}

extension RecordRow<ExperimentsScreen.Item> {
    func isEdited(by target: ExperimentsScreen.Field) -> Bool {
        switch (target, item) {
        case (.weight(let index), .variant(let own)), (.model(let index), .variant(let own)): index == own
        case (.targeting(.targets, let index?), .target(let own)): index == own
        case (.targeting(.rules, let index?), .rule(let own)): index == own
        case (.targeting(let list, nil), .new(let own)): list == own
        case (.plan, .plan): true
        default: false
        }
    }
}
