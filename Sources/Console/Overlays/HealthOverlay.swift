import Cells
import Display

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
    static func rows(_ health: ConsoleHealth) -> [Row] {
        var rows: [Row] = [.heading("ways in")]
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

    static let commands: [Command] = [
        Command(
            name: "health.close", title: "close", keys: [.escape, .enter, .control("g"), .alt("h")],
            help: "Close it.", place: place, hint: .of([.escape], "close", order: 20, rank: 10),
            isAvailable: { _ in true }, action: { state, _ in state.overlay = nil }),
        .scrollHealth("health.down", "down", .down, [.down, .character("j")]),
        .scrollHealth("health.up", "up", .up, [.up, .character("k")]),
        .scrollHealth("health.page-down", "page down", .pageDown, [.pageDown]),
        .scrollHealth("health.page-up", "page up", .pageUp, [.pageUp]),
    ]
}

extension Command {
    fileprivate static func scrollHealth(
        _ name: String, _ title: String, _ motion: Motion, _ keys: [Key]
    ) -> Command {
        Command(
            name: name, title: title, keys: keys, help: "Scroll: \(title).", place: HealthOverlay.place, hint: nil,
            isAvailable: { _ in true },
            action: { state, _ in state.scrollHealth { $0.move(motion) } })
    }
}

extension ConsoleState {
    mutating func scrollHealth(_ body: (inout ListState) -> Void) {
        guard case .health(var overlay) = overlay else { return }
        let area = ScreenFrame(size).body
        overlay.place.resize(count: HealthOverlay.rows(health).count, height: max(1, area.height - 2))
        body(&overlay.place)
        self.overlay = .health(overlay)
    }
}

extension HealthOverlay {
    /// Draws over all but the bars.
    func draw(_ health: ConsoleHealth, into canvas: inout Canvas, _ scene: Scene) {
        let inside = OverlayBox.draw(
            into: &canvas, title: "health", wanted: Size(width: 84, height: canvas.height), scene)
        canvas.draw(in: inside) { canvas in
            let rows = Self.rows(health)
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
            canvas.write(
                TopBar.text(of: source, scene).plain, at: Point(x: 2, y: y), scene[.text], maxWidth: width,
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
