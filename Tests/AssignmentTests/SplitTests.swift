import Assignment
import OrderedJSON
import Testing

/// Interval arithmetic against counting bucket by bucket.
@Suite struct SplitTests {
    @Test(arguments: 0..<20)
    func `split, churn and joint tables equal a count over all million buckets`(_ seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        for _ in 0..<5 {
            let (first, second) = (try randomConfig(&random), try randomConfig(&random))
            let (rows, columns) = (first.variants.count + 1, second.variants.count + 1)
            var buckets = [Int](repeating: 0, count: rows * columns)
            var preimages = buckets
            var moved = 0
            let firstWeights = first.variants.map { $0.weight.percent ?? .nan }
            let secondWeights = second.variants.map { $0.weight.percent ?? .nan }
            let before = first.variants.map(\.model) + [nil]
            let after = second.variants.map(\.model) + [nil]
            let isMove = before.map { before in after.map { before != $0 } }
            for bucket in 0..<Bucket.count {
                let row = naiveVariant(percents: firstWeights, bucket: bucket)
                let column = naiveVariant(percents: secondWeights, bucket: bucket)
                let cell = (row < 0 ? rows - 1 : row) * columns + (column < 0 ? columns - 1 : column)
                buckets[cell] += 1
                preimages[cell] += bucket < 967_296 ? 4295 : 4294
                if isMove[row < 0 ? rows - 1 : row][column < 0 ? columns - 1 : column] { moved += 1 }
            }
            let churn = Churn(from: first, to: second)
            for row in 0..<rows {
                for column in 0..<columns {
                    let cell = churn.overlap.cell(
                        row: row < rows - 1 ? row : nil, column: column < columns - 1 ? column : nil)
                    #expect(cell?.buckets ?? 0 == buckets[row * columns + column])
                    #expect(cell?.preimages ?? 0 == preimages[row * columns + column])
                }
                let total = buckets[(row * columns)..<((row + 1) * columns)].reduce(0, +)
                #expect(first.split.buckets(of: row < rows - 1 ? row : nil) == total)
            }
            #expect(churn.movedBuckets == moved)
        }
    }

    @Test func `pieces cover all buckets once and agree with single assignments`() throws {
        var random = SeededGenerator(state: 99)
        for _ in 0..<300 {
            let config = try randomConfig(&random)
            let split = config.split
            var next = 0
            for piece in split.pieces {
                #expect(piece.interval.lowerBound == next)
                #expect(!piece.interval.isEmpty)
                next = piece.interval.upperBound
                for bucket in [piece.interval.lowerBound, piece.interval.upperBound - 1] {
                    #expect(naiveVariant(of: config, bucket: bucket) == piece.variantIndex ?? -1)
                    #expect(split.piece(at: bucket) == piece)
                }
            }
            #expect(next == Bucket.count)
            let shares = (0..<split.variantCount).reduce(split.share(of: nil)) { $0 + split.share(of: $1) }
            #expect(abs(shares - 1) < 1e-12)
        }
    }

    @Test func `a weight of 16.67 takes one bucket more than integer arithmetic says`() throws {
        let config = try config([("a", 16.67), ("b", 83.33)])
        #expect(config.split.buckets(of: 0) == 166_701)
        #expect(config.split.remainder.isEmpty)
    }

    @Test func `what the weights leave falls to the last variant as remainder`() throws {
        let split = try config([("a", 20), ("b", 30)]).split
        #expect(split.buckets(of: 1) == 800_000)
        #expect(split.intervals[1] == BucketInterval(200_000, 500_000))
        #expect(split.remainder == BucketInterval(500_000, 1_000_000))
    }

    @Test func `moving weight in place moves the least, and the best order is found`() throws {
        let old = try config([("a", 50), ("b", 30), ("c", 20)])
        let new = try config([("c", 20), ("a", 40), ("b", 30), ("d", 10)])
        let best = VariantOrder.movingFewest(from: old, to: new)
        #expect(best.isProvenBest)
        #expect(best.movedShare <= Churn(from: old, to: new).movedShare)
        #expect(abs(best.movedShare - 0.1) < 1e-5)
        let reordered = try config(
            best.order.map { (new.variants[$0].model ?? "", new.variants[$0].weight.percent ?? 0) })
        #expect(Churn(from: old, to: reordered).movedShare == best.movedShare)
    }

    @Test func `many variants are ordered by swaps, and it is said that a better order may exist`() throws {
        let old = try config((0..<9).map { ("m\($0)", 100 / 9) })
        let new = try config((0..<9).reversed().map { ("m\($0)", 100 / 9) })
        let best = VariantOrder.movingFewest(from: old, to: new)
        #expect(!best.isProvenBest)
        #expect(best.movedShare < 1e-5)
    }

    @Test func `two tests on one hash leave pairs empty, and they are named`() throws {
        let overlap = SplitOverlap(try config([("a", 50), ("b", 50)]).split, try config([("x", 50), ("y", 50)]).split)
        #expect(overlap.emptyPairs.map { [$0.row, $0.column] } == [[0, 1], [1, 0]])
        #expect(overlap.share(row: 0) == overlap.share(column: 0))
    }

    private func config(_ variants: [(String, Double)]) throws -> ModelConfig {
        let list = variants.map { JSONValue.object(["model": .string($0.0), "weight": .number($0.1)]) }
        return try ModelConfig(record: .object(["key": .string("k"), "variants": .array(list)]))
    }
}
