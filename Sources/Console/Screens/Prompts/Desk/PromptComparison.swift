import Experiments
import Prompts
import TraceModel

/// What the main pane shows, worked out once for all that draws, scrolls and counts it.
struct PromptComparison: Sendable {
    /// All that it depends on beside the workspace.
    private struct Inputs: Hashable {
        var key: String?
        var shown: Int?
        var other: Int?
        var part: PromptPart
        var mode: PromptDesk.Mode
        /// The values that are filled in, where any are.
        var variables: PromptVariables?
        var sent: SpanKey?
        var width: Int

        init(_ desk: PromptDesk, _ list: PromptList, width: Int) {
            let isCompared = desk.mode != .text
            (key, shown, other) = (list.selectedKey, list.shown?.version, isCompared ? list.other?.version : nil)
            (part, mode) = (desk.part, desk.mode)
            variables = desk.isRendered ? desk.filling(list).variables : nil
            sent = isCompared ? desk.sent?.span.span.key : nil
            self.width = width
        }
    }

    private let inputs: Inputs
    /// Who calls, as far as the rows say so.
    private let callers: [String]
    /// Placeholders that differ between the versions that are compared.
    private let placeholders: PlaceholderChanges?
    /// How the texts differ; `nil` where the text stands alone.
    let diff: TextDiff?
    /// How many stretches of rows changed.
    let changeCount: Int
    let rows: DiffRows
    /// The other part, where the text stands alone: it is shown where the text leaves room for all of it.
    let otherPart: DiffRows?

    init(
        _ desk: PromptDesk, _ list: PromptList, _ who: PromptCallers, width: Int, reusing old: PromptComparison? = nil
    ) {
        let inputs = Inputs(desk, list, width: width)
        self.inputs = inputs
        let same = old?.inputs == inputs ? old : nil
        diff = same.map(\.diff) ?? desk.diff(list)
        changeCount = same?.changeCount ?? diff?.hunks(context: 0).count ?? 0
        placeholders = same.map(\.placeholders) ?? (diff == nil || desk.sent != nil ? nil : Self.placeholders(list))
        callers = placeholders?.isEmpty ?? true ? [] : who.facts
        otherPart = same.map(\.otherPart) ?? (diff == nil ? Self.otherPart(desk, list, width: width) : nil)
        if let same, same.callers == callers {
            rows = same.rows
        } else {
            rows = Self.rows(desk, list, diff, placeholders, who, width: width)
        }
    }

    private static func otherPart(_ desk: PromptDesk, _ list: PromptList, width: Int) -> DiffRows? {
        let text = list.shown.map { desk.text(of: $0, list, part: desk.part.other) } ?? ""
        return text.isEmpty ? nil : DiffRows(text, width: width)
    }

    private static func placeholders(_ list: PromptList) -> PlaceholderChanges? {
        guard let shown = list.shown, let other = list.other else { return nil }
        return PromptDiff(from: other, to: shown).placeholders
    }

    /// The shown version's text, or how it differs from what it is compared with, and what callers must know of it.
    private static func rows(
        _ desk: PromptDesk, _ list: PromptList, _ diff: TextDiff?, _ placeholders: PlaceholderChanges?,
        _ callers: PromptCallers, width: Int
    ) -> DiffRows {
        var rows =
            diff.map { DiffRows($0, isDivided: desk.mode == .sideBySide, width: width) }
            ?? DiffRows(list.shown.map { desk.text(of: $0, list) } ?? "", width: width)
        if let placeholders, !placeholders.isEmpty { rows.add(placeholders, callers, width: width) }
        return rows
    }
}

extension DiffRows {
    /// What callers must know of placeholders, and who was seen to call.
    fileprivate mutating func add(_ changes: PlaceholderChanges, _ callers: PromptCallers, width: Int) {
        addBlank()
        for rename in changes.renamed {
            addNote("{{\(rename.old)}} is now {{\(rename.new)}}: callers that pass the old name break", width: width)
            addCallers(rename.new, callers, width: width)
        }
        for name in changes.added {
            addNote("+ {{\(name)}}: callers have to pass it", width: width)
            addCallers(name, callers, width: width)
        }
        for name in changes.removed { addNote("- {{\(name)}}: no longer used", width: width) }
    }

    private mutating func addCallers(_ name: String, _ callers: PromptCallers, width: Int) {
        for sentence in callers.sentences(on: name) { addNote("  " + sentence, isQuiet: true, width: width) }
    }
}
