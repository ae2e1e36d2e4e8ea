public import Assignment
public import TraceModel

/// How each variant of one config version fares in the traces: the sessions that its weights placed, and no others.
///
/// A session belongs to the version its assignment was recorded with. Its variant is computed anew from that version, and
/// compared with the model that was recorded (docs/codebase.md). Whoever targeting sent somewhere is left out: those sessions
/// were not placed by chance, so comparing them would compare customers, not models.
public struct ConfigResults: Sendable {
    /// The latest model calls that are looked at, at most.
    public static let mostCalls = 200_000
    /// The latest sessions that are looked at, at most.
    public static let mostSessions = 200_000

    /// One variant's figures, each with its interval of 95 %. Calls of a session are not taken for independent.
    public struct Row: Sendable {
        /// The variant's index.
        public let variantIndex: Int
        /// Its model; `nil` where it has none.
        public let model: String?
        /// The share of sessions that the weights give it.
        public let weightedShare: Double
        /// Sessions that the weights placed here.
        public internal(set) var sessions = 0
        /// Their finished model calls.
        public internal(set) var calls = 0
        /// Calls that failed.
        public internal(set) var errors = 0
        /// The share of calls that failed.
        public internal(set) var errorShare: Estimate?
        /// The calls' median duration, nanoseconds.
        public internal(set) var latencyP50: Estimate?
        /// The calls' 95th percentile of the duration, nanoseconds.
        public internal(set) var latencyP95: Estimate?
        /// The calls' median time to the first token, nanoseconds.
        public internal(set) var firstTokenP50: Estimate?
        /// Mean tokens of a session, among those that say.
        public internal(set) var tokensPerSession: Estimate?
        /// Mean tokens of a call, prompt and completion, among those that say; without an interval.
        public internal(set) var tokensPerCall: Double?
        /// Mean cost of a session in US dollars, among those that have one.
        public internal(set) var costPerSession: Estimate?
        /// Mean cost of a call in US dollars, among those that have one; without an interval.
        public internal(set) var costPerCall: Double?
        /// Whether any cost is estimated.
        public internal(set) var isCostEstimated = false
        /// Scores, by name.
        public internal(set) var scores: [ScoreFigure] = []
    }

    /// What the sessions of a variant have of a score.
    public struct ScoreFigure: Sendable {
        /// The score's name.
        public let name: String
        /// Sessions that have one that is a number.
        public let sessions: Int
        /// The mean over sessions of a session's mean.
        public let mean: Estimate?
        /// Whether all lie between 0 and 1.
        public let isShare: Bool
    }

    /// Sessions that are not in the rows, by why.
    public struct LeftOut: Hashable, Sendable {
        /// Sent somewhere by a target or a rule.
        public internal(set) var targeted = 0
        /// Something was not recorded that the version's targeting looks at: one cannot tell whether chance placed it.
        public internal(set) var untold = 0
        /// Recorded with another version.
        public internal(set) var otherVersion = 0
        /// Recorded with several versions or models, one after the other.
        public internal(set) var reassigned = 0
        /// Without a recorded assignment.
        public internal(set) var unrecorded = 0
        /// Recorded with another model than the version gives.
        public internal(set) var contradicting = 0
    }

    /// The version.
    public let version: Int
    /// By variant.
    public let rows: [Row]
    /// Who is not in them.
    public let leftOut: LeftOut
    /// Whether the sessions are spread as the weights say; `nil` where there is nothing to check.
    public let ratio: SampleRatio?
    /// What is said of each variant against the first that has sessions.
    public let comparisons: [Comparison]
    /// Whether older sessions or calls were left out.
    public let isPartial: Bool
    /// How many calls were looked at.
    public let callsRead: Int
    /// By what it is decided.
    public let plan: DecisionPlan
    /// Sessions of the version a day, of the last 24 hours that have any; `nil` where they are too few to say.
    public let sessionsPerDay: Double?

    /// Counts.
    ///
    /// - Parameters:
    ///   - config: the version.
    ///   - page: sessions of the config.
    ///   - calls: calls of the same sessions.
    ///   - scores: scores of these and other sessions.
    ///   - plan: by what it is decided.
    public init(
        _ config: ModelConfig, _ page: ConfigSessionPage, _ calls: CallPage, scores: [StoredScore] = [],
        plan: DecisionPlan = DecisionPlan()
    ) {
        self.plan = plan
        version = config.version
        var sorting = SessionSorting(config)
        let places = sorting.variants(of: page.sessions)
        leftOut = sorting.leftOut
        let samples = VariantSample.samples(places, calls, scores, variantCount: config.variants.count)
        rows = config.variants.indices.map { index in
            samples[index].row(index, config.variants[index].model, config.split.share(of: index))
        }
        ratio = SampleRatio(observed: rows.map(\.sessions), shares: rows.map(\.weightedShare))
        comparisons = Comparison.all(samples, ratio, plan)
        sessionsPerDay = Self.rate(of: page.sessions.filter { places[ExactText($0.sessionID)] != nil })
        isPartial = page.sessions.count < page.total || calls.isPartial
        callsRead = calls.calls.count
    }

    private static func rate(of sessions: [ConfigSession]) -> Double? {
        guard let last = sessions.map(\.lastAt).max(), let first = sessions.map(\.lastAt).min() else { return nil }
        let day: Int64 = 86_400_000_000_000
        let start = last.advanced(byNanoseconds: -day)
        let hours = Double(min(last.nanoseconds(since: first), day)) / 3.6e12
        guard hours >= 1 else { return nil }
        return Double(sessions.count { $0.lastAt >= start }) * 24 / hours
    }

    /// What to do, for each variant that is compared.
    public var decisions: [Decision] { comparisons.map(decision) }

    /// Sessions in the rows.
    public var sessions: Int { rows.reduce(0) { $0 + $1.sessions } }
}

/// Finds each session's variant, or why it counts for none.
private struct SessionSorting {
    private(set) var leftOut = ConfigResults.LeftOut()
    private let config: ModelConfig

    init(_ config: ModelConfig) {
        self.config = config
    }

    /// The variants of the sessions that the weights placed.
    mutating func variants(of sessions: [ConfigSession]) -> [ExactText: Int] {
        var variants: [ExactText: Int] = [:]
        for session in sessions {
            if let variant = variant(of: session) { variants[ExactText(session.sessionID)] = variant }
        }
        return variants
    }

    private mutating func variant(of session: ConfigSession) -> Int? {
        guard let assignment = session.assignment else { return leave(\.unrecorded) }
        guard !session.isReassigned else { return leave(\.reassigned) }
        guard assignment.configVersion == config.version else { return leave(\.otherVersion) }
        let recorded = RecordedSession(session)
        guard recorded.isDecided(by: config) else { return leave(\.untold) }
        let placement = config.placement(
            sessionID: session.sessionID, customerID: session.customerID, context: recorded.context)
        guard let placement, sameModel(placement.model, assignment.assignedModel) else { return leave(\.contradicting) }
        return placement.isTargeted ? leave(\.targeted) : placement.variantIndex
    }

    private func sameModel(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

    private mutating func leave(_ reason: WritableKeyPath<ConfigResults.LeftOut, Int>) -> Int? {
        leftOut[keyPath: reason] += 1
        return nil
    }
}
