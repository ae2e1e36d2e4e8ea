import Cells
import Display
import TraceModel

/// Attributes, resource, events, links and timings of a span as a tree that folds.
struct AttributeTree: Sendable {
    /// A place in the tree: the index of each level's child.
    typealias Path = [Int]

    /// A row that is shown.
    struct Row: Hashable, Sendable {
        let path: Path
        let name: String
        /// The value on one line; empty where it is unfolded.
        let value: String
        let kind: Kind
        /// `nil` for a row that has nothing below it.
        let isOpen: Bool?

        enum Kind: Hashable, Sendable { case section, string, number, container }

        var depth: Int { path.count - 1 }
    }

    private var sections: [(name: String, value: AttributeValue)] = []
    /// Sections are open, the rest is folded, until a person says otherwise.
    private var changed: Set<Path> = []
    private(set) var rows: [Row] = []
    private(set) var selected = 0
    private(set) var top = 0
    private(set) var height = 0

    init() {}

    mutating func show(_ detail: SpanDetail) {
        sections = []
        func add(_ name: String, _ map: AttributeMap) {
            if !map.isEmpty { sections.append((name, .map(map))) }
        }
        add("attributes", detail.attributes)
        add("resource", detail.resource)
        if let scope = detail.scope { sections.append(("scope", .string(scope))) }
        if !detail.events.isEmpty {
            let events = detail.events.map { AttributeMap.Entry($0.name, .map($0.attributes)) }
            sections.append(("events", .map(AttributeMap(events))))
        }
        if !detail.links.isEmpty {
            let links = detail.links.map { link in
                AttributeMap.Entry(link.traceID + " " + link.spanID, .map(link.attributes))
            }
            sections.append((Self.links, .map(AttributeMap(links))))
        }
        if !detail.phases.isEmpty {
            let phases = detail.phases.map { phase in
                AttributeMap.Entry(
                    phase.label.isEmpty ? phase.type : phase.label,
                    .string(Figure.duration(phase.endNanoseconds - phase.startNanoseconds)))
            }
            sections.append(("timings", .map(AttributeMap(phases))))
        }
        build()
    }

    mutating func resize(height: Int) {
        self.height = height
        clamp()
    }

    private static let links = "links"

    /// The link, counted from 0, whose row is selected.
    var selectedLink: Int? {
        guard let path = selectedRow?.path, path.count > 1, sections[path[0]].name == Self.links else { return nil }
        return path[1]
    }

    var selectedRow: Row? { rows.indices.contains(selected) ? rows[selected] : nil }

    /// The whole value of the selected row.
    var selectedText: String? { selectedRow.flatMap { value(at: $0.path) }.map(AttributeText.text) }

    mutating func toggle() {
        guard let row = selectedRow, row.isOpen != nil else { return }
        if changed.remove(row.path) == nil { changed.insert(row.path) }
        build()
    }

    mutating func fold() {
        guard let row = selectedRow else { return }
        if row.isOpen == true { return toggle() }
        if let parent = rows.firstIndex(where: { $0.path == Array(row.path.dropLast()) }) { move(to: parent) }
    }

    mutating func unfold() {
        guard let row = selectedRow else { return }
        if row.isOpen == false { toggle() } else { move(to: selected + 1) }
    }

    mutating func move(_ motion: Motion) {
        switch motion {
        case .up: move(to: selected - 1)
        case .down: move(to: selected + 1)
        case .halfPageUp: move(to: selected - max(1, height / 2))
        case .halfPageDown: move(to: selected + max(1, height / 2))
        case .pageUp: move(to: selected - max(1, height - 1))
        case .pageDown: move(to: selected + max(1, height - 1))
        case .first: move(to: 0)
        case .last: move(to: rows.count - 1)
        case .left: fold()
        case .right: unfold()
        }
    }

    mutating func move(to row: Int) {
        selected = min(max(0, row), max(0, rows.count - 1))
        clamp()
    }

    mutating func scroll(by count: Int) {
        top = min(max(0, top + count), max(0, rows.count - max(1, height)))
        selected = min(max(selected, top), max(top, min(rows.count, top + height) - 1))
    }

    /// Selects the next row whose name or value holds a text; `false` when there is none.
    mutating func find(_ text: String, forward: Bool) -> Bool {
        guard !text.isEmpty, !rows.isEmpty else { return false }
        for step in 1...rows.count {
            let index = (selected + (forward ? step : rows.count - step)) % rows.count
            if TextSearch.contains(text, in: rows[index].name + " " + rows[index].value) {
                move(to: index)
                return true
            }
        }
        return false
    }

    private mutating func clamp() {
        selected = min(max(0, selected), max(0, rows.count - 1))
        if height > 0 {
            if selected < top { top = selected }
            if selected >= top + height { top = selected - height + 1 }
        }
        top = min(max(0, top), max(0, rows.count - max(1, height)))
    }

    private func value(at path: Path) -> AttributeValue? {
        guard let first = path.first, sections.indices.contains(first) else { return nil }
        var value = sections[first].value
        for index in path.dropFirst() {
            let children = Self.children(of: value)
            guard children.indices.contains(index) else { return nil }
            value = children[index].value
        }
        return value
    }

    private static func children(of value: AttributeValue) -> [(name: String, value: AttributeValue)] {
        switch value {
        case .map(let map): map.entries.map { ($0.name, $0.value) }
        case .array(let values): values.enumerated().map { ("\($0)", $1) }
        default: []
        }
    }

    private mutating func build() {
        var rows: [Row] = []
        var stack: [(Path, String, AttributeValue)] = sections.enumerated().reversed().map { ([$0], $1.name, $1.value) }
        while let (path, name, value) = stack.popLast() {
            let children = Self.children(of: value)
            let isOpen = children.isEmpty ? nil : (path.count == 1) != changed.contains(path)
            rows.append(
                Row(
                    path: path, name: name, value: isOpen == true ? "" : Self.line(value, children.count),
                    kind: path.count == 1 ? .section : Self.kind(of: value), isOpen: isOpen))
            guard isOpen == true else { continue }
            for (index, child) in children.enumerated().reversed() {
                stack.append((path + [index], child.name, child.value))
            }
        }
        self.rows = rows
        clamp()
    }

    private static func kind(of value: AttributeValue) -> Row.Kind {
        switch value {
        case .string, .bytes: .string
        case .map, .array: .container
        default: .number
        }
    }

    /// One line is enough in the tree; the whole value is copied or read in the record.
    private static func line(_ value: AttributeValue, _ count: Int) -> String {
        switch value {
        case .map: return count == 0 ? "{}" : "{ \(count) }"
        case .array: return count == 0 ? "[]" : "[ \(count) ]"
        default:
            let text = AttributeText.text(value)
            return text.utf8.count > 2_000 ? String(text.prefix(500)) : text
        }
    }

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        for y in 0..<canvas.height {
            let index = top + y
            guard rows.indices.contains(index) else { break }
            let row = rows[index]
            if index == selected { canvas.tint(canvas.bounds.row(y), scene.ground(.selection)) }
            var x = min(row.depth * 2, canvas.width / 3)
            let fold = row.isOpen.map { $0 ? scene.glyphs.unfolded : scene.glyphs.folded } ?? " "
            canvas.write(fold, at: Point(x: x, y: y), scene[.dim])
            x += 2
            let nameStyle = row.kind == .section ? scene[.heading].adding(.bold) : scene[.syntaxKey]
            x += canvas.write(
                row.name, at: Point(x: x, y: y), nameStyle, maxWidth: max(8, canvas.width / 2), overflow: .ellipsis)
            let role: Role =
                switch row.kind {
                case .section, .container: .dim
                case .string: .text
                case .number: .syntaxNumber
                }
            canvas.write(row.value, at: Point(x: x + 2, y: y), scene[role], overflow: .ellipsis)
        }
    }
}
