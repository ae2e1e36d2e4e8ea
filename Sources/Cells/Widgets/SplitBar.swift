/// A bar on a line, in half-cell steps: a call's time, thin while it waits for the first token, thick while it streams.
///
/// All places are fractions of the width, 0–1. Thin and thick tell the parts apart without colour; ASCII uses - and =.
public struct SplitBar: Hashable, Sendable {
    /// Where it begins.
    public var start: Double
    /// Where it turns from thin to thick; `nil` or not above `start` for a bar that is thick throughout.
    public var split: Double?
    /// Where it ends.
    public var end: Double
    /// How the thin part looks.
    public var waiting: Style
    /// How the thick part looks.
    public var active: Style
    /// The dots where nothing is, `nil` for none.
    public var track: Style?

    /// Makes a bar.
    public init(
        start: Double = 0, split: Double? = nil, end: Double, waiting: Style = Style(), active: Style,
        track: Style? = nil
    ) {
        self.start = start
        self.split = split
        self.end = end
        self.waiting = waiting
        self.active = active
        self.track = track
    }

    private enum Half {
        case none
        case thin
        case thick
    }

    /// Draws into one row. A bar that takes any time takes at least half a cell.
    public func draw(into canvas: inout Canvas, in row: Rect, glyphs: Glyphs = .unicode) {
        guard !row.isEmpty else { return }
        canvas.unreverse(around: row)
        let halves = 2 * row.width
        let first = min(halves - 1, place(start, of: halves))
        let last = max(first + 1, place(end, of: halves))
        // A split inside the bar keeps at least half a cell of each part where there is room for both.
        var turn = first
        if let split, split > start {
            turn = min(max(place(split, of: halves), first + 1), last - first > 1 && split < end ? last - 1 : last)
        }
        for x in 0..<row.width {
            let left = half(2 * x, first, turn, last)
            let right = half(2 * x + 1, first, turn, last)
            guard let sign = sign(left, right, glyphs) else {
                if let track { canvas.write(glyphs.track, at: Point(x: row.x + x, y: row.y), track) }
                continue
            }
            let isActive = left == .thick || right == .thick
            canvas.write(sign, at: Point(x: row.x + x, y: row.y), isActive ? active : waiting)
        }
    }

    private func place(_ fraction: Double, of halves: Int) -> Int {
        guard fraction.isFinite else { return fraction > 0 ? halves : 0 }
        return Int((min(max(fraction, 0), 1) * Double(halves)).rounded())
    }

    private func half(_ index: Int, _ first: Int, _ turn: Int, _ last: Int) -> Half {
        if index < first || index >= last { return .none }
        return index < turn ? .thin : .thick
    }

    private func sign(_ left: Half, _ right: Half, _ glyphs: Glyphs) -> String? {
        if glyphs.isASCII {
            if left == .none && right == .none { return nil }
            return left == .thick || right == .thick ? glyphs.bar : glyphs.waitingBar
        }
        switch (left, right) {
        case (.none, .none): return nil
        case (.thin, .none): return "╴"
        case (.none, .thin): return "╶"
        case (.thin, .thin): return glyphs.waitingBar
        case (.thick, .none): return "╸"
        case (.none, .thick): return "╺"
        case (.thick, .thick): return glyphs.bar
        case (.thin, .thick): return "╼"
        case (.thick, .thin): return "╾"
        }
    }
}
