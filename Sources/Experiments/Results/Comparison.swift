public import Assignment

extension ConfigResults {
    /// One variant against the first, in the figures that matter: what the data allow to say at this and every other look
    /// (``ConfidenceSequence``), and no more.
    public struct Comparison: Sendable {
        /// A difference, second minus first, in the metric's own unit: a share, nanoseconds, US dollars, tokens, a score.
        public struct Difference: Sendable {
            /// Of what.
            public let metric: DecisionMetric
            /// With its interval at ``Comparison/confidence``; `nil` where there is nothing to compare.
            public let estimate: Estimate?
            /// The same as a part of the first variant's figure.
            public let change: Estimate?
            /// The standard error of the difference; `nil` for quantiles.
            public let standardError: Double?
            /// The sessions of both that say something of it.
            public let sessions: Int
            /// Whether more of it is better.
            public let isHigherBetter: Bool
            /// Whether it is a part of a whole: a share, or a score between 0 and 1.
            public let isShare: Bool
            /// How much worse it may get; `nil` where it is no guardrail.
            public let limit: DecisionPlan.Limit?

            /// Whether the second is better.
            public var isBetter: Bool { estimate?.verdict == (isHigherBetter ? .higher : .lower) }
            /// Whether the second is worse.
            public var isWorse: Bool { estimate?.verdict == (isHigherBetter ? .lower : .higher) }
        }

        /// Why nothing is said.
        public enum Obstacle: Hashable, Sendable {
            /// A variant has fewer sessions than ``fewest``.
            case tooFewSessions
            /// The sessions are not spread as the weights say: something chooses who is seen.
            case sampleRatio
        }

        /// The variant compared with.
        public let base: Int
        /// The variant that is compared.
        public let other: Int
        /// Why nothing is said; `nil` when something may be.
        public let obstacle: Obstacle?
        /// The differences: what the plan decides by, the goal first, then the others.
        public let differences: [Difference]
        /// The figure to improve; `nil` where none is set.
        public let goal: DecisionMetric?
        /// How many comparisons the intervals are made wider for (Bonferroni): those of the plan, else all, of all variants.
        public let corrected: Int
        /// The confidence of each interval: 95 % over those comparisons and all looks together.
        public var confidence: Double { 1 - 0.05 / Double(max(1, corrected)) }

        /// With fewer sessions than this in a variant, means of long-tailed costs are anybody's guess.
        public static let fewest = 30
        /// Below this probability the spread over the variants is called off.
        public static let ratioAlarm = 0.001

        package static func all(
            _ samples: [VariantSample], _ ratio: SampleRatio?, _ plan: DecisionPlan
        ) -> [Comparison] {
            let seen = samples.indices.filter { !samples[$0].sessions.isEmpty }
            guard let base = seen.first, seen.count > 1 else { return [] }
            let names = Set(samples.flatMap(\.scoreNames)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let known = names.map(DecisionMetric.score) + DecisionMetric.plain
            let metrics = plan.metrics + known.filter { !plan.metrics.contains($0) }
            let decided = plan.goal == nil ? metrics.count : plan.metrics.count
            let corrected = decided * (seen.count - 1)
            let isOff = ratio?.pValue.map { $0 < ratioAlarm } ?? false
            return seen.dropFirst().map { other in
                let isSmall = min(samples[base].sessions.count, samples[other].sessions.count) < fewest
                let confidence = 1 - 0.05 / Double(corrected)
                return Comparison(
                    base: base, other: other, obstacle: isOff ? .sampleRatio : isSmall ? .tooFewSessions : nil,
                    differences: metrics.map {
                        Difference($0, samples[base], samples[other], confidence: confidence, plan)
                    }, goal: plan.goal, corrected: corrected)
            }
        }
    }
}

extension ConfigResults.Comparison.Difference {
    fileprivate init(
        _ metric: DecisionMetric, _ first: VariantSample, _ second: VariantSample, confidence: Double,
        _ plan: DecisionPlan
    ) {
        self.metric = metric
        isHigherBetter = plan.isHigherBetter(metric)
        limit = plan.guardrails.first { $0.metric == metric }?.limit
        isShare = metric == .errorRate || first.isShare(metric) && second.isShare(metric)
        if let p = metric.quantile {
            let (a, b) = (first.values(metric), second.values(metric))
            sessions = first.sessions.count + second.sessions.count
            let multiplier = ConfidenceSequence.multiplier(Double(sessions), confidence: confidence)
            let ends = [a, b].map { ClusteredQuantile.estimate(p, of: $0, multiplier: multiplier) }
            estimate = Self.both(ends[0], ends[1]).map { Estimate.difference($0, $1) }
            change = Self.both(ends[0], ends[1]).flatMap { Estimate.change($0, $1) }
            standardError = nil
            return
        }
        let pair = VariantSample.pair(first, second, metric)
        sessions = pair.map { $0.first.sessions + $0.second.sessions } ?? 0
        let multiplier = ConfidenceSequence.multiplier(Double(sessions), confidence: confidence)
        estimate = pair.map { ClusteredEstimate.difference($0.first, $0.second, multiplier: multiplier) }
        change = pair.flatMap { ClusteredEstimate.change($0.first, $0.second, multiplier: multiplier) }
        standardError = pair.map { ClusteredEstimate.standardError($0.first, $0.second) }
    }

    private static func both(_ first: Estimate?, _ second: Estimate?) -> (Estimate, Estimate)? {
        guard let first, let second else { return nil }
        return (first, second)
    }
}

extension DecisionMetric {
    /// Which quantile of calls it is; `nil` for other figures.
    fileprivate var quantile: Double? {
        switch self {
        case .latencyP50, .firstTokenP50: 0.5
        case .latencyP95: 0.95
        default: nil
        }
    }
}

extension VariantSample {
    /// The values of calls that a quantile is of.
    fileprivate func values(_ metric: DecisionMetric) -> [ClusteredQuantile.Value] {
        metric == .firstTokenP50 ? firstTokens : latencies
    }

    /// Both variants' means of a figure, each with what the other says where its own sessions all say the same.
    fileprivate static func pair(
        _ first: VariantSample, _ second: VariantSample, _ metric: DecisionMetric
    ) -> (first: ClusteredEstimate, second: ClusteredEstimate)? {
        func ratio(_ sample: VariantSample) -> ClusteredEstimate? {
            ClusteredEstimate.ratio(sample.sessions.map { (Double($0.errors), Double($0.calls)) })
        }
        let found: (ClusteredEstimate?, ClusteredEstimate?)
        if metric == .errorRate {
            found = (ratio(first), ratio(second))
        } else {
            let (a, b) = (first.perSession(metric), second.perSession(metric))
            let (meanA, meanB) = (Moments(a), Moments(b))
            guard meanA.count > 1, meanB.count > 1 else { return nil }
            found = (
                ClusteredEstimate.mean(a, other: meanB.mean), ClusteredEstimate.mean(b, other: meanA.mean)
            )
        }
        guard let one = found.0, let two = found.1 else { return nil }
        return (one, two)
    }
}
