public import Assignment

extension ConfigResults {
    /// One variant against the first, in the figures that matter: what the data allow to say, and no more.
    public struct Comparison: Sendable {
        /// A figure that is compared.
        public enum Metric: String, Hashable, Sendable, CaseIterable {
            /// The share of calls that fail.
            case errorShare = "error_rate"
            /// The calls' median duration.
            case latencyP50 = "latency_p50"
            /// The calls' median time to first token.
            case firstTokenP50 = "time_to_first_token_p50"
            /// The mean cost of a session.
            case costPerSession = "cost_per_session"
        }

        /// A difference, second minus first: a share, nanoseconds or US dollars.
        public struct Difference: Sendable {
            /// Of what.
            public let metric: Metric
            /// With its interval at ``Comparison/confidence``; `nil` where there is nothing to compare.
            public let estimate: Estimate?
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
        /// The differences.
        public let differences: [Difference]
        /// The confidence of each interval: 95 % over all of the table's comparisons together (Bonferroni).
        public let confidence: Double

        /// With fewer sessions than this in a variant, means of long-tailed costs are anybody's guess.
        public static let fewest = 30
        /// Below this probability the spread over the variants is called off.
        public static let ratioAlarm = 0.001

        package static func all(_ samples: [VariantSample], _ ratio: SampleRatio?) -> [Comparison] {
            let seen = samples.indices.filter { !samples[$0].sessions.isEmpty }
            guard let base = seen.first, seen.count > 1 else { return [] }
            let count = Metric.allCases.count * (seen.count - 1)
            let confidence = 1 - 0.05 / Double(count)
            let isOff = ratio?.pValue.map { $0 < ratioAlarm } ?? false
            return seen.dropFirst().map { other in
                let isSmall = min(samples[base].sessions.count, samples[other].sessions.count) < fewest
                return Comparison(
                    base: base, other: other, obstacle: isOff ? .sampleRatio : isSmall ? .tooFewSessions : nil,
                    differences: Metric.allCases.map { metric in
                        Difference(
                            metric: metric, estimate: metric.difference(samples[base], samples[other], confidence))
                    }, confidence: confidence)
            }
        }
    }
}

extension ConfigResults.Comparison.Metric {
    fileprivate func difference(_ first: VariantSample, _ second: VariantSample, _ confidence: Double) -> Estimate? {
        switch self {
        case .errorShare: Self.difference(first.errorShare(confidence), second.errorShare(confidence))
        case .latencyP50: Self.difference(first.latency(0.5, confidence), second.latency(0.5, confidence))
        case .firstTokenP50: Self.difference(first.firstToken(confidence), second.firstToken(confidence))
        case .costPerSession: Moments.difference(first.costs, second.costs, confidence: confidence)
        }
    }

    private static func difference(_ first: Estimate?, _ second: Estimate?) -> Estimate? {
        guard let first, let second else { return nil }
        return Estimate.difference(first, second)
    }
}
