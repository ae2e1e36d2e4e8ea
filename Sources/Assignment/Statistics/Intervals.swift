/// An estimate with the interval that holds the true value in that share of repetitions.
public struct Estimate: Hashable, Sendable {
    /// The estimate.
    public let value: Double
    /// The interval's lower end; minus infinity where the data give none.
    public let lower: Double
    /// The interval's upper end; infinity where the data give none.
    public let upper: Double

    /// Makes an estimate.
    public init(value: Double, lower: Double, upper: Double) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }

    /// What an interval of a difference allows to say: nothing, unless zero lies outside.
    public var verdict: Verdict {
        if lower > 0 { return .higher }
        if upper < 0 { return .lower }
        return .undecided
    }

    /// What a difference shows.
    public enum Verdict: String, Hashable, Sendable {
        /// The second is higher.
        case higher
        /// The second is lower.
        case lower
        /// The data fit no difference as well as one: this is not a proof that there is none.
        case undecided
    }
}

/// Shares: errors among calls, sessions among variants.
public enum Proportion {
    /// The share of successes with Wilson's interval; `nil` without trials.
    public static func wilson(_ successes: Int, of trials: Int, confidence: Double = 0.95) -> Estimate? {
        guard trials > 0 else { return nil }
        return wilson(
            share: Double(successes) / Double(trials), effectiveTrials: Double(trials), confidence: confidence)
    }

    /// Wilson's interval of a share that so many independent trials would tell as well; not a whole number of them where
    /// trials depend on each other.
    static func wilson(share p: Double, effectiveTrials n: Double, confidence: Double) -> Estimate {
        let z = SpecialFunctions.normalQuantile(0.5 + confidence / 2)
        let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
        return Estimate(value: p, lower: p == 0 ? 0 : centre - half, upper: p == 1 ? 1 : centre + half)
    }

    /// Second share minus first with Newcombe's interval, made of the two Wilson intervals; `nil` without trials.
    public static func difference(
        _ first: (successes: Int, trials: Int), _ second: (successes: Int, trials: Int), confidence: Double = 0.95
    ) -> Estimate? {
        guard let a = wilson(first.successes, of: first.trials, confidence: confidence),
            let b = wilson(second.successes, of: second.trials, confidence: confidence)
        else { return nil }
        return Estimate.difference(a, b)
    }
}

/// Quantiles of latencies and other figures: no assumption about how they are distributed.
public enum Quantile {
    /// The nearest-rank quantile with the interval between two order statistics whose ranks the binomial distribution
    /// gives; an end is infinite where there are too few values to bound it. `nil` without values.
    ///
    /// - Parameter sorted: the values, ascending.
    public static func estimate(_ p: Double, of sorted: [Double], confidence: Double = 0.95) -> Estimate? {
        guard !sorted.isEmpty else { return nil }
        let n = sorted.count
        let rank = min(n, max(1, Int((p * Double(n)).rounded(.up))))
        let ranks = ranks(p, of: n, confidence: confidence)
        return Estimate(
            value: sorted[rank - 1], lower: ranks.below.map { sorted[$0 - 1] } ?? -.infinity,
            upper: ranks.above.map { sorted[$0 - 1] } ?? .infinity)
    }

    /// The ranks, from 1, of the order statistics that bound a quantile; `nil` where none does.
    static func ranks(_ p: Double, of n: Int, confidence: Double) -> (below: Int?, above: Int?) {
        let tail = (1 - confidence) / 2
        // The true quantile lies below the r-th value with probability P(B < r), B binomial: the largest rank with at
        // most the tail below it, the smallest with at most the tail above it.
        let below = largest(in: 0...n) { SpecialFunctions.binomialCDF($0 - 1, n, p) <= tail }
        let above = 1 + largest(in: 0...n) { SpecialFunctions.binomialCDF($0 - 1, n, p) < 1 - tail }
        return (below >= 1 ? below : nil, above <= n ? above : nil)
    }

    /// The largest number of a range for which an assertion holds that holds up to some number.
    private static func largest(in range: ClosedRange<Int>, _ holds: (Int) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high + 1) / 2
            if holds(middle) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// Count, mean and variance of values, gathered in one pass.
public struct Moments: Hashable, Sendable {
    /// How many values.
    public private(set) var count = 0
    /// Their mean.
    public private(set) var mean = 0.0
    private var squares = 0.0

    /// Nothing yet.
    public init() {}

    /// The moments of those values.
    public init(_ values: some Sequence<Double>) {
        for value in values { add(value) }
    }

    /// Adds a value (Welford: no loss of digits over long runs).
    public mutating func add(_ value: Double) {
        count += 1
        let distance = value - mean
        mean += distance / Double(count)
        squares += distance * (value - mean)
    }

    /// The variance, estimated without bias; `nil` below two values.
    public var variance: Double? { count < 2 ? nil : squares / Double(count - 1) }

    /// The mean with Student's interval; `nil` below two values.
    public func estimate(confidence: Double = 0.95) -> Estimate? {
        guard let variance else { return nil }
        let quantile = SpecialFunctions.studentQuantile(0.5 + confidence / 2, degrees: Double(count - 1))
        let half = quantile * (variance / Double(count)).squareRoot()
        return Estimate(value: mean, lower: mean - half, upper: mean + half)
    }
}
