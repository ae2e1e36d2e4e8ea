import Assignment

/// The word diff of a changed region: some lines of the old text against some of the new one.
struct RegionDiff {
    /// A token and the line it is on.
    struct Placed {
        var line: Int
        var token: WordTokens.Token
        var number: Int
    }

    /// How a token is marked.
    typealias Mark = DiffSegment.Mark

    private(set) var old: [Placed] = []
    private(set) var new: [Placed] = []
    private(set) var oldMarks: [Mark]
    private(set) var newMarks: [Mark]
    /// Lines that belong beside each other, ascending on both sides.
    private(set) var pairs: [(old: Int, new: Int)] = []
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
                    return Placed(line: line, token: token, number: number)
                }
            }
        }
        self.old = place(oldTable, oldLines)
        self.new = place(newTable, newLines)
        self.oldMarks = Array(repeating: .changed, count: old.count)
        self.newMarks = Array(repeating: .changed, count: new.count)
        let equalRuns = compare()
        let kept = pairLines(equalRuns)
        quieten(kept)
        notePlaceholders(oldTable, newTable)
    }

    /// Compares words first, then what stands between those that stay: spaces must not decide which words belong together.
    ///
    /// - Returns: the runs of tokens that are equal.
    private mutating func compare() -> [SequenceDiff.Run] {
        let isSpace = { (placed: Placed) in placed.token.kind == .space || placed.token.kind == .newline }
        let oldWords = old.indices.filter { !isSpace(old[$0]) }
        let newWords = new.indices.filter { !isSpace(new[$0]) }
        let script = SequenceDiff(
            oldWords.map { old[$0].number }, newWords.map { new[$0].number }, usesAnchors: false)
        isCoarse = script.isCoarse
        var runs: [SequenceDiff.Run] = []
        var (left, right) = (0, 0)
        let equal = script.runs.filter(\.isEqual).flatMap { zip($0.old, $0.new) }
        for (oldWord, newWord) in equal {
            compareGap(left..<oldWords[oldWord], right..<newWords[newWord], &runs)
            (left, right) = (oldWords[oldWord] + 1, newWords[newWord] + 1)
            runs.append(SequenceDiff.Run(old: (left - 1)..<left, new: (right - 1)..<right, isEqual: true))
        }
        compareGap(left..<old.count, right..<new.count, &runs)
        return keep(runs) { _, _ in true }
    }

    /// Compares what stands between two words that stay: what is equal from its start and from its end, and line ends.
    private func compareGap(_ oldGap: Range<Int>, _ newGap: Range<Int>, _ runs: inout [SequenceDiff.Run]) {
        func add(_ left: Int, _ right: Int) {
            runs.append(SequenceDiff.Run(old: left..<(left + 1), new: right..<(right + 1), isEqual: true))
        }
        var (oldLow, oldHigh, newLow, newHigh) = (
            oldGap.lowerBound, oldGap.upperBound, newGap.lowerBound, newGap.upperBound
        )
        while oldLow < oldHigh, newLow < newHigh, old[oldLow].number == new[newLow].number {
            add(oldLow, newLow)
            (oldLow, newLow) = (oldLow + 1, newLow + 1)
        }
        var tail: [(Int, Int)] = []
        while oldLow < oldHigh, newLow < newHigh, old[oldHigh - 1].number == new[newHigh - 1].number {
            (oldHigh, newHigh) = (oldHigh - 1, newHigh - 1)
            tail.append((oldHigh, newHigh))
        }
        let oldEnds = (oldLow..<oldHigh).filter { old[$0].token.kind == .newline }
        let newEnds = (newLow..<newHigh).filter { new[$0].token.kind == .newline }
        for (left, right) in zip(oldEnds, newEnds) where old[left].number == new[right].number { add(left, right) }
        for (left, right) in tail.reversed() { add(left, right) }
    }

    /// What a token counts for when lines are paired: words much, marks and line ends little, spaces nothing.
    private static func weight(_ token: WordTokens.Token) -> Int {
        switch token.kind {
        case .word, .placeholder: 4 + min(4, token.range.count)
        case .punctuation, .newline: 1
        case .space: 0
        }
    }

    /// Two lines by number.
    private struct LinePair: Hashable {
        var old: Int
        var new: Int
    }

    /// Pairs the lines that share most, and gives up what lines share that have next to nothing in common: marks between
    /// unrelated lines only confuse.
    ///
    /// - Returns: the runs of tokens that stay equal.
    private mutating func pairLines(_ equalRuns: [SequenceDiff.Run]) -> [SequenceDiff.Run] {
        var shared: [LinePair: Int] = [:]
        var oldWeight: [Int: Int] = [:]
        var newWeight: [Int: Int] = [:]
        for placed in old { oldWeight[placed.line, default: 0] += Self.weight(placed.token) }
        for placed in new { newWeight[placed.line, default: 0] += Self.weight(placed.token) }
        for run in equalRuns {
            for (left, right) in zip(run.old, run.new) {
                let pair = LinePair(old: old[left].line, new: new[right].line)
                let areBlank = oldWeight[pair.old] == 1 && newWeight[pair.new] == 1
                if old[left].token.kind == .newline, !areBlank { continue }
                shared[pair, default: 0] += Self.weight(old[left].token)
            }
        }
        let related = shared.filter { pair, weight in
            weight > 0 && weight * 5 >= min(oldWeight[pair.old] ?? 0, newWeight[pair.new] ?? 0)
        }
        var bestOfOld: [Int: LinePair] = [:]
        var bestOfNew: [Int: LinePair] = [:]
        let order = related.sorted { ($1.value, $0.key.old, $0.key.new) < ($0.value, $1.key.old, $1.key.new) }
        for (pair, _) in order {
            if bestOfOld[pair.old] == nil { bestOfOld[pair.old] = pair }
            if bestOfNew[pair.new] == nil { bestOfNew[pair.new] = pair }
        }
        pairs = bestOfOld.values.filter { bestOfNew[$0.new] == $0 }.sorted { $0.old < $1.old }.map { ($0.old, $0.new) }
        let (old, new) = (old, new)
        return keep(equalRuns) { related[LinePair(old: old[$0].line, new: new[$1].line)] != nil }
    }

    /// Marks the equal tokens by whether `isKept` wants them, and gives the runs of those it wants.
    private mutating func keep(
        _ equalRuns: [SequenceDiff.Run], _ isKept: (Int, Int) -> Bool
    ) -> [SequenceDiff.Run] {
        var kept: [SequenceDiff.Run] = []
        for run in equalRuns {
            for (left, right) in zip(run.old, run.new) {
                let mark: Mark = isKept(left, right) ? .equal : .changed
                (oldMarks[left], newMarks[right]) = (mark, mark)
                guard mark == .equal else { continue }
                if let last = kept.last, last.old.upperBound == left, last.new.upperBound == right {
                    kept[kept.count - 1].old = last.old.lowerBound..<(left + 1)
                    kept[kept.count - 1].new = last.new.lowerBound..<(right + 1)
                } else {
                    kept.append(SequenceDiff.Run(old: left..<(left + 1), new: right..<(right + 1), isEqual: true))
                }
            }
        }
        return kept
    }

    /// Calls `body` for what lies between equal runs.
    private func forEachChange(_ equalRuns: [SequenceDiff.Run], _ body: (Range<Int>, Range<Int>) -> Void) {
        var (left, right) = (0, 0)
        for run in equalRuns + [SequenceDiff.Run(old: old.count..<old.count, new: new.count..<new.count, isEqual: true)]
        {
            if run.old.lowerBound > left || run.new.lowerBound > right {
                body(left..<run.old.lowerBound, right..<run.new.lowerBound)
            }
            (left, right) = (run.old.upperBound, run.new.upperBound)
        }
    }

    /// Marks changes of nothing but white space quietly.
    private mutating func quieten(_ equalRuns: [SequenceDiff.Run]) {
        var quietOld: [Range<Int>] = []
        var quietNew: [Range<Int>] = []
        forEachChange(equalRuns) { left, right in
            let isSpace = { (placed: Placed) in placed.token.kind == .space || placed.token.kind == .newline }
            if old[left].allSatisfy(isSpace), new[right].allSatisfy(isSpace) {
                quietOld.append(left)
                quietNew.append(right)
            }
        }
        for index in quietOld.joined() { oldMarks[index] = .whitespace }
        for index in quietNew.joined() { newMarks[index] = .whitespace }
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
