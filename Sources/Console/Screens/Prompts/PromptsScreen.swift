import Assignment
import Cells
import Prompts
import TraceModel

/// Managed prompts: versions, what changed between any two, an editor for the next one, and how each fares.
///
/// Three values with a folder each: the list says what is shown, the desk shows and changes its text, the figures tell how
/// it fares. Here is what concerns more than one of them.
struct PromptsScreen: Screen {
    static let place = Place(title: "Prompts")

    /// In the order in which Tab goes through them.
    enum Pane: Hashable, Sendable, CaseIterable {
        case prompts, versions, text, variables
    }

    var list = PromptList(slot: 0)
    var desk = PromptDesk(firstSlot: 1)
    var figures = PromptFigures(firstSlot: 7)
    var pane = Pane.prompts
    var size = Size(width: 0, height: 0)

    var title: String { "Prompts" }
    var isTyping: Bool { desk.isTyping }
    /// Whether no text is being typed and there is a prompt to act on.
    var isFree: Bool { !isTyping && list.shown != nil }
    /// The editor keeps its draft by the clock.
    var needsClock: Bool { desk.editor?.isUnkept == true }
    /// The draft of the selected prompt that lies on disk.
    var hasKeptDraft: Bool { list.selectedKey.map(desk.drafts.isKept) ?? false }
    /// The selected variable, where the keys are the variables'.
    var variable: SampleFilling.Row? { isFree && pane == .variables ? desk.selectedVariable(list) : nil }

    func status(overview: StoreOverview?) -> StatusLine {
        var path = ["prompts"]
        if let key = list.selectedKey { path.append(key) }
        if let shown = list.shown { path.append(crumb(shown)) }
        var facts: [StatusLine.Fact] = [.init(desk.part.name, .plain)]
        if desk.editor == nil, hasKeptDraft { facts.insert(.init("draft, not saved", .warning), at: 0) }
        if let change = desk.changeSummary { facts.append(.init(change)) }
        if desk.isRendered, desk.editor == nil, desk.sent == nil {
            facts.append(.init("rendered" + (desk.filling(list).name.map { " with \($0)" } ?? ""), .plain))
        }
        // The reason stands in the last row, again with every second that it lasts; this has to fit beside the path.
        if desk.editor?.keepingFault != nil { facts = [.init("draft NOT kept", .warning)] }
        return StatusLine(left: .path(path), facts: facts)
    }

    private func crumb(_ shown: PromptRecord) -> String {
        if desk.editor != nil { return "draft of version \((list.versions?.ascending.last ?? 0) + 1)" }
        if desk.sent != nil { return "\(shown.version) \u{2194} as sent" }
        if desk.mode != .text, let other = list.other { return "\(other.version) \u{2194} \(shown.version)" }
        return "version \(shown.version)"
    }
}
