import Cells
import Display
import TraceModel

/// The spans of one trace as a tree over time.
struct Waterfall: Sendable {
    /// One row.
    struct Row: Sendable {
        let stored: StoredSpan
        /// For each level above, whether its line goes on below this row; the last is the row's own branch.
        let branches: [Bool]
        /// How many rows in the tree lie above it.
        var depth: Int { branches.count }
    }

    /// The rows, a parent before its children, siblings by start.
    let rows: [Row]
    /// The first start.
    let start: Timestamp
    /// The end that all rows of finished spans lie before.
    private let knownEnd: Timestamp
    private let hasRunning: Bool
    /// The spans that the user waited for: what ended last, before it began what had ended last, and so on.
    let awaited: Set<SpanKey>

    init(_ spans: [StoredSpan]) {
        let ordered = spans.sorted { ($0.span.start, $0.sequence) < ($1.span.start, $1.sequence) }
        start = ordered.first?.span.start ?? Timestamp(unixNanoseconds: 0)
        hasRunning = ordered.contains { $0.span.isRunning }
        knownEnd =
            ordered.map { $0.span.start.advanced(byNanoseconds: $0.span.elapsed(now: $0.span.start)) }.max() ?? start
        rows = Self.tree(ordered)
        awaited = CriticalPath(ordered).keys
    }

    /// What the whole width stands for; never 0.
    func span(now: Timestamp) -> Int64 {
        let end = hasRunning ? max(knownEnd, now) : knownEnd
        return max(1, end.nanoseconds(since: start))
    }

    private static func tree(_ ordered: [StoredSpan]) -> [Row] {
        let known = Set(ordered.map(\.span.key.spanID))
        var children: [String: [StoredSpan]] = [:]
        var roots: [StoredSpan] = []
        for stored in ordered {
            if let parent = stored.span.parentID, known.contains(parent), parent != stored.span.key.spanID {
                children[parent, default: []].append(stored)
            } else {
                roots.append(stored)
            }
        }
        var rows: [Row] = []
        var seen: Set<String> = []
        // An explicit stack: a trace may be nested deeper than ours is.
        var stack: [(StoredSpan, [Bool])] = roots.reversed().map { ($0, []) }
        func drain() {
            while let (stored, branches) = stack.popLast() {
                guard seen.insert(stored.span.key.spanID).inserted else { continue }
                rows.append(Row(stored: stored, branches: branches))
                let below = children[stored.span.key.spanID] ?? []
                for (index, child) in below.enumerated().reversed() {
                    stack.append((child, branches + [index < below.count - 1]))
                }
            }
        }
        drain()
        // Spans that are each other's ancestors hang on no root.
        for stored in ordered where !seen.contains(stored.span.key.spanID) {
            stack = [(stored, [])]
            drain()
        }
        return rows
    }

    /// Draws as many rows as there is room for, around one span, which is set off, and returns how many.
    func draw(into canvas: inout Canvas, around key: SpanKey, _ ground: Role, _ scene: Scene) -> Int {
        let own = rows.firstIndex { $0.stored.span.key == key } ?? 0
        let list = ListState(count: rows.count, height: canvas.height, around: own)
        let scale = span(now: scene.now)
        for (y, index) in list.visible.enumerated() {
            let rect = canvas.bounds.row(y)
            if index == own, rows.count > 1 { canvas.tint(rect, scene.ground(ground)) }
            Self.draw(
                rows[index], into: &canvas, rect: rect, origin: start, scale: scale,
                isAwaited: awaited.contains(rows[index].stored.span.key), scene)
        }
        return list.visible.count
    }

    /// Draws one row: the tree's lines and the name, the bar at its place in time, the duration.
    /// - Parameters:
    ///   - scale: nanoseconds the bar's whole width stands for.
    ///   - origin: the moment at the bar's left edge.
    ///   - folded: how many rows below it are not shown.
    ///   - isAwaited: whether the user waited for it, where others ran beside.
    ///   - showsCost: whether what it cost stands behind the duration, where there is room.
    static func draw(
        _ row: Row, folded: Int = 0, into canvas: inout Canvas, rect: Rect, origin: Timestamp, scale: Int64,
        isAwaited: Bool = false, showsCost: Bool = false, _ scene: Scene
    ) {
        let columns = WaterfallColumns(width: rect.width, showsCost: showsCost)
        let span = row.stored.span
        canvas.draw(in: rect) { canvas in
            var x = drawBranches(row, into: &canvas, limit: columns.name, scene)
            let isFailed = span.status == .error
            if isFailed, x < columns.name {
                x += canvas.write(scene.glyphs.failure + " ", at: Point(x: x, y: 0), scene[.error])
            }
            let mark = folded > 0 ? " \(scene.glyphs.folded)\(folded)" : ""
            x += canvas.write(
                span.name, at: Point(x: x, y: 0), scene[isFailed ? .error : nameRole(span)],
                maxWidth: max(0, columns.name - x - displayWidth(of: mark)), overflow: .ellipsis)
            canvas.write(mark, at: Point(x: x, y: 0), scene[.dim], maxWidth: max(0, columns.name - x))
            if columns.bar > 0 {
                drawBar(span, into: &canvas, x: columns.barX, width: columns.bar, origin: origin, scale: scale, scene)
            }
            if isAwaited, columns.bar > 0 {
                canvas.write(scene.glyphs.marker, at: Point(x: columns.barX - 1, y: 0), scene[.accent])
            }
            let elapsed = span.elapsed(now: scene.now)
            let text = span.isRunning ? Figure.elapsed(elapsed) : Figure.duration(elapsed)
            let role: Role = isFailed ? .error : span.isRunning ? .accent : .text
            // The sign stands before the figure, at its own place: digits stay where those of other rows are.
            let place = columns.end - columns.duration
            if span.isRunning, columns.duration > Self.longestDuration {
                canvas.write(scene.spinner, at: Point(x: place, y: 0), scene[.accent])
            }
            canvas.writeRight(text, endingAt: columns.end, y: 0, scene[role], maxWidth: columns.duration)
            drawCost(row.stored, into: &canvas, columns, scene)
        }
    }

    /// What it cost, where that is counted: the dear call is found without opening each.
    private static func drawCost(
        _ stored: StoredSpan, into canvas: inout Canvas, _ columns: WaterfallColumns, _ scene: Scene
    ) {
        guard columns.cost > 0, let cost = stored.span.cost, stored.counts.contains(.cost) else { return }
        canvas.writeRight(
            Figure.cost(cost), endingAt: columns.end + columns.cost, y: 0, scene[.dim], maxWidth: columns.cost)
    }

    private static func nameRole(_ span: Span) -> Role {
        switch span.kind {
        case .tool, .retrieval: span.kind.role
        default: .text
        }
    }

    /// Every level stands to the right of the one above: two columns for each where they fit, else one, else the level's
    /// number in front of the row's own branch.
    private static func drawBranches(_ row: Row, into canvas: inout Canvas, limit: Int, _ scene: Scene) -> Int {
        guard let ownGoesOn = row.branches.last else { return 0 }
        let room = max(2, limit - shortestName)
        let own = ownGoesOn ? scene.glyphs.teeRight : scene.glyphs.lastBranch
        let step = row.depth * 2 <= room ? 2 : 1
        guard row.depth * step <= room else {
            let number = canvas.write("\(row.depth)", at: Point(x: 0, y: 0), scene[.dim])
            canvas.write(own, at: Point(x: number, y: 0), scene[.dim])
            return min(number + 2, limit)
        }
        for (level, goesOn) in row.branches.dropLast().enumerated() where goesOn {
            canvas.write(scene.glyphs.vertical, at: Point(x: level * step, y: 0), scene[.dim])
        }
        canvas.write(own, at: Point(x: (row.depth - 1) * step, y: 0), scene[.dim])
        return min((row.depth - 1) * step + 2, limit)
    }

    /// Columns of the longest duration that is written.
    private static let longestDuration = 7

    /// Columns that a name has however deep it stands.
    private static let shortestName = 6

    private static func drawBar(
        _ span: Span, into canvas: inout Canvas, x: Int, width: Int, origin: Timestamp, scale: Int64, _ scene: Scene
    ) {
        LatencyBar.draw(
            into: &canvas, in: Rect(x: x, y: 0, width: width, height: 1), start: span.start.nanoseconds(since: origin),
            duration: span.elapsed(now: scene.now), firstToken: span.timeToFirstTokenNanoseconds, scale: scale,
            role: span.status == .error ? .error : span.kind.role, isRunning: span.isRunning, track: scene[.lines],
            scene)
    }
}

/// Where name, bar, duration and cost of a waterfall's row lie.
struct WaterfallColumns {
    let name: Int
    let barX: Int
    let bar: Int
    let duration: Int
    /// Where the duration ends.
    let end: Int
    /// 0 where there is no room for it.
    let cost: Int

    init(width: Int, showsCost: Bool) {
        cost = showsCost && width >= 70 ? 10 : 0
        end = width - cost
        duration = min(end, 9)
        let room = end - duration
        guard room >= 26 else {
            name = max(0, room - 1)
            barX = room
            bar = 0
            return
        }
        // The bar alone makes room for the cost.
        name = max(14, min(32, (width - duration) * 2 / 5))
        barX = name + 2
        bar = max(0, room - name - 3)
    }
}
