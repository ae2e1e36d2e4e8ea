package import Assignment
package import OrderedJSON

/// What one weight leaves of 100 percent, shared among the other variants in the proportion that they have.
///
/// It is counted in buckets, of which a million are 100 percent: the smallest step that gives somebody another variant. What
/// does not divide goes to the largest remainders, the first of equal ones.
package struct WeightRest: Hashable, Sendable {
    /// The weights of all variants, the one that stays among them, in buckets.
    package let buckets: [Int]
    private let kept: Int
    private let weights: [Weight]

    /// - Parameters:
    ///   - weights: those of all variants.
    ///   - kept: the place of the one that stays.
    /// - Returns: `nil` where there is nothing to share out: the weights are 100 together, there is no other variant, the one
    ///   that stays is below 0 or above 100, or one of them is no number.
    package init?(_ weights: [Weight], keeping kept: Int) {
        let percents = weights.compactMap(\.percent)
        guard percents.count == weights.count, weights.count > 1, weights.indices.contains(kept),
            percents.allSatisfy({ $0.isFinite && $0 >= 0 }), percents[kept] <= 100,
            abs(percents.reduce(0, +) - 100) > 1e-6
        else { return nil }
        let steps = Double(Bucket.count) / 100
        let own = Int((percents[kept] * steps).rounded())
        let rest = Bucket.count - own
        let others = weights.indices.filter { $0 != kept }
        let sum = others.reduce(0) { $0 + percents[$1] }
        guard sum.isFinite else { return nil }
        // Nothing has no proportion: all get the same then.
        let exact = others.map { Double(rest) * (sum > 0 ? percents[$0] / sum : 1 / Double(others.count)) }
        var shares = exact.map { Int($0.rounded(.down)) }
        let byRemainder = others.indices.sorted { left, right in
            let remainders = (exact[left] - Double(shares[left]), exact[right] - Double(shares[right]))
            return remainders.0 == remainders.1 ? left < right : remainders.0 > remainders.1
        }
        // Fewer than there are others, but for rounding of doubles.
        for place in byRemainder.prefix(max(0, rest - shares.reduce(0, +))) { shares[place] += 1 }
        guard shares.reduce(0, +) == rest else { return nil }
        var buckets = shares
        buckets.insert(own, at: kept)
        (self.buckets, self.kept, self.weights) = (buckets, kept, weights)
    }

    /// The weights as a record has them: in percent, whole ones without a point. The one that stays is left as it is written,
    /// unless it is finer than a bucket.
    package var written: [JSONValue] {
        let steps = Bucket.count / 100
        return buckets.enumerated().map { index, buckets in
            if index == kept, let own = weights[index].written,
                weights[index].percent == Double(buckets) / Double(steps)
            {
                return own
            }
            return buckets % steps == 0 ? .number(buckets / steps) : .number(Double(buckets) / Double(steps))
        }
    }
}

extension RecordDraft {
    /// Shares out among the other variants what one leaves of 100 percent.
    package mutating func shareRest(keeping index: Int) {
        guard let rest = WeightRest(made.weights, keeping: index) else { return }
        setWeights(rest.written)
    }
}
