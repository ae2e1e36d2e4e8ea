public import Assignment
import Display
import TraceModel

/// One version of a prompt against another, like with like: calls are compared where both versions ran on the same model for
/// the same config, and nowhere else. A version that mostly ran on a cheaper model is not cheaper for that.
public struct PromptContrast: Sendable {
    /// A model that both versions ran on.
    public struct Stratum: Hashable, Sendable {
        /// The config that assigned it; empty where none did.
        public let config: String
        /// The model.
        public let model: String
    }

    /// A figure that differs, or does not.
    public struct Difference: Sendable {
        /// What it is: `cost`, `latency`, `completion`, `errors`, or a score's name.
        public let name: String
        /// The difference: a part of the old figure, or of a share and a score in its own unit.
        public let estimate: Estimate
        /// Whether it is a part of the old figure.
        public let isRelative: Bool
    }

    /// The models that both ran on, with enough sessions of each.
    public let strata: [Stratum]
    /// Which part of the old version's calls was made on these.
    public let oldShare: Double
    /// Which part of the new version's calls was made on these.
    public let newShare: Double
    /// The differences that can be told of.
    public let differences: [Difference]

    /// With fewer sessions than this of a version on a model nothing is compared there.
    public static let fewest = 8

    init(_ old: PromptMetrics.Row, _ new: PromptMetrics.Row) {
        strata = old.strata.keys.filter { key in
            (old.strata[key]?.sessions.count ?? 0) >= Self.fewest
                && (new.strata[key]?.sessions.count ?? 0) >= Self.fewest
        }.sorted { ($0.model, $0.config) < ($1.model, $1.config) }
        oldShare = old.share(of: strata)
        newShare = new.share(of: strata)
        let names = Set(strata.flatMap { old.strata[$0]?.scoreNames ?? [] }).sorted()
        var measures: [(String, Bool, (PromptStratum) -> ClusteredEstimate?)] = [
            ("cost", true, { $0.mean(\.cost) }), ("latency", true, { $0.mean(\.latency) }),
            ("completion", true, { $0.mean(\.completion) }), ("errors", false, { $0.errorShare }),
        ]
        for name in names { measures.append((name, false, { $0.score(name) })) }
        let confidence = 1 - 0.05 / Double(measures.count)
        var found: [Difference] = []
        for (name, isRelative, measure) in measures {
            let pairs = strata.compactMap { key -> (ClusteredEstimate, ClusteredEstimate)? in
                guard let before = old.strata[key].flatMap(measure), let after = new.strata[key].flatMap(measure) else {
                    return nil
                }
                return (before, after)
            }
            if let estimate = Self.pooled(pairs, isRelative: isRelative, confidence: confidence) {
                found.append(Difference(name: name, estimate: estimate, isRelative: isRelative))
            }
        }
        differences = found
    }

    /// The differences within each stratum, each weighed by how many sessions tell of it.
    private static func pooled(
        _ pairs: [(ClusteredEstimate, ClusteredEstimate)], isRelative: Bool, confidence: Double
    ) -> Estimate? {
        var (sum, weights, variance, sessions) = (0.0, 0.0, 0.0, 0)
        for (before, after) in pairs {
            if isRelative, before.value <= 0 || after.value <= 0 { continue }
            let weight = Double(before.sessions * after.sessions) / Double(before.sessions + after.sessions)
            let one = isRelative ? ClusteredEstimate.change(before, after, multiplier: 1) : nil
            let value = isRelative ? one.map { $0.value.logOnePlus } : after.value - before.value
            let error =
                isRelative
                ? one.map { ($0.upper.logOnePlus - $0.lower.logOnePlus) / 2 }
                : ClusteredEstimate.standardError(before, after)
            guard let value, let error, value.isFinite, error.isFinite else { continue }
            sum += weight * value
            weights += weight
            variance += weight * weight * error * error
            sessions += before.sessions + after.sessions
        }
        guard weights > 0 else { return nil }
        let multiplier = ConfidenceSequence.multiplier(Double(sessions), confidence: confidence)
        let (centre, half) = (sum / weights, multiplier * variance.squareRoot() / weights)
        guard isRelative else { return Estimate(value: centre, lower: centre - half, upper: centre + half) }
        return Estimate(
            value: centre.expMinusOne, lower: (centre - half).expMinusOne, upper: (centre + half).expMinusOne)
    }

    /// Whether anything can be compared.
    public var isComparable: Bool { !strata.isEmpty }
}

/// The calls of a version on one model, by session.
struct PromptStratum: Sendable {
    /// Sums over a session's calls, each with how many say it.
    struct Session: Sendable {
        var cost = Mean()
        var latency = Mean()
        var completion = Mean()
        var calls = 0
        var errors = 0
        var scores: [String: Mean] = [:]
    }

    /// A mean that grows.
    struct Mean: Sendable {
        private(set) var sum = 0.0
        private(set) var count = 0
        mutating func add(_ value: Double) {
            sum += value
            count += 1
        }
        var value: Double? { count == 0 ? nil : sum / Double(count) }
    }

    var sessions: [ExactText: Session] = [:]

    var calls: Int { sessions.values.reduce(0) { $0 + $1.calls } }
    var scoreNames: Set<String> { Set(sessions.values.flatMap(\.scores.keys)) }

    /// In a fixed order, so that sums are the same in every run.
    private var ordered: [Session] { sessions.sorted { $0.key < $1.key }.map(\.value) }

    func mean(_ figure: KeyPath<Session, Mean>) -> ClusteredEstimate? {
        ClusteredEstimate.mean(ordered.compactMap { $0[keyPath: figure].value })
    }

    func score(_ name: String) -> ClusteredEstimate? {
        ClusteredEstimate.mean(ordered.compactMap { $0.scores[name]?.value }, other: 0.5)
    }

    var errorShare: ClusteredEstimate? {
        ClusteredEstimate.ratio(ordered.map { (part: Double($0.errors), whole: Double($0.calls)) })
    }
}

extension PromptMetrics.Row {
    /// Which part of the calls was made on those models.
    func share(of keys: [PromptContrast.Stratum]) -> Double {
        calls == 0 ? 0 : Double(keys.reduce(0) { $0 + (strata[$1]?.calls ?? 0) }) / Double(calls)
    }

    /// The models it ran on, the most used first, with their part of the calls.
    public var mix: [(model: String, share: Double)] {
        var counts: [String: Int] = [:]
        for (key, stratum) in strata { counts[key.model, default: 0] += stratum.calls }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            (model: $0.key, share: calls == 0 ? 0 : Double($0.value) / Double(calls))
        }
    }

    /// `gpt-4o 88%, claude-3-haiku 12%`.
    public var mixText: String {
        let shown = mix.prefix(3).map { "\($0.model) \(Figure.percent($0.share, places: 0))" }
        return shown.joined(separator: ", ") + (mix.count > 3 ? ", …" : "")
    }
}
