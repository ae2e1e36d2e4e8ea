public import Assignment
import Display
import OrderedJSON
import Prompts
public import TraceModel

/// How each version of a prompt fares in the traces, and whether a difference to the version before means anything.
public struct PromptMetrics: Sendable {
    /// The latest calls that are looked at, at most.
    public static let mostCalls = 20_000

    /// What to read from the store for the figures of a prompt: its latest model calls.
    public static func query(key: String) -> SpanQuery {
        SpanQuery(
            filter: .and([.text(.promptKey, .init(key)), .text(.kind, .init("llm"))]), order: .arrival,
            anchor: .newest, limit: mostCalls)
    }

    /// One version's figures.
    public struct Row: Sendable {
        /// The version as the spans name it; `?` where they name none.
        public let version: String
        /// Model calls.
        public internal(set) var calls = 0
        /// Sessions they belong to.
        public internal(set) var sessions = 0
        /// Calls that failed.
        public internal(set) var errors = 0
        /// The calls' durations in nanoseconds, where known.
        package var latencies: [Double] = []
        /// The calls' times to the first token in nanoseconds, where known.
        package var firstTokens: [Double] = []
        /// Prompt tokens of the calls that say.
        public internal(set) var prompt = Moments()
        /// Completion tokens of the calls that say.
        public internal(set) var completion = Moments()
        /// Costs in US dollars of the calls that have one.
        package var costs: [Double] = []

        /// The median duration in nanoseconds, by nearest rank.
        public var p50: Int64? { nearest(50) }
        /// The 95th percentile of the duration in nanoseconds, by nearest rank.
        public var p95: Int64? { nearest(95) }
        /// The mean cost of a call in US dollars, among those that have one.
        public var costPerCall: Double? { costs.isEmpty ? nil : costs.reduce(0, +) / Double(costs.count) }
        /// The median time to the first token in nanoseconds, by nearest rank.
        public var ttft: Int64? {
            firstTokens.isEmpty ? nil : nearestRank(50, of: Self.whole(firstTokens))
        }

        private func nearest(_ percent: Int) -> Int64? {
            latencies.isEmpty ? nil : nearestRank(percent, of: Self.whole(latencies))
        }

        /// Sorted, and within what a whole number holds: an app may send any figure.
        private static func whole(_ figures: [Double]) -> [Int64] {
            figures.map { Int64(min(max($0, -9e18), 9e18)) }.sorted()
        }
    }

    /// By version, the highest first.
    public let rows: [Row]
    /// Whether older calls were left out.
    public let isPartial: Bool

    /// Counts the calls by version.
    ///
    /// - Parameters:
    ///   - spans: model calls of one prompt, as ``query(key:)`` finds them.
    ///   - isPartial: whether there are older ones that were not read.
    public init(_ spans: [StoredSpan], isPartial: Bool) {
        var rows: [String: Row] = [:]
        var sessions: [String: Set<ExactText>] = [:]
        for stored in spans {
            let version = stored.span.promptVersion ?? "?"
            var row = rows[version] ?? Row(version: version)
            row.calls += 1
            if stored.span.status == .error { row.errors += 1 }
            if let duration = stored.span.durationNanoseconds { row.latencies.append(Double(duration)) }
            if let first = stored.span.timeToFirstTokenNanoseconds { row.firstTokens.append(Double(first)) }
            if let tokens = stored.span.usage.prompt { row.prompt.add(Double(tokens)) }
            if let tokens = stored.span.usage.completion { row.completion.add(Double(tokens)) }
            if let cost = stored.span.cost, cost.nanoDollars > 0 { row.costs.append(cost.dollars) }
            rows[version] = row
            sessions[version, default: []].insert(ExactText(stored.sessionID))
        }
        self.rows = rows.values.map { row in
            var row = row
            row.sessions = sessions[row.version]?.count ?? 0
            return row
        }.sorted { (Int($0.version) ?? -1) > (Int($1.version) ?? -1) }
        self.isPartial = isPartial
    }

    /// The figures of that version; `nil` when it has no call.
    public func row(_ version: Int) -> Row? { rows.first { $0.version == String(version) } }

    /// What the figures say of `new` against `old`, in sentences; only what an interval of 95 % supports.
    public static func verdict(_ old: Row, _ new: Row) -> [String] {
        var sentences: [String] = []
        func add(_ change: Estimate?, _ lower: String, _ higher: String) {
            guard let change else { return }
            let bounds = [abs(change.lower), abs(change.upper)].sorted().map { Figure.percent($0, places: 0) }
            let range = "(\(bounds[0]) … \(bounds[1]))"
            switch change.verdict {
            case .lower: sentences.append("\(Figure.percent(-change.value, places: 0)) \(lower) \(range)")
            case .higher: sentences.append("\(Figure.percent(change.value, places: 0)) \(higher) \(range)")
            case .undecided: break
            }
        }
        func means(_ before: Moments, _ after: Moments) -> Estimate? {
            before.count >= 8 && after.count >= 8 ? Moments.relativeChange(before, after) : nil
        }
        func typical(_ before: [Double], _ after: [Double]) -> Estimate? {
            before.count >= 8 && after.count >= 8 ? LogNormal.relativeChange(before, after) : nil
        }
        add(means(Moments(old.costs), Moments(new.costs)), "cheaper per call", "dearer per call")
        add(
            typical(old.latencies.filter { $0 > 0 }, new.latencies.filter { $0 > 0 }), "faster in a typical call",
            "slower in a typical call")
        add(means(old.completion, new.completion), "shorter in its answers", "longer in its answers")
        if !sentences.isEmpty { sentences = ["\(new.version) is " + sentences.joined(separator: ", ") + "."] }
        if let difference = Proportion.difference((old.errors, old.calls), (new.errors, new.calls)) {
            switch difference.verdict {
            case .lower: sentences.append("It fails less: \(Figure.points(-difference.value)) points.")
            case .higher: sentences.append("It fails more: \(Figure.points(difference.value)) points.")
            case .undecided: sentences.append("Errors: no difference one can tell yet.")
            }
        }
        return sentences
    }

}
