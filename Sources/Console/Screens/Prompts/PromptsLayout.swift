import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

/// Where the list, the text and the figures lie.
struct PromptsLayout: Hashable, Sendable {
    var list: Rect
    var main: Rect
    var figures: Rect

    init(_ size: Size, hasFigures: Bool) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let columns = all.columns([.fixed(size.width < 60 ? 0 : size.width < 110 ? 20 : 27), .rest], gap: 1)
        list = columns[0]
        let height = hasFigures && size.height >= 18 ? min(9, size.height / 3) : 0
        let rows = columns[1].rows([.rest, .fixed(height)])
        (main, figures) = (rows[0], rows[1])
    }
}

extension PromptsScreen {
    /// Keys of all A/B tests, those of the selected prompt first.
    var testKeys: [String] {
        let all = tests.keys
        return all.filter(concernsTest) + all.filter { !concernsTest($0) }
    }

    func concernsTest(_ key: String) -> Bool {
        selectedKey.map { tests.shown(key)?.concerns($0) == true } ?? false
    }
}

/// The rows of the list: prompts, the versions of the selected one, A/B tests and variables.
struct PromptsSections {
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

    private(set) var rows: [Row] = []

    init(_ screen: PromptsScreen, height: Int) {
        rows.append(.heading("PROMPTS"))
        let keys = screen.workspace.prompts.keys
        rows += Self.part(of: keys, room: height / 3) { $0 == screen.selectedKey }.map(Row.key)
        rows += [.blank, .heading("VERSIONS")]
        rows += Self.part(of: screen.numbers, room: height / 3) { $0 == screen.shown?.version }.map(Row.version)
        addTests(screen, height: height)
        let variables = screen.variableRows
        let near = screen.nearPlaceholders
        guard !variables.isEmpty || !near.isEmpty else { return }
        rows += [.blank, .heading("VARIABLES")] + variables.map(Row.variable)
        rows += near.map { .advice("\($0) is none") }
    }

    private mutating func addTests(_ screen: PromptsScreen, height: Int) {
        rows += [.blank, .heading("A/B TESTS")]
        let keys = screen.testKeys
        for key in keys.prefix(max(1, height / 6)) {
            rows.append(.test(key))
            guard key == keys.first || screen.concernsTest(key) else { continue }
            rows += (screen.tests.shown(key)?.variants.indices ?? 0..<0).map { .variant(test: key, index: $0) }
        }
        if keys.isEmpty { rows.append(.advice("none: a, then n")) }
    }

    /// As many as there is room for, the selected one among them.
    private static func part<Element>(
        of all: [Element], room: Int, _ isSelected: (Element) -> Bool
    ) -> ArraySlice<Element> {
        all[ListState(count: all.count, height: max(1, room), showing: all.firstIndex(where: isSelected) ?? 0).visible]
    }

    /// Which rows are in view: the selected one of the pane that has the keys is seen.
    func place(for screen: PromptsScreen, height: Int) -> ListState {
        let own = rows.firstIndex { row in
            switch (screen.pane, row) {
            case (.versions, .version(let number)): number == screen.shown?.version
            case (.variables, .variable(let row)): row == screen.selectedVariable
            default: false
            }
        }
        return ListState(count: rows.count, height: height, around: own ?? 0, margin: 1)
    }

    func key(at y: Int) -> String? {
        guard rows.indices.contains(y), case .key(let key) = rows[y] else { return nil }
        return key
    }

    func version(at y: Int) -> Int? {
        guard rows.indices.contains(y), case .version(let version) = rows[y] else { return nil }
        return version
    }

    func test(at y: Int) -> String? {
        guard rows.indices.contains(y) else { return nil }
        return switch rows[y] {
        case .test(let key), .variant(let key, _): key
        default: nil
        }
    }

    func variable(at y: Int) -> SampleFilling.Row? {
        guard rows.indices.contains(y), case .variable(let row) = rows[y] else { return nil }
        return row
    }
}
