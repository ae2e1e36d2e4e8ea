import Assignment
import Cells
import Display
import Experiments
import TraceModel

/// The recorded sessions that a draft would give another model, one a row; Enter opens the session.
struct MovesScreen: Screen {
    static let place = Place(title: "Who moves")

    let config: String
    let replay: RecordedReplay
    private var list: ListState

    init(config: String, replay: RecordedReplay) {
        self.config = config
        self.replay = replay
        list = ListState(count: replay.moves.count)
    }

    var title: String { "who moves" }

    func status(overview: StoreOverview?) -> StatusLine {
        let count = Figure.count(replay.moves.count)
        return StatusLine(
            left: .path(["configs", config, "who moves"]),
            facts: [.init("\(count) of \(Figure.count(replay.total)) recorded sessions")])
    }

    mutating func appear(_ scope: inout Scope) { list.resize(height: scope.area.height - 1) }

    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move, .open, .copy: !replay.moves.isEmpty
        default: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        guard let id = list.selected.map({ replay.moves[$0].sessionID }) else { return }
        switch gesture {
        case .move(let motion): list.move(motion)
        case .open: scope.move(.open(SessionScreen(id)))
        case .copy: scope.copy(id, what: "the session id")
        default: break
        }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        if let row = list.row(at: point.y - 1) { list.select(row) }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) { list.scroll(by: rows) }

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let columns = Rect(x: 1, y: 0, width: canvas.width - 2, height: 1).columns(
            [.flex(2, min: 12), .flex(1, min: 8), .fixed(2), .flex(1, min: 8)], gap: 1)
        for (column, title) in zip([0, 1, 3], ["SESSION", "SAVED", "DRAFT"]) {
            canvas.write(title, at: Point(x: columns[column].x, y: 0), scene[.heading])
        }
        for (y, index) in list.visible.enumerated() {
            let move = replay.moves[index]
            if index == list.selected { canvas.select(row: y + 1, scene) }
            let cells: [(String, Role)] = [
                (move.sessionID, .accent), (move.from ?? "an error", move.from == nil ? .error : .text),
                (scene.glyphs.arrow, .dim), (move.to ?? "an error", move.to == nil ? .error : .warning),
            ]
            for (column, cell) in zip(columns, cells) {
                canvas.write(
                    cell.0, at: Point(x: column.x, y: y + 1), scene[cell.1], maxWidth: column.width, overflow: .ellipsis
                )
            }
        }
    }
}
