import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel

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

/// The rows of the list: prompts, the versions of the selected one, its A/B tests and its variables.
struct PromptsSections {
    enum Row: Hashable {
        case heading(String)
        case key(String)
        case version(Int)
        case test(String)
        case variant(test: String, index: Int)
        case variable(String)
        case blank
    }

    private(set) var rows: [Row] = []

    init(_ screen: PromptsScreen, height: Int) {
        rows.append(.heading("PROMPTS"))
        let keys = screen.bench.prompts.keys
        let own = keys.firstIndex { $0 == screen.selectedKey } ?? 0
        let room = max(1, min(keys.count, height / 3))
        rows += keys.dropFirst(max(0, own - room + 1)).prefix(room).map(Row.key)
        rows += [.blank, .heading("VERSIONS")]
        let numbers = screen.numbers
        let shown = numbers.firstIndex { $0 == screen.shown?.version } ?? 0
        let most = max(1, height / 3)
        rows += numbers.dropFirst(max(0, shown - most + 1)).prefix(most).map(Row.version)
        let tests = screen.bench.abTests.keys.filter { key in
            screen.bench.abTests[key]?.current?.variants.contains { $0.promptKey == screen.selectedKey } == true
        }
        if !tests.isEmpty { rows += [.blank, .heading("A/B TESTS")] }
        for key in tests {
            rows.append(.test(key))
            rows += (screen.bench.abTests[key]?.current?.variants.indices ?? 0..<0).map {
                .variant(test: key, index: $0)
            }
        }
        let variables = (screen.editor?.record ?? screen.shown).map(PromptsScreen.variables) ?? []
        if !variables.isEmpty { rows += [.blank, .heading("VARIABLES")] + variables.map(Row.variable) }
    }

    func key(at y: Int) -> String? {
        guard rows.indices.contains(y), case .key(let key) = rows[y] else { return nil }
        return key
    }

    func version(at y: Int) -> Int? {
        guard rows.indices.contains(y), case .version(let version) = rows[y] else { return nil }
        return version
    }
}
