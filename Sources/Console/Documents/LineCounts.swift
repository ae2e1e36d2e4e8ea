/// How many lines each of many blocks has. Where a block begins, which block a line is in, and a change of one block take
/// few steps however many there are: each entry of the tree is the sum of a stretch of blocks that ends with its own.
struct LineCounts: Sendable {
    private var counts: [Int]
    private var tree: [Int]
    private(set) var total = 0

    init(_ counts: [Int]) {
        self.counts = counts
        tree = [0] + counts
        for index in tree.indices.dropFirst() {
            total += counts[index - 1]
            let next = index + (index & -index)
            if next < tree.count { tree[next] += tree[index] }
        }
    }

    var blocks: Int { counts.count }

    subscript(block: Int) -> Int {
        get { counts[block] }
        set {
            let change = newValue - counts[block]
            counts[block] = newValue
            total += change
            var index = block + 1
            while index < tree.count {
                tree[index] += change
                index += index & -index
            }
        }
    }

    /// The lines of all blocks before one.
    func start(of block: Int) -> Int {
        var (index, sum) = (block, 0)
        while index > 0 {
            sum += tree[index]
            index -= index & -index
        }
        return sum
    }

    /// The block of a line: the last that begins at or before it.
    func block(at line: Int) -> Int {
        var (index, rest) = (0, line)
        var step = 1
        while step * 2 < tree.count { step *= 2 }
        while step > 0 {
            if index + step < tree.count, tree[index + step] <= rest {
                index += step
                rest -= tree[index]
            }
            step /= 2
        }
        return max(0, min(index, counts.count - 1))
    }
}
