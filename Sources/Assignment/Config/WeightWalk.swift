/// The walk along the weights (docs/assignment.md §1, step 4), shared by model configs and prompt A/B tests.
public enum WeightWalk {
    /// Where a bucket falls.
    public enum Place: Hashable, Sendable {
        /// Below that variant's threshold.
        case weighted(index: Int)
        /// Beyond all thresholds: the last variant takes what remains.
        case remainder(index: Int)
        /// The walk came to that variant, whose weight is malformed.
        case malformedWeight(index: Int)
        /// There is no variant.
        case noVariants
    }

    /// The running sums of weight times 10,000 up to the first malformed weight, in IEEE doubles: multiplied first, then
    /// added, never fused, so that every SDK rounds alike.
    public static func thresholds(of weights: some Sequence<Weight>) -> [Double] {
        var sums: [Double] = []
        var sum = 0.0
        for weight in weights {
            guard let percent = weight.percent else { break }
            let scaled = percent * 10000
            sum += scaled
            sums.append(sum)
        }
        return sums
    }

    /// Where that bucket falls among `variantCount` variants with those thresholds.
    @inline(__always)
    public static func place(bucket: Int, thresholds: [Double], variantCount: Int) -> Place {
        let position = Double(bucket)
        var index = 0
        while index < thresholds.count {
            if position < thresholds[index] { return .weighted(index: index) }
            index &+= 1
        }
        if index < variantCount { return .malformedWeight(index: index) }
        return variantCount == 0 ? .noVariants : .remainder(index: variantCount &- 1)
    }
}
