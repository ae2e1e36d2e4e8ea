/// By what sessions are put together.
public enum SessionGrouping: String, Hashable, Sendable, CaseIterable {
    /// The day of their last activity, on the wall clock of whoever looks.
    case day
    /// Their customer.
    case customer
    /// Their config.
    case config
    /// Each of their models: a session that used two is in both groups.
    case model
}

/// A part of all sessions: those of one group.
public enum SessionPart: Hashable, Sendable {
    /// Last active in that span of time, its end left out.
    case lastAt(Range<Timestamp>)
    /// Of that customer, or of none.
    case customer(String?)
    /// Of that config, or of none.
    case config(String?)
    /// With that model, or with none.
    case model(String?)

    /// Whether a session is in it.
    public func holds(_ session: SessionSummary) -> Bool {
        switch self {
        case .lastAt(let range): range.contains(session.lastAt)
        case .customer(let value): session.customerID.map(ExactText.init) == value.map(ExactText.init)
        case .config(let value): session.configKey.map(ExactText.init) == value.map(ExactText.init)
        case .model(let value):
            if let value {
                session.models.contains { ExactText($0) == ExactText(value) }
            } else {
                session.models.isEmpty
            }
        }
    }
}

/// Sessions put together, and what they come to.
public struct SessionGroup: Hashable, Sendable {
    /// Which they are.
    public var part: SessionPart
    /// How many.
    public var sessions = 0
    /// Their model calls.
    public var llmCalls = 0
    /// Their spans that failed.
    public var errors = 0
    /// Their tokens.
    public var totalTokens = 0
    /// What they cost; `nil` where of none it is known. Estimated when any part of it is.
    public var cost: Cost?
    /// The last activity of any.
    public var lastAt: Timestamp

    fileprivate mutating func add(_ session: SessionSummary) {
        sessions += 1
        llmCalls = saturatingSum(llmCalls, session.llmCalls)
        errors = saturatingSum(errors, session.errors)
        totalTokens = saturatingSum(totalTokens, session.totalTokens)
        if let cost = session.cost {
            let sum = saturatingSum(self.cost?.nanoDollars ?? 0, cost.nanoDollars)
            self.cost = Cost(nanoDollars: sum, isEstimated: cost.isEstimated || self.cost?.isEstimated == true)
        }
        lastAt = max(lastAt, session.lastAt)
    }
}

/// A request for groups of sessions.
public struct SessionGroupQuery: Sendable {
    /// Sessions that have at least one span that matches.
    public var filter: SpanFilter
    /// By what.
    public var grouping: SessionGrouping
    /// Seconds that the wall clock of whoever looks is ahead of UTC at a moment: where days begin.
    public var offset: @Sendable (Timestamp) -> Int

    /// Makes a query.
    public init(
        filter: SpanFilter = .all, by grouping: SessionGrouping,
        offset: @escaping @Sendable (Timestamp) -> Int = { _ in 0 }
    ) {
        self.filter = filter
        self.grouping = grouping
        self.offset = offset
    }
}

/// Adds sessions up by group.
public struct SessionGroupTally: Sendable {
    private let query: SessionGroupQuery
    /// By their names' bytes; days by their start.
    private var groups: [ExactText?: SessionGroup] = [:]
    /// A session has one day, and most of them that of the session before.
    private var day: Range<Timestamp>?

    /// Begins with nothing.
    public init(_ query: SessionGroupQuery) {
        self.query = query
    }

    /// Adds a session.
    public mutating func add(_ session: SessionSummary) {
        switch query.grouping {
        case .day:
            let day = day(of: session.lastAt)
            add(session, to: .lastAt(day), named: "\(day.lowerBound.unixNanoseconds)")
        case .customer: add(session, to: .customer(session.customerID), named: session.customerID)
        case .config: add(session, to: .config(session.configKey), named: session.configKey)
        case .model:
            if session.models.isEmpty { add(session, to: .model(nil), named: nil) }
            for model in session.models { add(session, to: .model(model), named: model) }
        }
    }

    private mutating func add(_ session: SessionSummary, to part: SessionPart, named name: String?) {
        groups[name.map(ExactText.init), default: SessionGroup(part: part, lastAt: session.lastAt)].add(session)
    }

    private mutating func day(of moment: Timestamp) -> Range<Timestamp> {
        if let day, day.contains(moment) { return day }
        let start = UsageBucket.day.start(of: moment, offset: query.offset)
        // Past the next midnight whatever the clock is set by, and back to it.
        let later = start.advanced(byNanoseconds: UsageBucket.day.nanoseconds / 24 * 27)
        let end = max(UsageBucket.day.start(of: later, offset: query.offset), moment.advanced(byNanoseconds: 1))
        let day = start..<max(end, start)
        self.day = day
        return day
    }

    /// The groups: days from the latest, others by cost, then tokens, then number of sessions, then by their names.
    public var result: [SessionGroup] {
        groups.values.sorted { left, right in
            if case .lastAt(let first) = left.part, case .lastAt(let second) = right.part {
                return first.lowerBound > second.lowerBound
            }
            let costs = (left.cost?.nanoDollars ?? -1, right.cost?.nanoDollars ?? -1)
            if costs.0 != costs.1 { return costs.0 > costs.1 }
            if left.totalTokens != right.totalTokens { return left.totalTokens > right.totalTokens }
            if left.sessions != right.sessions { return left.sessions > right.sessions }
            return left.part.order < right.part.order
        }
    }
}

extension SessionPart {
    /// What equal groups are ordered by: names by their bytes, those without one last.
    fileprivate var order: ExactText {
        switch self {
        case .lastAt: ExactText("")
        case .customer(let value), .config(let value), .model(let value): ExactText(value ?? "\u{10FFFF}")
        }
    }
}
