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
            anchor: .newest, limit: mostCalls, withSessionScores: true)
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
        /// By config and model, and there by session.
        var strata: [PromptContrast.Stratum: PromptStratum] = [:]
        /// Scores by name: the mean over sessions of what its calls have, or the session where it used no other version.
        public internal(set) var scores: [(name: String, mean: Double, sessions: Int)] = []

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
    ///   - sessionScores: scores of their sessions: they count for the version where a session used one alone.
    public init(_ spans: [StoredSpan], isPartial: Bool, sessionScores: [Score] = []) {
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
            row.add(stored)
            rows[version] = row
            sessions[version, default: []].insert(ExactText(stored.sessionID))
        }
        for score in sessionScores {
            guard case .session(let id) = score.target else { continue }
            let session = ExactText(id)
            let versions = sessions.filter { $0.value.contains(session) }.map(\.key)
            if versions.count == 1 { rows[versions[0]]?.add(score, of: session) }
        }
        self.rows = rows.values.map { row in
            var row = row
            row.sessions = sessions[row.version]?.count ?? 0
            row.sumScores()
            return row
        }.sorted { (Int($0.version) ?? -1) > (Int($1.version) ?? -1) }
        self.isPartial = isPartial
    }

    /// The names of scores that any version has.
    public var scoreNames: [String] { Set(rows.flatMap { $0.scores.map(\.name) }).sorted() }

    /// The figures of that version; `nil` when it has no call.
    public func row(_ version: Int) -> Row? { rows.first { $0.version == String(version) } }

    /// Whether the two ran on the same models in much the same shares, so that their figures as they stand may be compared.
    public static func isComparable(_ old: Row, _ new: Row) -> Bool {
        let models = Set((old.mix + new.mix).map(\.model))
        return models.allSatisfy { model in
            let shares = [old, new].map { $0.mix.first { $0.model == model }?.share ?? 0 }
            return abs(shares[0] - shares[1]) <= 0.1
        }
    }

    /// What the figures say of `new` against `old`, in sentences: within the models that both ran on, at every look together,
    /// and nothing where there is no such model.
    public static func verdict(_ old: Row, _ new: Row) -> [String] {
        let comparison = PromptContrast(old, new)
        guard comparison.isComparable else {
            let few = "\(PromptContrast.fewest) sessions of each on one model"
            let same = Set(old.mix.map(\.model)).intersection(new.mix.map(\.model))
            guard same.isEmpty else {
                return ["\(new.version) and \(old.version) are not comparable yet: that needs \(few)."]
            }
            return [
                "\(new.version) and \(old.version) are not comparable: \(old.version) ran on \(old.mixText), "
                    + "\(new.version) on \(new.mixText)."
            ]
        }
        var parts: [String] = []
        var open: [String] = []
        for difference in comparison.differences {
            if let said = difference.sentence { parts.append(said) } else { open.append(difference.name) }
        }
        var sentences: [String] = []
        if !parts.isEmpty { sentences.append("\(new.version) is " + parts.joined(separator: ", ") + ".") }
        if !open.isEmpty { sentences.append("No difference one can tell yet in \(open.joined(separator: ", ")).") }
        let models = comparison.strata.map(\.model).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let shares = [comparison.oldShare, comparison.newShare].map { Figure.percent($0, places: 0) }
        let part =
            comparison.oldShare < 0.995 || comparison.newShare < 0.995
            ? ": \(shares[0]) of \(old.version)'s calls and \(shares[1]) of \(new.version)'s" : ""
        sentences.append("Compared on \(models.joined(separator: ", "))\(part).")
        return sentences
    }
}

extension PromptMetrics.Row {
    fileprivate mutating func add(_ stored: StoredSpan) {
        let span = stored.span
        let key = PromptContrast.Stratum(config: stored.configKey ?? "", model: span.model ?? "?")
        var session = strata[key]?.sessions[ExactText(stored.sessionID)] ?? PromptStratum.Session()
        session.calls += 1
        if span.status == .error {
            session.errors += 1
        } else if let duration = span.durationNanoseconds, duration > 0 {
            session.latency.add(Double(duration))
        }
        if let tokens = span.usage.completion { session.completion.add(Double(tokens)) }
        if let cost = span.cost, cost.nanoDollars > 0 { session.cost.add(cost.dollars) }
        for score in stored.scores {
            if let number = score.number { session.scores[score.name, default: .init()].add(number) }
        }
        strata[key, default: PromptStratum()].sessions[ExactText(stored.sessionID)] = session
    }

    fileprivate mutating func add(_ score: Score, of session: ExactText) {
        guard let number = score.number else { return }
        for key in strata.keys where strata[key]?.sessions[session] != nil {
            strata[key]?.sessions[session]?.scores[score.name, default: .init()].add(number)
        }
    }

    fileprivate mutating func sumScores() {
        let names = Set(strata.values.flatMap(\.scoreNames)).sorted()
        scores = names.map { name in
            let values = strata.values.flatMap { $0.sessions.values }.compactMap { $0.scores[name]?.value }.sorted()
            return (name: name, mean: values.reduce(0, +) / Double(max(1, values.count)), sessions: values.count)
        }
    }
}

extension PromptContrast.Difference {
    /// What it says where zero lies outside.
    fileprivate var sentence: String? {
        let isHigher: Bool
        switch estimate.verdict {
        case .undecided: return nil
        case .higher: isHigher = true
        case .lower: isHigher = false
        }
        let bounds = [abs(estimate.lower), abs(estimate.upper)].sorted()
        func range(_ text: (Double) -> String) -> String {
            "\(text(abs(estimate.value))) \(Self.words(name, isHigher)) (\(text(bounds[0])) … \(text(bounds[1])))"
        }
        if isRelative { return range { Figure.percent($0, places: 0) } }
        if name == "errors" { return range { Figure.points($0) + " points" } }
        return range { Figure.decimal($0, places: 2) }
    }

    private static func words(_ name: String, _ isHigher: Bool) -> String {
        switch name {
        case "cost": isHigher ? "dearer per call" : "cheaper per call"
        case "latency": isHigher ? "slower per call" : "faster per call"
        case "completion": isHigher ? "longer in its answers" : "shorter in its answers"
        case "errors": isHigher ? "worse in errors" : "better in errors"
        default: isHigher ? "higher in \(name)" : "lower in \(name)"
        }
    }
}
