import Assignment

/// The word diff of a changed region: some lines of the old text against some of the new one.
///
/// A first comparison over all of it finds which lines belong together; a second one, within those alone, what changed in
/// them. So a full stop of one line is never taken for that of another, and unrelated lines are not marked as alike.
struct RegionDiff {
    /// How a token is marked.
    typealias Mark = DiffSegment.Mark
    typealias Placed = WordComparison.Placed

    private(set) var old: [Placed] = []
    private(set) var new: [Placed] = []
    private(set) var oldMarks: [Mark]
    private(set) var newMarks: [Mark]
    /// Lines that belong beside each other, ascending on both sides.
    private(set) var pairs: [LineRelation.LinePair] = []
    private(set) var placeholderPairs: [(old: String, new: String)] = []
    private(set) var isCoarse = false

    init(_ oldTable: LineTable, _ oldLines: [Int], _ newTable: LineTable, _ newLines: [Int]) {
        var known: [ArraySlice<UInt8>: Int] = [:]
        func place(_ table: LineTable, _ lines: [Int]) -> [Placed] {
            lines.flatMap { line in
                WordTokens(table.bytes[table.lines[line]]).tokens.map { token in
                    let text = table.bytes[token.range]
                    let number = known[text] ?? known.count
                    known[text] = number
                    return Placed(line: line, token: token, number: number, substance: Substance(token, text))
                }
            }
        }
        self.old = place(oldTable, oldLines)
        self.new = place(newTable, newLines)
        self.oldMarks = Array(repeating: .changed, count: old.count)
        self.newMarks = Array(repeating: .changed, count: new.count)
        let equal = compare()
        for pair in equal { (oldMarks[pair.old], newMarks[pair.new]) = (.equal, .equal) }
        quieten(equal)
        notePlaceholders(oldTable, newTable)
    }

    /// Compares twice, the second time only lines that belong together.
    ///
    /// - Returns: the tokens that stay.
    private mutating func compare() -> [WordComparison.Pair] {
        let first = WordComparison(old, new, readably: false)
        isCoarse = first.isCoarse
        let relation = LineRelation(first.pairs, old, new)
        let (oldByLine, newByLine) = (Self.places(old), Self.places(new))
        var equal: [WordComparison.Pair] = []
        for block in relation.blocks {
            let oldPlaces = block.old.sorted().flatMap { oldByLine[$0] ?? 0..<0 }
            let newPlaces = block.new.sorted().flatMap { newByLine[$0] ?? 0..<0 }
            let second = WordComparison(oldPlaces.map { old[$0] }, newPlaces.map { new[$0] }, readably: true)
            isCoarse = isCoarse || second.isCoarse
            equal += second.pairs.lazy.map { .init(old: oldPlaces[$0.old], new: newPlaces[$0.new]) }
        }
        let final = LineRelation(equal, old, new)
        pairs = final.bestPairs
        return equal.filter { final.areRelated(old[$0.old].line, new[$0.new].line) }
    }

    /// Where each line's tokens lie.
    private static func places(_ tokens: [Placed]) -> [Int: Range<Int>] {
        var places: [Int: Range<Int>] = [:]
        for (index, token) in tokens.enumerated() {
            places[token.line] = (places[token.line]?.lowerBound ?? index)..<(index + 1)
        }
        return places
    }

    /// Marks changes of nothing but white space quietly.
    private mutating func quieten(_ equal: [WordComparison.Pair]) {
        var (left, right) = (0, 0)
        for pair in equal + [WordComparison.Pair(old: old.count, new: new.count)] {
            let (oldGap, newGap) = (left..<pair.old, right..<pair.new)
            if old[oldGap].allSatisfy(\.token.isSpace), new[newGap].allSatisfy(\.token.isSpace) {
                for index in oldGap { oldMarks[index] = .whitespace }
                for index in newGap { newMarks[index] = .whitespace }
            }
            (left, right) = (pair.old + 1, pair.new + 1)
        }
    }

    /// Notes placeholders that stand in each other's places: the first changed one of a change for the first, and so on.
    private mutating func notePlaceholders(_ oldTable: LineTable, _ newTable: LineTable) {
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            var names: (old: [String], new: [String]) = ([], [])
            while left < old.count, oldMarks[left] != .equal {
                if old[left].token.kind == .placeholder { names.old += Self.names(oldTable, old[left].token) }
                left += 1
            }
            while right < new.count, newMarks[right] != .equal {
                if new[right].token.kind == .placeholder { names.new += Self.names(newTable, new[right].token) }
                right += 1
            }
            if names.old.count == names.new.count { placeholderPairs += zip(names.old, names.new).map { ($0, $1) } }
            while left < old.count, right < new.count, oldMarks[left] == .equal, newMarks[right] == .equal {
                (left, right) = (left + 1, right + 1)
            }
            if left == old.count, right < new.count, newMarks[right] == .equal { break }
            if right == new.count, left < old.count, oldMarks[left] == .equal { break }
        }
    }

    private static func names(_ table: LineTable, _ token: WordTokens.Token) -> [String] {
        Template(String(decoding: table.bytes[token.range], as: UTF8.self)).variables
    }
}
