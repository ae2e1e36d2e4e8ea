public import TraceModel

/// What a run came to: every recorded call beside what each variant made of it, and what the pairs together say.
public struct RunTable: Sendable {
    /// One recorded call.
    public struct Row: Sendable {
        /// The call.
        public let key: SpanKey
        /// What it came to then.
        public let recorded: CallOutcome
        /// What each variant made of it; `nil` where it has not been asked yet.
        public let tried: [CallOutcome?]
        /// How far the variants' answers are from what they are compared with, 0 to 1: the farthest.
        public let distance: Double
    }

    /// What a variant is compared with.
    public enum Base: Hashable, Sendable {
        /// The recorded calls.
        case recorded
        /// Another variant, from 0.
        case variant(Int)
    }

    /// A figure that is compared.
    public enum Metric: Hashable, Sendable {
        /// Whether the call failed, in points of a hundred.
        case errors
        /// Milliseconds.
        case latency
        /// Milliseconds to the first token.
        case firstToken
        /// Tokens in and out.
        case tokens
        /// Dollars of a thousand calls.
        case cost
        /// A score, in points where it lies between 0 and 1.
        case score(String)

        /// Its name, in `--fail-if` and in tables.
        public var name: String {
            switch self {
            case .errors: "errors"
            case .latency: "latency"
            case .firstToken: "ttft"
            case .tokens: "tokens"
            case .cost: "cost"
            case .score(let name): name
            }
        }

        /// The metric of a name; every other name is a score's.
        public init(name: String) {
            let known: [Metric] = [.errors, .latency, .firstToken, .tokens, .cost]
            self = known.first { $0.name == name } ?? .score(name)
        }

        /// Whether more of it is worse.
        public var isWorseWhenMore: Bool { if case .score = self { false } else { true } }

        func value(of outcome: CallOutcome) -> Double? {
            switch self {
            case .errors: outcome.error == nil ? 0 : 100
            case .latency: outcome.error == nil ? outcome.latency.map { Double($0) / 1e6 } : nil
            case .firstToken: outcome.error == nil ? outcome.firstToken.map { Double($0) / 1e6 } : nil
            case .tokens: outcome.usage.total.map(Double.init)
            case .cost: outcome.cost.map { $0.dollars * 1_000 }
            case .score(let name): outcome.scores[name]
            }
        }
    }

    /// One variant against its base in one figure.
    public struct Comparison: Sendable {
        /// The variant.
        public let variant: Int
        /// The figure.
        public let metric: Metric
        /// What the pairs say.
        public let statistics: PairedStatistics
    }

    /// The run's plan.
    public let plan: RunPlan
    /// What the variants are compared with.
    public let base: Base
    /// The calls, those whose answers differ most first.
    public let rows: [Row]
    /// The comparisons, variant by variant.
    public let comparisons: [Comparison]

    /// Makes the table of what was recorded and what was tried.
    public init(_ plan: RunPlan, base: Base, _ outcomes: [(recorded: CallOutcome, tried: [CallOutcome?])]) {
        self.plan = plan
        self.base = base
        let unsorted = zip(plan.calls, outcomes).map { key, outcome in
            let reference = Self.reference(base, outcome)
            let distances = outcome.tried.enumerated().compactMap { index, tried -> Double? in
                guard base != .variant(index), let tried, let reference else { return nil }
                return WordDistance.between(reference, tried)
            }
            return Row(
                key: key, recorded: outcome.recorded, tried: outcome.tried, distance: distances.max() ?? 0)
        }
        let order = unsorted.indices.sorted {
            (-unsorted[$0].distance, $0) < (-unsorted[$1].distance, $1)
        }
        rows = order.map { unsorted[$0] }
        let names = Set(outcomes.flatMap { $0.tried.compactMap(\.self) + [$0.recorded] }.flatMap(\.scores.keys))
            .sorted()
        let metrics = names.map(Metric.score) + [.errors, .latency, .firstToken, .tokens, .cost]
        let seed = plan.name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        comparisons = plan.variants.indices.filter { base != .variant($0) }.flatMap { variant in
            metrics.compactMap { metric in
                let pairs = outcomes.compactMap { outcome -> (first: Double, second: Double)? in
                    guard let reference = Self.reference(base, outcome), let tried = outcome.tried[variant],
                        let first = metric.value(of: reference), let second = metric.value(of: tried)
                    else { return nil }
                    return (first, second)
                }
                let inPoints = Self.liesBetweenZeroAndOne(pairs, metric)
                let scaled = inPoints ? pairs.map { (first: $0.first * 100, second: $0.second * 100) } : pairs
                return PairedStatistics(scaled, seed: seed).map {
                    Comparison(variant: variant, metric: metric, statistics: $0)
                }
            }
        }
    }

    private static func reference(
        _ base: Base, _ outcome: (recorded: CallOutcome, tried: [CallOutcome?])
    ) -> CallOutcome? {
        switch base {
        case .recorded: outcome.recorded
        case .variant(let index): outcome.tried.indices.contains(index) ? outcome.tried[index] : nil
        }
    }

    private static func liesBetweenZeroAndOne(_ pairs: [(first: Double, second: Double)], _ metric: Metric) -> Bool {
        guard case .score = metric else { return false }
        return pairs.allSatisfy { (0...1).contains($0.first) && (0...1).contains($0.second) }
    }

    /// Totals of a variant.
    public struct Totals: Hashable, Sendable {
        /// Calls that were asked.
        public var calls = 0
        /// Of them failed.
        public var failed = 0
        /// Nano-dollars.
        public var cost: Int64 = 0
        /// Tokens.
        public var tokens = 0
        /// Answers that are the recorded one, word for word.
        public var same = 0
    }

    /// The totals of a variant.
    public func totals(of variant: Int) -> Totals {
        var totals = Totals()
        for row in rows {
            guard let tried = row.tried[variant] else { continue }
            totals.calls += 1
            if tried.error != nil { totals.failed += 1 }
            totals.cost += tried.cost?.nanoDollars ?? 0
            totals.tokens += tried.usage.total ?? 0
            if tried.error == nil, tried.answer.utf8.elementsEqual(row.recorded.answer.utf8) { totals.same += 1 }
        }
        return totals
    }
}

/// How far two answers are from each other, by the words that both have.
enum WordDistance {
    static func between(_ left: CallOutcome, _ right: CallOutcome) -> Double {
        if (left.error == nil) != (right.error == nil) { return 1 }
        return between(left.answer, right.answer)
    }

    /// 0 where all words are the same, in their order by twos; 1 where none is.
    static func between(_ left: String, _ right: String) -> Double {
        if left.utf8.elementsEqual(right.utf8) { return 0 }
        var counts: [Substring: Int] = [:]
        let (first, second) = (pieces(left), pieces(right))
        for piece in first { counts[piece, default: 0] += 1 }
        var shared = 0
        for piece in second where counts[piece, default: 0] > 0 {
            counts[piece]? -= 1
            shared += 1
        }
        let all = first.count + second.count
        return all == 0 ? 0 : 1 - Double(2 * shared) / Double(all)
    }

    /// Words, and each with the one behind it.
    private static func pieces(_ text: String) -> [Substring] {
        let words = text.prefix(100_000).split(whereSeparator: \.isWhitespace)
        let twos = zip(words, words.dropFirst()).map { text[$0.startIndex..<$1.endIndex] }
        return words + twos
    }
}
