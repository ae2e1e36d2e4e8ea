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
    private(set) var list = ListState()

    init() {}

    mutating func show(_ detail: SpanDetail) {
        sections = []
        func add(_ name: String, _ map: AttributeMap) {
            if !map.isEmpty { sections.append((name, .map(map))) }
        }
        add(Self.attributes, detail.attributes)
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

    /// Attributes and resource, folded, as a box beside other things shows them.
    static func figures(of detail: SpanDetail) -> [LabelledFigure] {
        var tree = AttributeTree()
        tree.show(detail)
        return tree.rows.filter { $0.depth == 1 }.map { LabelledFigure($0.name, $0.value) }
    }

    mutating func resize(height: Int) { list.resize(height: height) }

    private static let links = "links"
    private static let attributes = "attributes"

    /// The condition that the selected attribute meets; `nil` for what the filter has no name for.
    var selectedCondition: FilterCondition? {
        guard let path = selectedRow?.path, path.count == 2, sections[path[0]].name == Self.attributes,
            let value = value(at: path), Self.children(of: value).isEmpty
        else { return nil }
        return FilterCondition(field: "attr." + (selectedRow?.name ?? ""), value: AttributeText.text(value))
    }

    /// The link, counted from 0, whose row is selected.
    var selectedLink: Int? {
        guard let path = selectedRow?.path, path.count > 1, sections[path[0]].name == Self.links else { return nil }
        return path[1]
    }

    var selectedRow: Row? { list.selected.map { rows[$0] } }

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
        if let parent = rows.firstIndex(where: { $0.path == Array(row.path.dropLast()) }) { list.select(parent) }
    }

    mutating func unfold() {
        guard let row = selectedRow else { return }
        if row.isOpen == false { toggle() } else { list.move(.down) }
    }

    mutating func move(_ motion: Motion) {
        switch motion {
        case .left: fold()
        case .right: unfold()
        default: list.move(motion)
        }
    }

    mutating func select(at y: Int) {
        if let row = list.row(at: y) { list.select(row) }
    }

    mutating func scroll(by count: Int) { list.scroll(by: count) }

    /// Selects the next row whose name or value holds a text; `false` when there is none.
    mutating func find(_ text: String, forward: Bool) -> Bool {
        guard !text.isEmpty, !rows.isEmpty else { return false }
        for step in 1...rows.count {
            let index = ((list.selected ?? 0) + (forward ? step : rows.count - step)) % rows.count
            if TextSearch.contains(text, in: rows[index].name + " " + rows[index].value) {
                list.select(index)
                return true
            }
        }
        return false
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
        case .string(let text): OpenedJSON.children(of: text)
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
        list.resize(count: rows.count)
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

    /// - Parameter sought: what is looked for: it is marked wherever it stands.
    func draw(into canvas: inout Canvas, marking sought: String, _ scene: Scene) {
        for (y, index) in list.visible.enumerated() {
            let row = rows[index]
            if index == list.selected { canvas.tint(canvas.bounds.row(y), scene.ground(.selection)) }
            var x = min(row.depth * 2, canvas.width / 3)
            let fold = row.isOpen.map { $0 ? scene.glyphs.unfolded : scene.glyphs.folded } ?? " "
            canvas.write(fold, at: Point(x: x, y: y), scene[.dim])
            x += 2
            let nameStyle = row.kind == .section ? scene[.heading].adding(.bold) : scene[.syntaxKey]
            let name = canvas.write(
                row.name, at: Point(x: x, y: y), nameStyle, maxWidth: max(8, canvas.width / 2), overflow: .ellipsis)
            Self.mark(sought, in: row.name, at: Point(x: x, y: y), width: name, into: &canvas, scene)
            x += name
            let role: Role =
                switch row.kind {
                case .section, .container: .dim
                case .string: .text
                case .number: .syntaxNumber
                }
            let value = canvas.write(row.value, at: Point(x: x + 2, y: y), scene[role], overflow: .ellipsis)
            Self.mark(sought, in: row.value, at: Point(x: x + 2, y: y), width: value, into: &canvas, scene)
        }
    }

    private static func mark(
        _ sought: String, in text: String, at place: Point, width: Int, into canvas: inout Canvas, _ scene: Scene
    ) {
        guard !sought.isEmpty, width > 0 else { return }
        for match in TextSearch.columns(of: sought, in: text) {
            let match = match.clamped(to: 0..<width)
            guard !match.isEmpty else { continue }
            canvas.tint(Rect(x: place.x + match.lowerBound, y: place.y, width: match.count, height: 1), scene[.match])
        }
    }
}
