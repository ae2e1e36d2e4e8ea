/// Whether sessions are spread over the variants as the weights say: the check that comes before every comparison.
///
/// Targeted sessions must be left out: no weight says where they go.
public struct SampleRatio: Hashable, Sendable {
    /// How the probability was found.
    public enum Method: String, Hashable, Sendable {
        /// Exactly, from the binomial distribution: two variants.
        case exactBinomial = "exact_binomial"
        /// By the chi-square approximation: more than two.
        case chiSquare = "chi_square"
        /// Not at all: a variant expects fewer than five sessions, where the approximation misleads.
        case tooFew = "too_few"
    }

    /// How the probability was found.
    public let method: Method
    /// How probable a spread at least as far off is when the weights hold; `nil` when there are too few sessions.
    public let pValue: Double?
    /// Pearson's statistic.
    public let statistic: Double
    /// The smallest absolute shift of a variant's share that this many sessions show with a probability of 80 % at a level
    /// of 5 %: what the check could have seen.
    public let detectableShift: Double

    /// Checks observed counts against expected shares. Variants with a share of zero must have no session: one that has
    /// gives a probability of zero. `nil` without sessions or without two variants that expect any.
    public init?(observed: [Int], shares: [Double]) {
        let total = observed.reduce(0, +)
        let sum = shares.reduce(0, +)
        let kept = observed.indices.filter { shares[$0] > 0 }
        guard total > 0, sum > 0, kept.count >= 2, observed.count == shares.count else { return nil }
        let expected = kept.map { Double(total) * shares[$0] / sum }
        let isImpossible = observed.indices.contains { shares[$0] <= 0 && observed[$0] > 0 }
        statistic = zip(kept, expected).reduce(0) { sum, pair in
            let distance = Double(observed[pair.0]) - pair.1
            return sum + distance * distance / pair.1
        }
        let share = (shares[kept[0]] / sum)
        let z = SpecialFunctions.normalQuantile(0.975) + SpecialFunctions.normalQuantile(0.8)
        detectableShift = z * (share * (1 - share) / Double(total)).squareRoot()
        if isImpossible {
            (method, pValue) = (.exactBinomial, 0)
        } else if kept.count == 2 {
            (method, pValue) = (.exactBinomial, SampleRatio.binomial(observed[kept[0]], of: total, share: share))
        } else if expected.contains(where: { $0 < 5 }) {
            (method, pValue) = (.tooFew, nil)
        } else {
            (method, pValue) = (
                .chiSquare, SpecialFunctions.chiSquareTail(statistic, degrees: kept.count - 1)
            )
        }
    }

    /// The two-sided exact binomial test: the sum over all outcomes that are no more probable than the observed one.
    static func binomial(_ observed: Int, of total: Int, share: Double) -> Double {
        let limit = SpecialFunctions.binomialMass(observed, total, share) * (1 + 1e-7)
        let mean = share * Double(total)
        if Double(observed) == mean { return 1 }
        let mass = { SpecialFunctions.binomialMass($0, total, share) }
        if Double(observed) < mean {
            // Masses fall beyond the mode: the first count on the other side that is no more probable.
            let first = firstIndex(from: Int(mean.rounded(.up)), to: total) { mass($0) <= limit }
            let upper = SpecialFunctions.binomialTail(first, total, share)
            return min(1, SpecialFunctions.binomialCDF(observed, total, share) + upper)
        }
        let beyond = firstIndex(from: 0, to: Int(mean.rounded(.down))) { mass($0) > limit }
        let lower = beyond == 0 ? 0 : SpecialFunctions.binomialCDF(beyond - 1, total, share)
        return min(1, lower + SpecialFunctions.binomialTail(observed, total, share))
    }

    /// The first number of a range from which on an assertion holds; one past the end when it never does.
    private static func firstIndex(from low: Int, to high: Int, _ holds: (Int) -> Bool) -> Int {
        var (low, high) = (low, high + 1)
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
