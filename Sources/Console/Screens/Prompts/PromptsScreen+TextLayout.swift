import Cells
import Experiments
import Prompts
import TraceModel

extension PromptsScreen {
    /// What the main pane shows, worked out once for all that draws, scrolls and counts it: two long texts cost too much to
    /// be compared and laid out again at every key.
    struct TextLayout: Sendable {
        /// All that it depends on beside the workspace.
        struct Inputs: Hashable, Sendable {
            var key: String?
            var shown: Int?
            var other: Int?
            var part: Part
            var mode: Mode
            /// The variables that are filled in, where any are.
            var variables: PromptVariables?
            var sent: SpanKey?
            var width: Int
        }

        fileprivate let inputs: Inputs
        /// Who calls, as far as the rows say so.
        fileprivate let callers: [String]
        fileprivate let placeholders: PlaceholderChanges?
        /// How the texts differ; `nil` where the text stands alone.
        let diff: TextDiff?
        /// How many stretches of rows changed.
        let changeCount: Int
        let rows: DiffRows

        init(_ screen: PromptsScreen, reusing old: TextLayout? = nil) {
            inputs = Inputs(screen)
            let isSame = old?.inputs == inputs
            diff = isSame ? old?.diff : screen.mode == .text ? nil : screen.textDiff
            changeCount = isSame ? old?.changeCount ?? 0 : diff?.hunks(context: 0).count ?? 0
            placeholders = isSame ? old?.placeholders : diff == nil ? nil : screen.placeholderChanges
            callers = placeholders?.isEmpty ?? true ? [] : screen.callers.facts
            rows =
                isSame && callers == old?.callers
                ? old?.rows ?? DiffRows("", width: inputs.width)
                : DiffRows(screen, diff, placeholders, width: inputs.width)
        }
    }

    /// What the main pane shows.
    var textLayout: TextLayout { keptLayout ?? TextLayout(self) }

    mutating func settle() {
        guard editor == nil, shown != nil else { return }
        let layout = TextLayout(self, reusing: keptLayout)
        keptLayout = layout
        place.resize(count: layout.rows.count, height: PromptsLayout(size, hasFigures: true).main.height - 1)
    }

    /// Placeholders that differ between the versions that are compared.
    fileprivate var placeholderChanges: PlaceholderChanges? {
        guard sent == nil, let shown, let other else { return nil }
        return PromptDiff(from: other, to: shown).placeholders
    }
}

extension PromptsScreen.TextLayout.Inputs {
    init(_ screen: PromptsScreen) {
        self.init(
            key: screen.selectedKey, shown: screen.shown?.version,
            other: screen.mode == .text ? nil : screen.other?.version, part: screen.part, mode: screen.mode,
            variables: screen.isRendered ? screen.filling.variables : nil,
            sent: screen.mode == .text ? nil : screen.sent?.span.span.key,
            width: PromptsLayout(screen.size, hasFigures: true).main.width)
    }
}
