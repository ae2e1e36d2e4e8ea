/// The search behind ``SequenceDiff``.
struct SequenceSearch {
    private let old: [Int]
    private let new: [Int]
    private let usesAnchors: Bool
    private(set) var removed: [Bool]
    private(set) var added: [Bool]
    private(set) var isCoarse = false
    /// Furthest points by diagonal from the start and from the end.
    private var forward: [Int]
    private var backward: [Int]
    /// Where diagonal 0 lies in them.
    private let origin: Int
    /// After how many edits a search for the middle gives up and takes the point that got furthest.
    private let patience: Int
    private var oldCount: [Int]
    private var newCount: [Int]
    private var newPlace: [Int]

    init(_ old: [Int], new: [Int], known: Int, usesAnchors: Bool) {
        self.old = old
        self.new = new
        self.usesAnchors = usesAnchors
        self.removed = Array(repeating: false, count: old.count)
        self.added = Array(repeating: false, count: new.count)
        self.origin = new.count + 1
        self.forward = Array(repeating: 0, count: old.count + new.count + 3)
        self.backward = forward
        var root = 256
        while root * root < old.count + new.count { root *= 2 }
        self.patience = root
        self.oldCount = Array(repeating: 0, count: usesAnchors ? known : 0)
        self.newCount = oldCount
        self.newPlace = oldCount
    }

    /// Compares the whole.
    mutating func run() {
        compare(0, old.count, 0, new.count, depth: 0)
    }

    private mutating func compare(_ oldStart: Int, _ oldEnd: Int, _ newStart: Int, _ newEnd: Int, depth: Int) {
        var (oldLow, oldHigh, newLow, newHigh) = (oldStart, oldEnd, newStart, newEnd)
        while oldLow < oldHigh, newLow < newHigh, old[oldLow] == new[newLow] {
            (oldLow, newLow) = (oldLow + 1, newLow + 1)
        }
        while oldLow < oldHigh, newLow < newHigh, old[oldHigh - 1] == new[newHigh - 1] {
            (oldHigh, newHigh) = (oldHigh - 1, newHigh - 1)
        }
        if oldLow == oldHigh {
            for index in newLow..<newHigh { added[index] = true }
            return
        }
        if newLow == newHigh {
            for index in oldLow..<oldHigh { removed[index] = true }
            return
        }
        if usesAnchors, depth < 32 {
            let anchors = anchors(oldLow, oldHigh, newLow, newHigh)
            if !anchors.isEmpty {
                for anchor in anchors {
                    compare(oldLow, anchor.old, newLow, anchor.new, depth: depth + 1)
                    (oldLow, newLow) = (anchor.old + 1, anchor.new + 1)
                }
                compare(oldLow, oldHigh, newLow, newHigh, depth: depth + 1)
                return
            }
        }
        let (oldMiddle, newMiddle) = middle(oldLow, oldHigh, newLow, newHigh)
        compare(oldLow, oldMiddle, newLow, newMiddle, depth: 32)
        compare(oldMiddle, oldHigh, newMiddle, newHigh, depth: 32)
    }

    /// Elements that occur once on each side, as many as can stay in order.
    private mutating func anchors(
        _ oldLow: Int, _ oldHigh: Int, _ newLow: Int, _ newHigh: Int
    ) -> [(old: Int, new: Int)] {
        for index in oldLow..<oldHigh { oldCount[old[index]] += 1 }
        for index in newLow..<newHigh {
            newCount[new[index]] += 1
            newPlace[new[index]] = index
        }
        var unique: [(old: Int, new: Int)] = []
        for index in oldLow..<oldHigh where oldCount[old[index]] == 1 && newCount[old[index]] == 1 {
            unique.append((index, newPlace[old[index]]))
        }
        for index in oldLow..<oldHigh { oldCount[old[index]] = 0 }
        for index in newLow..<newHigh { newCount[new[index]] = 0 }
        return SequenceSearch.longestAscending(unique)
    }

    /// The longest part of pairs, ascending on the old side, that ascends on the new side too.
    private static func longestAscending(_ pairs: [(old: Int, new: Int)]) -> [(old: Int, new: Int)] {
        var tops: [Int] = []
        var before = [Int](repeating: -1, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            var (low, high) = (0, tops.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[tops[middle]].new < pair.new { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[index] = tops[low - 1] }
            if low == tops.count { tops.append(index) } else { tops[low] = index }
        }
        var chain: [(old: Int, new: Int)] = []
        var index = tops.last ?? -1
        while index >= 0 {
            chain.append(pairs[index])
            index = before[index]
        }
        return chain.reversed()
    }

    /// A point that a shortest script passes, sought from both ends at once; or, when that takes too long, the point that
    /// one of the two searches got furthest to.
    private mutating func middle(_ oldLow: Int, _ oldHigh: Int, _ newLow: Int, _ newHigh: Int) -> (Int, Int) {
        let (lowest, highest) = (oldLow - newHigh, oldHigh - newLow)
        let (start, end) = (oldLow - newLow, oldHigh - newHigh)
        let isOdd = (start - end) & 1 != 0
        var (forwardLow, forwardHigh, backwardLow, backwardHigh) = (start, start, end, end)
        forward[start + origin] = oldLow
        backward[end + origin] = oldHigh
        var cost = 0
        while true {
            cost += 1
            if forwardLow > lowest { forwardLow -= 1; forward[forwardLow - 1 + origin] = -1 } else { forwardLow += 1 }
            if forwardHigh < highest {
                forwardHigh += 1; forward[forwardHigh + 1 + origin] = -1
            } else {
                forwardHigh -= 1
            }
            for diagonal in stride(from: forwardHigh, through: forwardLow, by: -2) {
                let (left, right) = (forward[diagonal - 1 + origin], forward[diagonal + 1 + origin])
                var place = left < right ? right : left + 1
                while place < oldHigh, place - diagonal < newHigh, old[place] == new[place - diagonal] { place += 1 }
                forward[diagonal + origin] = place
                if isOdd, diagonal >= backwardLow, diagonal <= backwardHigh, backward[diagonal + origin] <= place {
                    return (place, place - diagonal)
                }
            }
            if backwardLow > lowest {
                backwardLow -= 1; backward[backwardLow - 1 + origin] = .max
            } else {
                backwardLow += 1
            }
            if backwardHigh < highest {
                backwardHigh += 1; backward[backwardHigh + 1 + origin] = .max
            } else {
                backwardHigh -= 1
            }
            for diagonal in stride(from: backwardHigh, through: backwardLow, by: -2) {
                let (left, right) = (backward[diagonal - 1 + origin], backward[diagonal + 1 + origin])
                var place = left < right ? left : right - 1
                while place > oldLow, place - diagonal > newLow, old[place - 1] == new[place - diagonal - 1] {
                    place -= 1
                }
                backward[diagonal + origin] = place
                if !isOdd, diagonal >= forwardLow, diagonal <= forwardHigh, place <= forward[diagonal + origin] {
                    return (place, place - diagonal)
                }
            }
            if cost >= patience {
                isCoarse = true
                return furthest(
                    (oldLow, oldHigh, newLow, newHigh), forwardLow...forwardHigh, backwardLow...backwardHigh)
            }
        }
    }

    /// The best point reached from either end.
    private func furthest(
        _ box: (oldLow: Int, oldHigh: Int, newLow: Int, newHigh: Int), _ fromStart: ClosedRange<Int>,
        _ fromEnd: ClosedRange<Int>
    ) -> (Int, Int) {
        var (first, firstSum) = ((box.oldLow, box.newLow), Int.min)
        for diagonal in stride(from: fromStart.upperBound, through: fromStart.lowerBound, by: -2) {
            let place = min(forward[diagonal + origin], box.oldHigh, box.newHigh + diagonal)
            if place * 2 - diagonal > firstSum { (first, firstSum) = ((place, place - diagonal), place * 2 - diagonal) }
        }
        var (last, lastSum) = ((box.oldHigh, box.newHigh), Int.max)
        for diagonal in stride(from: fromEnd.upperBound, through: fromEnd.lowerBound, by: -2) {
            let place = max(backward[diagonal + origin], box.oldLow, box.newLow + diagonal)
            if place * 2 - diagonal < lastSum { (last, lastSum) = ((place, place - diagonal), place * 2 - diagonal) }
        }
        return (box.oldHigh + box.newHigh) - lastSum < firstSum - (box.oldLow + box.newLow) ? first : last
    }
}
