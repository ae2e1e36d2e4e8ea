import Cells
import Display
import TraceModel

/// A figure over time as columns of blocks.
struct UsageHistogram: Sendable {
    /// The pieces of time that have something, in their order.
    private(set) var rows: [UsageRow] = []
    private(set) var bucket = UsageBucket.hour
    /// The group whose part of each piece is drawn, where one was selected.
    var part: UsagePart?

    /// The piece under the cursor.
    var cursor: Timestamp?
    /// The piece that the mouse was drawn to from the cursor, while its button is down.
    var drawnTo: Timestamp?

    /// The first and the last piece that are marked; `nil` where none is.
    var marked: (first: Timestamp, last: Timestamp)? {
        guard let cursor else { return nil }
        let other = drawnTo ?? cursor
        return (min(cursor, other), max(cursor, other))
    }

    mutating func put(_ rows: [UsageRow], bucket: UsageBucket) {
        self.rows = rows.filter { $0.bucketStart != nil }
        self.bucket = bucket
        if let cursor, !self.rows.contains(where: { $0.bucketStart == cursor }) { self.cursor = nil }
    }

    /// More pieces than this are too fine to be looked at, fewer than that too coarse.
    private static let most = 400
    private static let least = 6

    /// The pieces that suit the time that the rows span, where others would.
    var better: UsageBucket? {
        guard let first = rows.first?.bucketStart, let last = rows.last?.bucketStart else { return nil }
        let all = UsageBucket.allCases
        guard let index = all.firstIndex(of: bucket) else { return nil }
        let count = Int(last.nanoseconds(since: first) / bucket.nanoseconds) + 1
        if count > Self.most, index + 1 < all.count { return all[index + 1] }
        guard count < Self.least, index > 0 else { return nil }
        let finer = all[index - 1]
        return Int64(count) * bucket.nanoseconds / finer.nanoseconds <= Int64(Self.most) ? finer : nil
    }

    /// The row under the cursor.
    var selected: UsageRow? { cursor.flatMap { cursor in rows.first { $0.bucketStart == cursor } } }

    /// Moves the cursor to a neighbour; the first move puts it on the newest piece.
    mutating func move(by step: Int) {
        guard !rows.isEmpty else { return }
        guard let cursor, let index = rows.firstIndex(where: { $0.bucketStart == cursor }) else {
            self.cursor = rows.last?.bucketStart
            return
        }
        self.cursor = rows[min(max(0, index + step), rows.count - 1)].bucketStart
    }

    // MARK: Columns

    /// Few pieces do not become walls.
    private static let widest = 12

    /// What one column of cells stands for: a value and the first piece in it.
    struct Bar: Hashable, Sendable {
        var value: Double
        /// The selected group's part of it.
        var part = 0.0
        var start: Timestamp?
        var hasCursor: Bool
        /// Whether it only sets a piece off from the next one.
        var isGap = false
    }

    /// Pieces of so many columns are set off from each other and are all as wide.
    private static let wideEnough = 3

    /// The columns for a width: one or more for each piece, or several pieces in one; of those, figures that add up are
    /// added, of others the largest is shown.
    func bars(_ figure: UsageFigure, width: Int) -> [Bar] {
        guard width > 0, let first = rows.first?.bucketStart, let last = rows.last?.bucketStart else { return [] }
        let step = bucket.nanoseconds
        let count = Int(last.nanoseconds(since: first) / step) + 1
        let perBar = max(1, (count + width - 1) / width)
        var bars = (0..<(count + perBar - 1) / perBar).map { _ in Bar(value: 0, start: nil, hasCursor: false) }
        for row in rows {
            guard let start = row.bucketStart else { continue }
            let index = Int(start.nanoseconds(since: first) / step) / perBar
            guard bars.indices.contains(index) else { continue }
            let value = figure.value(row.figures) ?? 0
            bars[index].value = figure.addsUp ? bars[index].value + value : max(bars[index].value, value)
            if bars[index].start == nil { bars[index].start = start }
            if let marked, start >= marked.first, start <= marked.last { bars[index].hasCursor = true }
        }
        for row in figure.addsUp ? part?.rows ?? [] : [] {
            guard let start = row.bucketStart, start >= first, start <= last else { continue }
            bars[Int(start.nanoseconds(since: first) / step) / perBar].part += figure.value(row.figures) ?? 0
        }
        let each = min(Self.widest, width / bars.count)
        if each >= Self.wideEnough {
            return bars.flatMap { bar in
                (1...each).map { column in
                    var bar = bar
                    bar.isGap = column == each
                    return bar
                }
            }
        }
        // All columns are taken: some pieces have one more than others.
        return (0..<width).map { bars[$0 * bars.count / width] }
    }

    /// Draws the columns above a line with the times of the first and the last piece; the scale stands at the left.
    func draw(_ figure: UsageFigure, into canvas: inout Canvas, hasKeys: Bool, _ scene: Scene) {
        let height = canvas.height - 1
        let left = Self.scaleWidth
        guard height > 0, canvas.width > left + 8 else { return }
        let bars = bars(figure, width: canvas.width - left - 1)
        let top = Self.scale(to: bars.map(\.value).max() ?? 0, isWhole: figure.isCount)
        for (y, share) in top > 0 ? height < 8 ? [(0, 1)] : [(0, 1), (height / 2, 0.5)] : [] {
            canvas.writeRight(figure.text(of: top * share), endingAt: left - 1, y: y, scene[.dim], maxWidth: left - 1)
        }
        let heights = scene.glyphs.heights
        let isOfParts = part != nil && figure.addsUp
        for (x, bar) in bars.enumerated() {
            let filled = top > 0 ? bar.value / top * Double(height) : 0
            let ofPart = bar.value > 0 ? filled * min(1, bar.part / bar.value) : 0
            let role: Role = bar.hasCursor ? .accent : figure.isOfFailures ? .error : .llm
            for y in 0..<height {
                let below = Double(height - 1 - y)
                let share = min(1, max(0, filled - below))
                guard share > 0, !bar.isGap else { continue }
                let step = Int((share * Double(heights.count - 1)).rounded(.up))
                let cell =
                    isOfParts
                    ? UsagePart.cell(
                        heights[step], part: min(share, max(0, ofPart - below)), of: share, role, isFoot: below == 0,
                        scene)
                    : (heights[step], scene[role])
                if let cell { canvas.write(cell.sign, at: Point(x: left + x, y: y), cell.style) }
            }
            if bar.hasCursor, x == 0 || !bars[x - 1].hasCursor {
                canvas.write(scene.glyphs.arrowUp, at: Point(x: left + x, y: height), scene[hasKeys ? .accent : .dim])
            }
        }
        drawTimes(bars, into: &canvas, y: height, left: left, scene)
    }

    /// The round number that the highest column is measured by: half of it is one too.
    /// - Parameter isWhole: whether the figure counts things.
    static func scale(to highest: Double, isWhole: Bool = false) -> Double {
        guard highest > 0, highest.isFinite else { return 0 }
        if isWhole, highest <= 10 { return max(2, (highest / 2).rounded(.up) * 2) }
        var unit = 1.0
        while unit * 10 <= highest { unit *= 10 }
        while unit > highest { unit /= 10 }
        let steps: [Double] = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10]
        return (steps.first { $0 * unit >= highest } ?? 10) * unit
    }

    private static let scaleWidth = 10

    private func drawTimes(_ bars: [Bar], into canvas: inout Canvas, y: Int, left: Int, _ scene: Scene) {
        let width = bars.count
        guard let first = rows.first?.bucketStart, let last = rows.last?.bucketStart else { return }
        let start = time(first, scene)
        let end = time(last, scene)
        guard cursor == nil || width > start.utf8.count + end.utf8.count + 12 else { return }
        canvas.write(start, at: Point(x: left, y: y), scene[.dim])
        if first != last {
            canvas.writeRight(end, endingAt: left + max(width, end.utf8.count * 2 + 3), y: y, scene[.dim])
        }
        // Between them where a piece begins, unless the cursor's mark may stand there.
        guard cursor == nil else { return }
        var before = first
        let parts = width >= 96 ? 4 : width >= 60 ? 2 : 1
        for part in 1..<max(1, parts) {
            guard let start = bars[width * part / parts].start, start > before,
                let x = bars.firstIndex(where: { $0.start == start })
            else { continue }
            canvas.write(shortTime(start, after: before, scene), at: Point(x: left + x, y: y), scene[.dim])
            before = start
        }
    }

    /// A piece's time behind another's, from which the year is known, and the day where it is the same.
    private func shortTime(_ moment: Timestamp, after other: Timestamp, _ scene: Scene) -> String {
        let isDay = bucket == .day || bucket == .week
        return String(time(moment, scene).dropFirst(!isDay && scene.wallClock.isSameDay(moment, other) ? 11 : 5))
    }

    /// A piece's time as precisely as it is meant.
    func time(_ moment: Timestamp, _ scene: Scene) -> String {
        switch bucket {
        case .day, .week: scene.wallClock.day(moment)
        case .hour, .minute: scene.wallClock.dayAndMinute(moment)
        }
    }

    /// As many pieces are read aloud at most, the newest.
    private static let mostSpoken = 24

    /// Each piece of time that has something, with its value and the selected group's part of it.
    func spoken(_ figure: UsageFigure, _ scene: Scene) -> [String] {
        let parts = figure.addsUp ? part : nil
        let ofPart = Dictionary(
            (parts?.rows ?? []).map { ($0.bucketStart, $0.figures) }, uniquingKeysWith: { first, _ in first })
        var lines = rows.suffix(Self.mostSpoken).map { row in
            var line = row.bucketStart.map { time($0, scene) } ?? ""
            let text = figure.text(row.figures, isNarrow: false)
            line += " " + (text.isEmpty ? scene.glyphs.none : text)
            if let parts, let figures = ofPart[row.bucketStart] {
                line += ", of it \(parts.name) \(figure.text(figures, isNarrow: false))"
            }
            return line
        }
        let rest = rows.count - lines.count
        if rest > 0 { lines.insert("\(Figure.count(rest)) earlier are not written; ] zooms in", at: 0) }
        return lines
    }

    /// The piece in the column at `x`.
    func piece(at x: Int, _ figure: UsageFigure, width: Int) -> Timestamp? {
        let bars = bars(figure, width: width - Self.scaleWidth - 1)
        let index = x - Self.scaleWidth
        return bars.indices.contains(index) ? bars[index].start : nil
    }
}
