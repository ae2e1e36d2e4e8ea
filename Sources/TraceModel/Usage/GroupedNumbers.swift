/// Numbers of many groups in the order in which they came, each with its group: a group of one number costs no table of its
/// own, and all of them together lie in one.
struct GroupedNumbers: Sendable {
    private var numbers: [Int64] = []
    private var groups: [UInt32] = []

    /// Exact percentiles, by nearest rank; `nil` where there are no numbers.
    struct Ranks: Sendable {
        var p50: Int64?
        var p95: Int64?

        /// Of numbers, which are put in another order.
        fileprivate init(of numbers: UnsafeMutableBufferPointer<Int64>) {
            p95 = nearestRank(95, among: numbers)
            p50 = nearestRank(50, among: numbers)
        }
    }

    mutating func add(_ number: Int64, to group: Int) {
        numbers.append(number)
        groups.append(UInt32(truncatingIfNeeded: group))
    }

    /// Adds another's numbers, to the groups that its groups are here.
    mutating func add(_ other: consuming GroupedNumbers, as names: [Int]) {
        numbers += other.numbers
        groups.reserveCapacity(numbers.count)
        for group in other.groups { groups.append(UInt32(truncatingIfNeeded: names[Int(group)])) }
    }

    /// The ranks of each of so many groups and those of all numbers. None are left then: they are brought in order where
    /// they lie, since of a million a copy more is felt.
    mutating func takeRanks(of count: Int) -> (each: [Ranks], all: Ranks) {
        var sorted = count > 1 ? byGroup(count) : (numbers: numbers, ends: [numbers.count])
        numbers = []
        groups = []
        return sorted.numbers.withUnsafeMutableBufferPointer { all in
            var start = 0
            let each = (0..<count).map { group in
                defer { start = sorted.ends[group] }
                return Ranks(of: UnsafeMutableBufferPointer(rebasing: all[start..<sorted.ends[group]]))
            }
            return (each, Ranks(of: all))
        }
    }

    /// The numbers with those of a group beside each other, and where each group ends.
    private func byGroup(_ count: Int) -> (numbers: [Int64], ends: [Int]) {
        var ends = Array(repeating: 0, count: count)
        for group in groups { ends[Int(group)] += 1 }
        var sum = 0
        for group in ends.indices {
            sum += ends[group]
            ends[group] = sum - ends[group]
        }
        let sorted = [Int64](unsafeUninitializedCapacity: numbers.count) { room, initialized in
            for (number, group) in zip(numbers, groups) {
                room.initializeElement(at: ends[Int(group)], to: number)
                ends[Int(group)] += 1
            }
            initialized = numbers.count
        }
        return (sorted, ends)
    }
}
