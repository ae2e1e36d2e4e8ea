import Assignment

/// What differs between two texts of prose: by line, then by word inside what changed, with blocks that moved.
///
/// Texts are compared byte for byte. Marks never split a grapheme. Unmarked text is the same on both sides.
public struct TextDiff: Sendable {
    /// Every line of both texts in rows, in order.
    public let rows: [DiffRow]
    /// Blocks that stand elsewhere on the other side.
    public let moves: [DiffMove]
    /// Whether a bound on the work was met: the diff is right, but marks more than need be.
    public let isCoarse: Bool
    /// Names of placeholders that took each other's places, as often as seen.
    let placeholderPairs: [(old: String, new: String)]
    let old: LineTable
    let new: LineTable
    let script: SequenceDiff

    /// Compares two texts.
    public init(old: String, new: String) {
        let (oldTable, newTable) = (LineTable(old), LineTable(new))
        let numbers = LineTable.numbers(oldTable, newTable)
        var script = SequenceDiff(numbers.old, numbers.new, usesAnchors: true)
        script.slide(numbers.old, numbers.new) { isOld, lines in
            lines.last.map((isOld ? oldTable : newTable).isBlank) == true ? 1 : 0
        }
        var builder = RowBuilder(old: oldTable, new: newTable)
        builder.moves = MoveFinder.moves(oldTable, newTable, script)
        builder.build(script)
        self.rows = builder.rows
        self.moves = builder.moves
        self.isCoarse = script.isCoarse || builder.isCoarse
        self.placeholderPairs = builder.placeholderPairs
        self.old = oldTable
        self.new = newTable
        self.script = script
    }

    /// Whether both texts are the same, byte for byte.
    public var isEmpty: Bool { old.bytes == new.bytes }

    /// Whether the texts differ, but in nothing that is read: white space, line ends, where lines are wrapped.
    public var isOnlyWhitespace: Bool {
        !isEmpty && moves.isEmpty && rows.allSatisfy { $0.kind == .equal || $0.kind == .whitespace }
    }

    /// Rows with changes in groups, each with up to `context` unchanged rows around it: what one jumps between.
    public func hunks(context: Int = 3) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (index, row) in rows.enumerated() where row.kind != .equal {
            let range = max(0, index - context)..<min(rows.count, index + context + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }
}

/// Finds blocks of lines that were removed here and added there.
enum MoveFinder {
    /// How many bytes of letters and digits make a block worth recognising.
    private static let leastWeight = 20

    /// The blocks, each line in one at most, the longest from each line on.
    static func moves(
        _ oldTable: LineTable, _ newTable: LineTable, _ script: SequenceDiff
    ) -> [DiffMove] {
        guard script.removed.contains(true), script.added.contains(true) else { return [] }
        let (old, new) = LineTable.numbers(oldTable, newTable, ignoresTerminators: true)
        var places: [Int: [Int]] = [:]
        for index in new.indices where script.added[index] { places[new[index], default: []].append(index) }
        var isTaken = [Bool](repeating: false, count: new.count)
        var moves: [DiffMove] = []
        var index = 0
        while index < old.count {
            guard script.removed[index], !oldTable.isBlank(index) else {
                index += 1
                continue
            }
            var best = 0..<0
            for start in places[old[index], default: []].prefix(32) {
                var length = 0
                while index + length < old.count, start + length < new.count, script.removed[index + length],
                    script.added[start + length], !isTaken[start + length], old[index + length] == new[start + length]
                {
                    length += 1
                }
                while length > 0, newTable.isBlank(start + length - 1) { length -= 1 }
                if length > best.count { best = start..<(start + length) }
            }
            let weight = best.reduce(0) { $0 + newTable.weight($1) }
            guard weight >= leastWeight else {
                index += 1
                continue
            }
            for line in best { isTaken[line] = true }
            moves.append(DiffMove(old: index..<(index + best.count), new: best))
            index += best.count
        }
        return moves
    }
}
