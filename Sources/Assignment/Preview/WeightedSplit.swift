/// How the weights alone divide the buckets: exact, by interval arithmetic instead of sampling.
///
/// A variant has at most one interval of its own, because the walk takes the first threshold above the bucket; what lies
/// beyond all thresholds falls to the last variant, or, where a malformed weight ends the walk, to an error.
public struct WeightedSplit: Hashable, Sendable {
    /// A run of buckets with one answer.
    public struct Piece: Hashable, Sendable {
        /// The buckets.
        public let interval: BucketInterval
        /// The variant they get; `nil` for an error.
        public let variantIndex: Int?
        /// Whether it is what the weights leave.
        public let isRemainder: Bool
    }

    /// All buckets in ascending order, without gap, each piece at least one bucket long.
    public let pieces: [Piece]
    /// How many variants there are.
    public let variantCount: Int
    /// Each variant's own interval, empty for one that the walk never chooses.
    public let intervals: [BucketInterval]

    /// Divides the buckets by those thresholds (``WeightWalk/thresholds(of:)``).
    public init(thresholds: [Double], variantCount: Int) {
        var pieces: [Piece] = []
        var intervals: [BucketInterval] = []
        var covered = 0
        for (index, threshold) in thresholds.enumerated() {
            let end = WeightedSplit.firstBucket(notBelow: threshold)
            let interval = BucketInterval(covered, max(covered, end))
            intervals.append(interval)
            if !interval.isEmpty {
                pieces.append(Piece(interval: interval, variantIndex: index, isRemainder: false))
                covered = interval.upperBound
            }
        }
        while intervals.count < variantCount { intervals.append(BucketInterval(covered, covered)) }
        if covered < Bucket.count {
            let isComplete = variantCount > 0 && thresholds.count == variantCount
            pieces.append(
                Piece(
                    interval: BucketInterval(covered, Bucket.count), variantIndex: isComplete ? variantCount - 1 : nil,
                    isRemainder: isComplete))
        }
        self.pieces = pieces
        self.variantCount = variantCount
        self.intervals = intervals
    }

    /// The smallest bucket that is not below a threshold, at most ``Bucket/count``.
    private static func firstBucket(notBelow threshold: Double) -> Int {
        guard threshold > 0 else { return 0 }
        guard threshold < Double(Bucket.count) else { return Bucket.count }
        return Int(threshold.rounded(.up))
    }

    /// The piece that holds a bucket.
    public func piece(at bucket: Int) -> Piece {
        var low = 0
        var high = pieces.count - 1
        while low < high {
            let middle = (low + high) / 2
            if bucket < pieces[middle].interval.upperBound { high = middle } else { low = middle + 1 }
        }
        return pieces[low]
    }

    /// How many buckets get that variant, the remainder included; `nil` asks for those that get an error.
    public func buckets(of variantIndex: Int?) -> Int {
        pieces.reduce(0) { $1.variantIndex == variantIndex ? $0 + $1.interval.count : $0 }
    }

    /// The exact share of session ids that get that variant by weight: preimages of its buckets among all 2^32 hashes.
    public func share(of variantIndex: Int?) -> Double {
        let preimages = pieces.reduce(0) { $1.variantIndex == variantIndex ? $0 + $1.interval.preimages : $0 }
        return Double(preimages) / 4_294_967_296
    }

    /// The buckets that fall to the last variant as remainder.
    public var remainder: BucketInterval {
        pieces.last { $0.isRemainder }?.interval ?? BucketInterval(Bucket.count, Bucket.count)
    }
}

extension ModelConfig {
    /// How this config's weights divide the buckets.
    public var split: WeightedSplit {
        WeightedSplit(thresholds: thresholds, variantCount: variants.count)
    }
}
