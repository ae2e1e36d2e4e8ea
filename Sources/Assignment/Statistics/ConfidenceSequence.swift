/// Intervals that hold at every look together: whoever looks each hour and stops when zero lies outside is wrong as seldom
/// as the confidence says.
///
/// Asymptotic confidence sequences (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: "Time-uniform central limit theory and
/// asymptotic confidence sequences", equation 14): the same standard error as at one look, a wider multiple of it.
public enum ConfidenceSequence {
    /// How many sessions the intervals are tuned to: they are tightest there, and hold before and after.
    public static let tuning = 1000.0

    /// What takes the place of the normal quantile after so many sessions.
    ///
    /// - Parameters:
    ///   - count: sessions of both variants so far.
    ///   - confidence: of all looks together.
    ///   - tuning: the number of sessions at which the interval shall be tightest; it must not depend on what was seen.
    public static func multiplier(_ count: Double, confidence: Double, tuning: Double = tuning) -> Double {
        guard count > 0 else { return .infinity }
        let alpha = 1 - confidence
        let square = (-2 * alpha.naturalLog + (-2 * alpha.naturalLog + 1).naturalLog) / tuning
        let grown = count * square
        return (2 * (grown + 1) / grown * ((grown + 1).squareRoot() / alpha).naturalLog).squareRoot()
    }

    /// After how many sessions in all an effect of that size is told from none, its standard error being what it is now;
    /// `nil` where no number up to a billion does.
    public static func needed(
        effect: Double, standardError: Double, after count: Double, confidence: Double, tuning: Double = tuning
    ) -> Double? {
        guard effect != 0, standardError > 0, count > 0, effect.isFinite else { return effect == 0 ? nil : count }
        func decides(_ total: Double) -> Bool {
            let half = multiplier(total, confidence: confidence, tuning: tuning)
            return half * standardError * (count / total).squareRoot() <= abs(effect)
        }
        var (low, high) = (count, count)
        while !decides(high) {
            guard high < 1e9 else { return nil }
            (low, high) = (high, high * 2)
        }
        guard high > count else { return count }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if decides(middle) { high = middle } else { low = middle }
        }
        return high.rounded(.up)
    }
}

/// What one variant's sessions say of a figure: an estimate and its standard error, calls of a session not being taken for
/// independent.
public struct ClusteredEstimate: Hashable, Sendable {
    /// The estimate.
    public let value: Double
    /// Its standard error.
    public let standardError: Double
    /// The sessions that say something of it.
    public let sessions: Int

    /// The mean of a value a session; `nil` below two sessions. Where all say the same, `other` is taken for one more
    /// session: nothing is so sure.
    public static func mean(_ values: [Double], other: Double? = nil) -> ClusteredEstimate? {
        let moments = Moments(values)
        guard var variance = moments.variance else { return nil }
        if variance == 0, let other { variance = Moments(values + [other]).variance ?? 0 }
        return ClusteredEstimate(
            value: moments.mean, standardError: (variance / Double(moments.count)).squareRoot(), sessions: moments.count
        )
    }

    /// The ratio of two sums over sessions, such as failed calls to calls (linearised); `nil` below two sessions that have
    /// the second. It is never surer than so many independent trials would be.
    public static func ratio(_ pairs: [(part: Double, whole: Double)]) -> ClusteredEstimate? {
        let pairs = pairs.filter { $0.whole > 0 }
        let (part, whole) = pairs.reduce((0, 0)) { ($0.0 + $1.part, $0.1 + $1.whole) }
        guard pairs.count > 1 else { return nil }
        let (ratio, count) = (part / whole, Double(pairs.count))
        let squares = pairs.reduce(0.0) { sum, pair in
            let residual = pair.part - ratio * pair.whole
            return sum + residual * residual
        }
        let smoothed = (part + 0.5) / (whole + 1)
        let variance = max(
            count / (count - 1) * squares / (whole * whole), smoothed * (1 - smoothed) / whole)
        return ClusteredEstimate(value: ratio, standardError: variance.squareRoot(), sessions: pairs.count)
    }

    /// Second minus first at a multiple of the standard error.
    public static func difference(
        _ first: ClusteredEstimate, _ second: ClusteredEstimate, multiplier: Double
    ) -> Estimate {
        let half = multiplier * standardError(first, second)
        let value = second.value - first.value
        return Estimate(value: value, lower: value - half, upper: value + half)
    }

    /// The standard error of the difference.
    public static func standardError(_ first: ClusteredEstimate, _ second: ClusteredEstimate) -> Double {
        (first.standardError * first.standardError + second.standardError * second.standardError).squareRoot()
    }

    /// Second over first, minus one, on the logarithm (delta method); `nil` where a value is not positive.
    public static func change(
        _ first: ClusteredEstimate, _ second: ClusteredEstimate, multiplier: Double
    ) -> Estimate? {
        guard first.value > 0, second.value > 0 else { return nil }
        let centre = (second.value / first.value).naturalLog
        let (a, b) = (first.standardError / first.value, second.standardError / second.value)
        let half = multiplier * (a * a + b * b).squareRoot()
        return Estimate(
            value: centre.expMinusOne, lower: (centre - half).expMinusOne, upper: (centre + half).expMinusOne)
    }
}

extension ClusteredQuantile {
    /// The nearest-rank quantile with Woodruff's interval at a multiple of the standard error of the share of values up to
    /// it; an end is infinite where there are too few values to bound it. `nil` without values.
    ///
    /// - Parameter sorted: ascending by value.
    public static func estimate(_ p: Double, of sorted: [Value], multiplier: Double) -> Estimate? {
        guard !sorted.isEmpty else { return nil }
        let count = Double(sorted.count)
        let rank = min(sorted.count, max(1, Int((p * count).rounded(.up))))
        var groups: [Int: (below: Double, all: Double)] = [:]
        for (place, value) in sorted.enumerated() {
            groups[value.group, default: (0, 0)].all += 1
            if place < rank { groups[value.group, default: (0, 0)].below += 1 }
        }
        let share = Double(rank) / count
        // By group, so that sums are the same whatever order a dictionary has.
        let squares = groups.sorted { $0.key < $1.key }.reduce(0.0) { sum, group in
            let residual = group.value.below - share * group.value.all
            return sum + residual * residual
        }
        let many = Double(groups.count)
        let clustered = groups.count > 1 ? many / (many - 1) * squares / (count * count) : 1
        let half = multiplier * max(clustered, p * (1 - p) / count).squareRoot()
        let (low, high) = ((p - half) * count, (p + half) * count)
        return Estimate(
            value: sorted[rank - 1].value,
            lower: low < 1 ? -.infinity : sorted[Int(low.rounded(.down)) - 1].value,
            upper: high > count ? .infinity : sorted[min(sorted.count, Int(high.rounded(.up))) - 1].value)
    }
}
