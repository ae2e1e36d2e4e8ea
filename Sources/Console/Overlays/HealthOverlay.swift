import Cells
import Display
import TraceModel

/// How the ways in fare: which listen, what was lost and why, what was passed over by the names of its events.
struct HealthOverlay: Sendable {
    static let place = Place(title: "Health")

    /// How far it is scrolled.
    var place = ListState(isSelectable: false)

    /// A line of it.
    enum Row: Hashable {
        case heading(String)
        case source(ConsoleHealth.Source)
        case count(Int, String)
        case words(String)
        case blank
    }

    /// What is shown of a health.
    static func rows(_ health: ConsoleHealth, _ overview: StoreOverview?) -> [Row] {
        var rows: [Row] = []
        if let overview {
            rows += [
                .heading("store"),
                .words("\(Figure.count(overview.spans, "span")) in \(Figure.count(overview.sessions, "session"))"),
                .words(
                    overview.unindexed > 0
                        ? "\(Figure.count(overview.unindexed, "span")) still without an index: a search reads them"
                        : "the index of texts has all of them"),
                .blank,
            ]
        }
        rows.append(.heading("ways in"))
        rows += health.sources.map(Row.source)
        if health.sources.isEmpty { rows.append(.words("nothing is listened to")) }
        if let activity = health.activity { rows.append(.words(activity)) }
        rows += [.blank, .heading("lost")]
        rows += health.dropped.map { .count($0.count, $0.cause) }
        if health.dropped.isEmpty { rows.append(.words("nothing")) }
        rows += [.blank, .heading("passed over: events and metrics that make no span")]
        rows += health.passedOver.map { .count($0.count, $0.cause) }
        if health.passedOver.isEmpty { rows.append(.words("nothing")) }
        if health.masked > 0 { rows += [.blank, .count(health.masked, "secrets masked")] }
        return rows
    }

    static let commands: [Command] =
        [
            .closing(
                "health", place, keys: [.escape, .enter, .control("g"), .alt("h")], order: 20, rank: 10,
                help: "Close it.")
        ] + Command.scrolling("health", place, letters: true)
}

extension HealthOverlay {
    /// Draws over all but the bars.
    func draw(_ health: ConsoleHealth, _ overview: StoreOverview?, into canvas: inout Canvas, _ scene: Scene) {
        let rows = Self.rows(health, overview)
        let inside = OverlayBox.draw(
            into: &canvas, title: "health", wanted: Size(width: 84, height: rows.count + 2), scene)
        canvas.draw(in: inside) { canvas in
            let place = place.resized(count: rows.count, height: canvas.height)
            for (index, row) in rows[place.visible].enumerated() { Self.draw(row, y: index, into: &canvas, scene) }
            place.drawBar(into: &canvas, scene)
        }
    }

    private static func draw(_ row: Row, y: Int, into canvas: inout Canvas, _ scene: Scene) {
        let width = max(0, canvas.width - 3)
        switch row {
        case .heading(let title):
            canvas.write(
                title, at: Point(x: 1, y: y), scene[.strong].adding(.bold), maxWidth: width, overflow: .ellipsis)
        case .source(let source):
            let came = source.received.map { "  \(Figure.count($0)) came in" } ?? ""
            canvas.write(
                TopBar.text(of: source, scene).plain + came, at: Point(x: 2, y: y), scene[.text], maxWidth: width,
                overflow: .ellipsis)
        case .count(let count, let name):
            let figure = Figure.count(count)
            canvas.write(figure, at: Point(x: max(2, 10 - displayWidth(of: figure)), y: y), scene[.warning])
            canvas.write(
                name, at: Point(x: 12, y: y), scene[.text], maxWidth: max(0, canvas.width - 14), overflow: .ellipsis)
        case .words(let words):
            canvas.write(words, at: Point(x: 2, y: y), scene[.dim], maxWidth: width, overflow: .ellipsis)
        case .blank: break
        }
    }
}
