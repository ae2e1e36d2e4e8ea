/// Which elements of two sequences stay: those not marked are the same on both sides, in order.
///
/// Elements unique on both sides are anchors where that is asked for (patience); between anchors the shortest script is
/// sought from both ends in linear space (Myers). Work is bounded: where the bound is met the script is right but perhaps
/// longer than need be, and ``isCoarse`` says so.
struct SequenceDiff: Sendable {
    /// Marks the elements of the old sequence that are not in the new one.
    private(set) var removed: [Bool]
    /// Marks the elements of the new sequence that are not in the old one.
    private(set) var added: [Bool]
    /// Whether a bound on the work was met.
    private(set) var isCoarse = false

    /// A stretch: elements that stay, or elements that give way to others.
    struct Run: Hashable, Sendable {
        var old: Range<Int>
        var new: Range<Int>
        var isEqual: Bool
    }

    /// Compares sequences of small non-negative numbers.
    init(_ old: [Int], _ new: [Int], usesAnchors: Bool) {
        self.removed = Array(repeating: false, count: old.count)
        self.added = Array(repeating: false, count: new.count)
        let known = (max(old.max() ?? 0, new.max() ?? 0)) + 1
        // What the other side does not have at all cannot stay; without it the search is short.
        var isInOld = [Bool](repeating: false, count: known)
        var isInNew = isInOld
        for element in old { isInOld[element] = true }
        for element in new { isInNew[element] = true }
        let oldPlaces = old.indices.filter { isInNew[old[$0]] }
        let newPlaces = new.indices.filter { isInOld[new[$0]] }
        for index in old.indices where !isInNew[old[index]] { removed[index] = true }
        for index in new.indices where !isInOld[new[index]] { added[index] = true }
        var search = SequenceSearch(
            oldPlaces.map { old[$0] }, new: newPlaces.map { new[$0] }, known: known, usesAnchors: usesAnchors)
        search.run()
        for (index, place) in oldPlaces.enumerated() where search.removed[index] { removed[place] = true }
        for (index, place) in newPlaces.enumerated() where search.added[index] { added[place] = true }
        isCoarse = search.isCoarse
    }

    /// The stretches in order, equal and changed ones in turn.
    var runs: [Run] {
        var runs: [Run] = []
        var (old, new) = (0, 0)
        while old < removed.count || new < added.count {
            let (oldStart, newStart) = (old, new)
            while old < removed.count, new < added.count, !removed[old], !added[new] { (old, new) = (old + 1, new + 1) }
            if old > oldStart {
                runs.append(Run(old: oldStart..<old, new: newStart..<new, isEqual: true))
                continue
            }
            while old < removed.count, removed[old] { old += 1 }
            while new < added.count, added[new] { new += 1 }
            runs.append(Run(old: oldStart..<old, new: newStart..<new, isEqual: false))
        }
        return runs
    }

    /// Moves an insertion or removal among equal elements to where `score` says it reads best: behind a blank line, for
    /// lines; as whole sentences, for words. The script stays a script of the same texts.
    ///
    /// - Parameter score: how well a stretch reads, whether it is one of the old side, and where it lies; of equal scores
    ///   the one furthest down wins.
    mutating func slide(_ old: [Int], _ new: [Int], score: (Bool, Range<Int>) -> Int) {
        for run in runs where !run.isEqual {
            if run.new.isEmpty {
                SequenceDiff.slide(&removed, run.old, old) { score(true, $0) }
            } else if run.old.isEmpty {
                SequenceDiff.slide(&added, run.new, new) { score(false, $0) }
            }
        }
    }

    private static func slide(
        _ marks: inout [Bool], _ range: Range<Int>, _ elements: [Int], score: (Range<Int>) -> Int
    ) {
        var up = 0
        while range.lowerBound - up > 0, !marks[range.lowerBound - up - 1],
            elements[range.lowerBound - up - 1] == elements[range.upperBound - up - 1]
        {
            up += 1
        }
        var down = 0
        while range.upperBound + down < elements.count, !marks[range.upperBound + down],
            elements[range.upperBound + down] == elements[range.lowerBound + down]
        {
            down += 1
        }
        guard up + down > 0 else { return }
        var (best, bestScore) = (down, Int.min)
        for step in stride(from: down, through: -up, by: -1) {
            let found = score((range.lowerBound + step)..<(range.upperBound + step))
            if found > bestScore { (best, bestScore) = (step, found) }
        }
        for index in range { marks[index] = false }
        for index in range { marks[index + best] = true }
    }

    /// Gives up what stays where `isChance` says that it stays by chance between two changes, until nothing more is given
    /// up: the changes around it become one.
    ///
    /// - Parameter isChance: judges the few stretches, equal and changed ones in turn, that lie between two changes.
    mutating func forgetChances(_ isChance: (_ before: Run, _ between: ArraySlice<Run>, _ after: Run) -> Bool) {
        var kept: [Run] = []
        for run in runs {
            kept.append(run)
            guard !run.isEqual else { continue }
            // What was joined may make what stays before it a chance, too.
            while let start = [3, 5, 7].lazy.map({ kept.count - $0 }).first(where: { start in
                start >= 0 && !kept[start].isEqual
                    && isChance(kept[start], kept[(start + 1)..<(kept.count - 1)], kept[kept.count - 1])
            }) {
                let (before, after) = (kept[start], kept[kept.count - 1])
                let whole = Run(
                    old: before.old.lowerBound..<after.old.upperBound,
                    new: before.new.lowerBound..<after.new.upperBound, isEqual: false)
                for index in whole.old { removed[index] = true }
                for index in whole.new { added[index] = true }
                kept.removeLast(kept.count - start)
                kept.append(whole)
            }
        }
    }
}
