import Cells
import Display
import TraceModel

/// A bar of a call's time, split at its first token: `╌╌━━━━━`.
enum LatencyBar {
    /// Draws the bar of one span.
    /// - Parameters:
    ///   - duration: nanoseconds, so far for a running span.
    ///   - firstToken: nanoseconds until the first token.
    ///   - scale: nanoseconds that the whole width stands for.
    ///   - role: the colour after the first token.
    static func draw(
        into canvas: inout Canvas, at point: Point, width: Int, duration: Int64, firstToken: Int64?, scale: Int64,
        role: Role, isRunning: Bool = false, _ scene: Scene
    ) {
        draw(
            into: &canvas, in: Rect(x: point.x, y: point.y, width: width, height: 1), start: 0, duration: duration,
            firstToken: firstToken, scale: scale, role: role, isRunning: isRunning, track: nil, scene)
    }

    /// The same at a place in time: nanoseconds from the row's left edge.
    static func draw(
        into canvas: inout Canvas, in row: Rect, start: Int64, duration: Int64, firstToken: Int64?, scale: Int64,
        role: Role, isRunning: Bool, track: Style?, _ scene: Scene
    ) {
        let whole = Double(max(1, scale))
        let begin = Double(start) / whole
        let end = begin + Double(max(0, duration)) / whole
        // While a call runs nobody knows how much of it is waiting: all of it is drawn thin.
        let split = isRunning ? end : firstToken.map { begin + Double($0) / whole }
        SplitBar(
            start: begin, split: split, end: end, waiting: scene[isRunning ? role : .waiting], active: scene[role],
            track: track
        ).draw(into: &canvas, in: row, glyphs: scene.glyphs)
    }

    /// The round number of time that is not below the longest: so the scale, and with it
    /// every bar, stays as it is while rows come and go.
    static func scale(longest: Int64) -> Int64 {
        var unit: Int64 = 1_000_000
        while unit < 1_000_000_000_000_000 {
            for factor: Int64 in [1, 2, 3, 4, 5, 6, 8] where longest <= unit * factor { return unit * factor }
            unit *= 10
        }
        return max(1, longest)
    }

    /// A scale as text: `500ms`, `2s`.
    static func text(scale: Int64) -> String {
        if scale < 1_000_000_000 { return "\(scale / 1_000_000)ms" }
        return scale < 60_000_000_000 ? "\(scale / 1_000_000_000)s" : Figure.duration(scale)
    }
}

extension Span {
    /// How long it has taken, for a running one until `now`.
    func elapsed(now: Timestamp) -> Int64 {
        durationNanoseconds ?? end.map { max(0, $0.nanoseconds(since: start)) } ?? max(0, now.nanoseconds(since: start))
    }
}
