/// How long one part of a split is.
public enum Length: Hashable, Sendable {
    /// Exactly so many cells, as long as there is room.
    case fixed(Int)
    /// A share of what the others leave, by weight, but at least `min` as long as there is room.
    case flex(Int, min: Int)

    /// A share by weight 1.
    public static let rest = Length.flex(1, min: 0)
}

extension Rect {
    /// Splits into rows, top to bottom. The parts fill the rectangle if one of them can stretch; where there is too little
    /// room the last parts get none.
    public func rows(_ lengths: [Length], gap: Int = 0) -> [Rect] {
        Length.divide(height, lengths, gap: gap).map { Rect(x: x, y: y + $0.start, width: width, height: $0.length) }
    }

    /// Splits into columns, left to right; like `rows`.
    public func columns(_ lengths: [Length], gap: Int = 0) -> [Rect] {
        Length.divide(width, lengths, gap: gap).map { Rect(x: x + $0.start, y: y, width: $0.length, height: height) }
    }

    /// This rectangle without its edges.
    public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
        Rect(
            x: x + min(left, width), y: y + min(top, height), width: width - left - right, height: height - top - bottom
        )
    }

    /// One row of it, empty if it lies outside.
    public func row(_ index: Int) -> Rect {
        Rect(x: x, y: y + index, width: width, height: (0..<height).contains(index) ? 1 : 0)
    }
}

extension Length {
    /// Starts and lengths of parts of `total` cells.
    static func divide(_ total: Int, _ lengths: [Length], gap: Int) -> [(start: Int, length: Int)] {
        var sizes = lengths.map { length -> Int in
            switch length {
            case .fixed(let count): return max(0, count)
            case .flex(_, let least): return max(0, least)
            }
        }
        var room = max(0, total - gap * max(0, lengths.count - 1))
        for index in sizes.indices {
            sizes[index] = min(sizes[index], room)
            room -= sizes[index]
        }
        stretch(&sizes, lengths, by: room)
        var start = 0
        return sizes.map { size in
            defer { start = min(total, start + size + gap) }
            return (start, min(size, total - start))
        }
    }

    /// Gives the free room to the parts that stretch, by weight; cells left over by rounding go to the first of them.
    private static func stretch(_ sizes: inout [Int], _ lengths: [Length], by room: Int) {
        var weights = 0
        for case .flex(let weight, _) in lengths { weights += max(0, weight) }
        guard weights > 0, room > 0 else { return }
        var left = room
        for (index, length) in lengths.enumerated() {
            guard case .flex(let weight, _) = length else { continue }
            let share = room * max(0, weight) / weights
            sizes[index] += share
            left -= share
        }
        for (index, length) in lengths.enumerated() where left > 0 {
            guard case .flex(let weight, _) = length, weight > 0 else { continue }
            sizes[index] += 1
            left -= 1
        }
    }
}
