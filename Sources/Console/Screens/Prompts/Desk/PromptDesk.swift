import Assignment
import Cells
import Display
import Experiments
import Prompts
import WorkspaceModel

/// The text of the shown version: read, set against another one, filled in with values, or written anew.
struct PromptDesk: Sendable {
    /// How the text of the shown version is set against the one it is compared with.
    enum Mode: Hashable, Sendable {
        case text, sideBySide, unified

        var next: Mode {
            switch self {
            case .text: .sideBySide
            case .sideBySide: .unified
            case .unified: .text
            }
        }
    }

    var part = PromptPart.system
    var mode = Mode.text
    /// Whether values are filled in.
    var isRendered = false
    /// How far the text or diff is scrolled.
    var place = ListState(isSelectable: false)
    /// The texts of a call that was made with the shown version, as they were sent.
    var sent: SentPrompt?
    var sentLoader: Loader
    /// What is shown, worked out after each event; `nil` where it has to be made anew.
    var comparison: PromptComparison?
    var samples: PromptSamples
    var drafts: PromptDrafts

    /// - Parameter firstSlot: the first of the six of the screen's slots that are the desk's.
    init(firstSlot: Int) {
        sentLoader = Loader(slot: firstSlot)
        samples = PromptSamples(slot: firstSlot + 1)
        drafts = PromptDrafts(firstSlot: firstSlot + 2)
    }

    /// The next version, while it is written.
    var editor: PromptEditor? { drafts.editor }
    var isTyping: Bool { editor != nil || samples.line != nil }

    /// A part's text of a version, with the sample values filled in where that is asked for.
    /// - Parameter part: `nil` for the one that is shown.
    func text(of prompt: PromptRecord, _ list: PromptList, part: PromptPart? = nil) -> String {
        let text = prompt[part ?? self.part]
        return isRendered ? Template(text).rendered(with: filling(list).variables).text : text
    }

    /// What is perhaps meant as a placeholder and is none, as it stands there.
    func nearPlaceholders(_ list: PromptList) -> [String] {
        editor?.nearPlaceholders ?? list.shown.map(PromptList.nearPlaceholders) ?? []
    }

    /// What differs: between two versions, or between the shown one and what a call made of it.
    func diff(_ list: PromptList) -> TextDiff? {
        guard mode != .text, let shown = list.shown else { return nil }
        if let sent { return sent[part].map { TextDiff(old: shown[part], new: $0) } }
        return list.other.map { TextDiff(old: text(of: $0, list), new: text(of: shown, list)) }
    }

    /// What the status line says of the differences.
    var changeSummary: String? {
        guard editor == nil, let comparison, let diff = comparison.diff else { return nil }
        if sent != nil { return "the template and what was sent" }
        if comparison.changeCount == 0 { return "no change in \(part.name)" }
        if diff.isOnlyWhitespace { return "only white space or line ends differ in \(part.name)" }
        let moves = diff.moves.isEmpty ? "" : ", \(diff.moves.count) moved"
        return Figure.count(comparison.changeCount, "change") + moves + (diff.isCoarse ? ", coarse" : "")
    }
}
