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
    private var selected = 0
    private var height = 1

    init(config: String, replay: RecordedReplay) {
        self.config = config
        self.replay = replay
    }

    var title: String { "who moves" }

    func status(overview: StoreOverview?) -> StatusLine {
        let count = Figure.count(replay.moves.count)
        return StatusLine(
            left: .path(["configs", config, "who moves"]),
            facts: [.init("\(count) of \(Figure.count(replay.total)) recorded sessions")])
    }

    mutating func appear(_ scope: inout Scope) { height = max(1, scope.area.height - 1) }
    mutating func storeChanged(_ scope: inout Scope) {}
    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {}

    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move, .open, .copy: !replay.moves.isEmpty
        default: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        guard replay.moves.indices.contains(selected) else { return }
        let id = replay.moves[selected].sessionID
        switch gesture {
        case .move(let motion): selected = motion.target(from: selected, count: replay.moves.count)
        case .open: scope.move(.open(SessionScreen(id)))
        case .copy: scope.copy(id, what: "the session id")
        default: break
        }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let row = first(height) + point.y - 1
        if point.y > 0, replay.moves.indices.contains(row) { selected = row }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        selected = min(max(0, selected + rows), max(0, replay.moves.count - 1))
    }

    private func first(_ height: Int) -> Int {
        min(max(0, selected - height / 2), max(0, replay.moves.count - height))
    }

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let columns = Rect(x: 1, y: 0, width: canvas.width - 2, height: 1).columns(
            [.flex(2, min: 12), .flex(1, min: 8), .fixed(2), .flex(1, min: 8)], gap: 1)
        for (column, title) in zip([0, 1, 3], ["SESSION", "LIVE", "DRAFT"]) {
            canvas.write(title, at: Point(x: columns[column].x, y: 0), scene[.heading])
        }
        let room = max(0, canvas.height - 1)
        for (y, index) in (first(room)..<replay.moves.count).prefix(room).enumerated() {
            let move = replay.moves[index]
            if index == selected {
                canvas.tint(canvas.bounds.row(y + 1), scene.ground(.selection))
                canvas.write(scene.glyphs.marker, at: Point(x: 0, y: y + 1), scene[.accent])
            }
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
