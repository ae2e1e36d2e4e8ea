import Assignment
import Cells
import Experiments
import Prompts
import WorkspaceModel

/// In what the first two variants of a test differ, as far as there is room for it: what the test is about.
struct VariantDifference: Sendable {
    private let old: PromptRecord
    private let new: PromptRecord
    private let width: Int
    private let part: PromptPart
    private let rows: DiffRows

    /// `nil` where the test has no two versions that are here.
    init?(
        _ test: PromptABTest?, _ prompts: VersionCatalog<PromptRecord>, width: Int,
        reusing known: VariantDifference?
    ) {
        let records = test?.variants.prefix(2).compactMap { $0.record(in: prompts) } ?? []
        guard records.count == 2 else { return nil }
        if let known, known.old == records[0], known.new == records[1], known.width == width {
            self = known
            return
        }
        (old, new, self.width) = (records[0], records[1], width)
        part = PromptPart.allCases.first { [old, new] in !old[$0].utf8.elementsEqual(new[$0].utf8) } ?? .system
        rows = DiffRows(TextDiff(old: old[part], new: new[part]), isDivided: true, width: width)
    }

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let title = rows.changeStarts.isEmpty ? "both give the same text" : "what differs: \(part.name)"
        Section.draw(title, into: &canvas, y: 0, scene)
        let half = (canvas.width - 1) / 2
        for (index, record) in [old, new].enumerated() {
            canvas.write(
                "\(record.key)@\(record.version)", at: Point(x: index == 0 ? 1 : half + 2, y: 1),
                scene[Role.variant(index)], maxWidth: half - 2, overflow: .ellipsis)
        }
        canvas.draw(in: canvas.bounds.inset(top: 2)) { rows.draw(into: &$0, ListState(isSelectable: false), scene) }
    }

    /// Joins the line between the two with a line across below them.
    func join(_ rule: Rect, of rect: Rect, into canvas: inout Canvas, _ scene: Scene) {
        rows.join(rule, of: rect, into: &canvas, scene)
    }
}

extension PromptABTest.Variant {
    /// The version it gives out, where it is here.
    fileprivate func record(in prompts: VersionCatalog<PromptRecord>) -> PromptRecord? {
        guard let versions = promptKey.flatMap({ prompts[$0] }) else { return nil }
        return switch promptVersion {
        case .current: versions.current
        case .version(let version): versions.records[version]
        case .malformed: nil
        }
    }
}

extension WorkspaceSnapshot {
    /// The number of the version that a variant gives out.
    func version(of variant: PromptABTest.Variant) -> Int? { variant.record(in: prompts)?.version }
}
