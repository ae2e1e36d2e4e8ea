/// Which lines of two texts have to do with each other, by the words that stay between them.
struct LineRelation {
    /// A line of the old text and one of the new text.
    struct LinePair: Hashable {
        var old: Int
        var new: Int
    }

    /// Lines that share words with each other, directly or by others between them, and with no other lines: a paragraph
    /// and the same one wrapped at other places.
    struct Block {
        var old: Set<Int> = []
        var new: Set<Int> = []
    }

    /// What each pair of lines shares, where that is enough to be no chance.
    private(set) var related: [LinePair: Int] = [:]

    init(_ pairs: [WordComparison.Pair], _ old: [WordComparison.Placed], _ new: [WordComparison.Placed]) {
        var shared: [LinePair: Int] = [:]
        var (oldWeight, newWeight) = (Self.weights(old), Self.weights(new))
        for pair in pairs {
            let lines = LinePair(old: old[pair.old].line, new: new[pair.new].line)
            let areBlank = oldWeight[lines.old] == 1 && newWeight[lines.new] == 1
            if old[pair.old].token.kind == .newline, !areBlank { continue }
            shared[lines, default: 0] += old[pair.old].token.weight
        }
        // A line's end is no reason for or against.
        for (line, weight) in oldWeight { oldWeight[line] = max(1, weight - 1) }
        for (line, weight) in newWeight { newWeight[line] = max(1, weight - 1) }
        related = shared.filter { pair, weight in
            weight > 0 && weight * 5 >= min(oldWeight[pair.old] ?? 0, newWeight[pair.new] ?? 0)
        }
        for run in Self.runsOverLineEnds(pairs, old, new) where run.contains(where: { related[$0] != nil }) {
            for lines in run { related[lines] = shared[lines] }
        }
    }

    /// Words that follow each other on both sides, over the end of a line that only one side has: what two of its lines
    /// share may be little, but it goes on where others that belong together begin.
    private static func runsOverLineEnds(
        _ pairs: [WordComparison.Pair], _ old: [WordComparison.Placed], _ new: [WordComparison.Placed]
    ) -> [[LinePair]] {
        var runs: [[LinePair]] = []
        var run: [LinePair] = []
        var last: WordComparison.Pair?
        for pair in pairs where !old[pair.old].token.isSpace {
            let goesOn = last.map { last in
                let gaps = (old[(last.old + 1)..<pair.old], new[(last.new + 1)..<pair.new])
                return gaps.0.allSatisfy(\.token.isSpace) && gaps.1.allSatisfy(\.token.isSpace)
                    && !(gaps.0.contains { $0.token.kind == .newline } && gaps.1.contains { $0.token.kind == .newline })
            }
            if goesOn != true {
                if run.count > 1 { runs.append(run) }
                run = []
            }
            let lines = LinePair(old: old[pair.old].line, new: new[pair.new].line)
            if run.last != lines { run.append(lines) }
            last = pair
        }
        return run.count > 1 ? runs + [run] : runs
    }

    private static func weights(_ tokens: [WordComparison.Placed]) -> [Int: Int] {
        tokens.reduce(into: [:]) { $0[$1.line, default: 0] += $1.token.weight }
    }

    func areRelated(_ old: Int, _ new: Int) -> Bool { related[LinePair(old: old, new: new)] != nil }

    /// The blocks in order.
    var blocks: [Block] {
        var blocks: [Block] = []
        for pair in related.keys.sorted(by: { ($0.old, $0.new) < ($1.old, $1.new) }) {
            let isMore = blocks.last.map { $0.old.contains(pair.old) || $0.new.contains(pair.new) } ?? false
            if !isMore { blocks.append(Block()) }
            blocks[blocks.count - 1].old.insert(pair.old)
            blocks[blocks.count - 1].new.insert(pair.new)
        }
        return blocks
    }

    /// The pairs of lines that share more with each other than with any other, ascending on both sides.
    var bestPairs: [LinePair] {
        var bestOfOld: [Int: LinePair] = [:]
        var bestOfNew: [Int: LinePair] = [:]
        let order = related.sorted { ($1.value, $0.key.old, $0.key.new) < ($0.value, $1.key.old, $1.key.new) }
        for (pair, _) in order {
            if bestOfOld[pair.old] == nil { bestOfOld[pair.old] = pair }
            if bestOfNew[pair.new] == nil { bestOfNew[pair.new] = pair }
        }
        return bestOfOld.values.filter { bestOfNew[$0.new] == $0 }.sorted { $0.old < $1.old }
    }
}

extension WordTokens.Token {
    /// What it counts for when lines are paired: words much, marks and line ends little, spaces nothing.
    fileprivate var weight: Int {
        switch kind {
        case .word, .placeholder: 4 + min(4, range.count)
        case .punctuation, .newline: 1
        case .space: 0
        }
    }
}
