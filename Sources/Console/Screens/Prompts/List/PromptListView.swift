import Assignment
import Cells
import Prompts

/// The list at the left as rows: prompts, the versions of the selected one, A/B tests and variables.
struct PromptListView {
    enum Row: Hashable {
        case heading(String)
        case key(String)
        case version(Int)
        case test(String)
        case variant(test: String, index: Int)
        case variable(SampleFilling.Row)
        /// What to do where a section has nothing.
        case advice(String)
        case blank
    }

    let list: PromptList
    let desk: PromptDesk
    /// The pane that has the keys.
    let pane: PromptsScreen.Pane
    private(set) var rows: [Row] = []
    /// Which rows are in view: the selected one of the pane that has the keys is seen.
    private(set) var place = ListState()

    init(_ screen: PromptsScreen, height: Int) {
        (list, desk, pane) = (screen.list, screen.desk, screen.pane)
        rows.append(.heading("PROMPTS"))
        rows += Self.part(of: list.keys, room: height / 3) { $0 == list.selectedKey }.map(Row.key)
        rows += [.blank, .heading("VERSIONS")]
        rows += Self.part(of: list.numbers, room: height / 3) { $0 == list.shown?.version }.map(Row.version)
        addTests(height: height)
        addVariables()
        place = ListState(count: rows.count, height: height, around: selectedRow ?? 0, margin: 1)
    }

    private mutating func addTests(height: Int) {
        rows += [.blank, .heading("A/B TESTS")]
        let keys = list.testKeys
        for key in keys.prefix(max(1, height / 6)) {
            rows.append(.test(key))
            guard key == keys.first || list.concernsTest(key) else { continue }
            rows += (list.tests.shown(key)?.variants.indices ?? 0..<0).map { .variant(test: key, index: $0) }
        }
        if keys.isEmpty { rows.append(.advice("none: a, then n")) }
    }

    private mutating func addVariables() {
        let variables = desk.variableRows(list)
        let near = desk.nearPlaceholders(list)
        guard !variables.isEmpty || !near.isEmpty else { return }
        rows += [.blank, .heading("VARIABLES")] + variables.map(Row.variable)
        rows += near.map { .advice("\($0) is none") }
    }

    private var selectedRow: Int? {
        let variable = desk.selectedVariable(list)
        return rows.firstIndex { row in
            switch (pane, row) {
            case (.versions, .version(let number)): number == list.shown?.version
            case (.variables, .variable(let row)): row == variable
            default: false
            }
        }
    }

    /// As many as there is room for, the selected one among them.
    private static func part<Element>(
        of all: [Element], room: Int, _ isSelected: (Element) -> Bool
    ) -> ArraySlice<Element> {
        all[ListState(count: all.count, height: max(1, room), showing: all.firstIndex(where: isSelected) ?? 0).visible]
    }

    /// The row at a place of the screen.
    func row(at y: Int) -> Row? { place.row(at: y).map { rows[$0] } }
}
