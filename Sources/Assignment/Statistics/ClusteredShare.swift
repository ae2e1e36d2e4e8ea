/// A share among trials that come in groups: calls of one session resemble each other, so that a thousand calls of ten
/// sessions tell less than a thousand calls of a thousand.
///
/// The variance is that of the ratio estimator over the groups (linearised); what it exceeds the binomial variance by,
/// the design effect, shrinks the number of trials that Wilson's interval is told (Korn and Graubard 1998).
public struct ClusteredShare: Hashable, Sendable {
    /// Trials with that outcome.
    public let successes: Int
    /// All trials.
    public let trials: Int
    /// Groups that have trials.
    public let groups: Int
    /// How many independent trials tell as much, at that confidence; 0 without trials.
    public let effectiveTrials: Double
    /// The confidence of the intervals that are made of it.
    public let confidence: Double

    /// Counts each group's successes and trials; groups without trials do not count.
    public init(_ counts: some Collection<(successes: Int, trials: Int)>, confidence: Double = 0.95) {
        let counts = counts.filter { $0.trials > 0 }
        successes = counts.reduce(0) { $0 + $1.successes }
        trials = counts.reduce(0) { $0 + $1.trials }
        groups = counts.count
        self.confidence = confidence
        effectiveTrials = ClusteredShare.effectiveTrials(counts, successes, trials, confidence)
    }

    private static func effectiveTrials(
        _ counts: [(successes: Int, trials: Int)], _ successes: Int, _ trials: Int, _ confidence: Double
    ) -> Double {
        guard trials > 0 else { return 0 }
        let (n, groups) = (Double(trials), Double(counts.count))
        // With one outcome alone nothing shows how alike a group's trials are: each group then counts once.
        guard successes > 0, successes < trials, counts.count > 1 else { return groups }
        let share = Double(successes) / n
        let squares = counts.reduce(0.0) { sum, group in
            let residual = Double(group.successes) - share * Double(group.trials)
            return sum + residual * residual
        }
        let variance = groups / (groups - 1) * squares / (n * n)
        let plain = share * (1 - share) / n
        let designEffect = max(1, variance / plain)
        let normal = SpecialFunctions.normalQuantile(0.5 + confidence / 2)
        let student = SpecialFunctions.studentQuantile(0.5 + confidence / 2, degrees: groups - 1)
        return n / designEffect * (normal / student) * (normal / student)
    }

    /// The share with Wilson's interval over the effective trials; `nil` without trials.
    public var estimate: Estimate? {
        guard trials > 0 else { return nil }
        let share = Double(successes) / Double(trials)
        return Proportion.wilson(share: share, effectiveTrials: effectiveTrials, confidence: confidence)
    }
}

extension Estimate {
    /// Second minus first with an interval recovered from the two (MOVER, of which Newcombe's is a case): right for
    /// independent estimates whatever they estimate, as far as their own intervals are.
    public static func difference(_ first: Estimate, _ second: Estimate) -> Estimate {
        let difference = second.value - first.value
        let below = second.value - second.lower
        let above = second.upper - second.value
        let firstBelow = first.value - first.lower
        let firstAbove = first.upper - first.value
        return Estimate(
            value: difference, lower: difference - (below * below + firstAbove * firstAbove).squareRoot(),
            upper: difference + (above * above + firstBelow * firstBelow).squareRoot())
    }
}

extension Estimate {
    /// Second over first, minus one, with an interval recovered from the two on the logarithm; `nil` where a value or the end
    /// of an interval is not positive, or not known.
    public static func change(_ first: Estimate, _ second: Estimate) -> Estimate? {
        guard let a = first.logarithm, let b = second.logarithm else { return nil }
        let difference = Estimate.difference(a, b)
        return Estimate(
            value: difference.value.expMinusOne, lower: difference.lower.expMinusOne,
            upper: difference.upper.expMinusOne)
    }

    private var logarithm: Estimate? {
        guard value > 0, lower > 0, upper.isFinite else { return nil }
        return Estimate(value: value.naturalLog, lower: lower.naturalLog, upper: upper.naturalLog)
    }
}

/// Quantiles of values that come in groups: latencies of calls, by session.
public enum ClusteredQuantile {
    /// A value and the group it belongs to, from 0.
    public typealias Value = (value: Double, group: Int)

    /// The nearest-rank quantile with Woodruff's interval: the interval of the share of values up to it, turned back into
    /// values. An end is infinite where there are too few values to bound it; `nil` without values.
    ///
    /// - Parameter sorted: ascending by value.
    public static func estimate(
        _ p: Double, of sorted: [Value], confidence: Double = 0.95
    ) -> Estimate? {
        guard let last = sorted.last else { return nil }
        let count = sorted.count
        let rank = min(count, max(1, Int((p * Double(count)).rounded(.up))))
        let groups = (sorted.lazy.map(\.group).max() ?? 0) + 1
        var counts = Array(repeating: (successes: 0, trials: 0), count: groups)
        for (place, value) in sorted.enumerated() {
            counts[value.group].trials += 1
            if place < rank { counts[value.group].successes += 1 }
        }
        let share = ClusteredShare(counts, confidence: confidence)
        let effective = max(1, min(count, Int(share.effectiveTrials)))
        let ranks = Quantile.ranks(p, of: effective, confidence: confidence)
        let scale = Double(count) / Double(effective)
        let lower = ranks.below.map { sorted[max(1, Int(Double($0) * scale)) - 1].value }
        let upper = ranks.above.map { sorted[min(count, Int((Double($0) * scale).rounded(.up))) - 1].value }
        return Estimate(
            value: rank == count ? last.value : sorted[rank - 1].value, lower: lower ?? -.infinity,
            upper: upper ?? .infinity)
    }
}
