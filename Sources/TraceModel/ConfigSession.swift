/// A request for the sessions that asked a config: those with a span of it, or with a recorded assignment from it.
public struct ConfigSessionQuery: Hashable, Sendable {
    /// The config, compared byte by byte.
    public var configKey: String
    /// Leaves out sessions whose last activity was before this.
    public var since: Timestamp?
    /// How many at most, the latest first.
    public var limit: Int

    /// Makes a query.
    public init(configKey: String, since: Timestamp? = nil, limit: Int) {
        self.configKey = configKey
        self.since = since
        self.limit = limit
    }
}

/// What one session asked a config with, and which assignment was recorded for it: all that a replay needs, and no more.
public struct ConfigSession: Hashable, Sendable {
    /// The session.
    public var sessionID: String
    /// The first customer by start time.
    public var customerID: String?
    /// The last end, or the last start while everything still runs.
    public var lastAt: Timestamp
    /// The context of the first span by start time that has one (``Span/context``); `nil` where none has.
    public var context: AttributeMap?
    /// The metadata of the first span by start time that has any.
    public var metadata: AttributeMap
    /// The last assignment recorded for this config; `nil` where none was.
    public var assignment: RecordedAssignment?
    /// Whether assignments of other versions or models of this config were recorded as well.
    public var isReassigned: Bool

    /// Makes one.
    public init(
        sessionID: String, customerID: String?, lastAt: Timestamp, context: AttributeMap?, metadata: AttributeMap,
        assignment: RecordedAssignment?, isReassigned: Bool
    ) {
        self.sessionID = sessionID
        self.customerID = customerID
        self.lastAt = lastAt
        self.context = context
        self.metadata = metadata
        self.assignment = assignment
        self.isReassigned = isReassigned
    }
}

/// The sessions of a config.
public struct ConfigSessionPage: Hashable, Sendable {
    /// The latest first, ties by session id.
    public var sessions: [ConfigSession]
    /// How many there are in all.
    public var total: Int
    /// The store's revision the page was read at.
    public var revision: Int64

    /// Makes a page.
    public init(sessions: [ConfigSession], total: Int, revision: Int64) {
        self.sessions = sessions
        self.total = total
        self.revision = revision
    }
}

/// Gathers the assignments recorded for one session and one config, in the order in which they came.
public struct AssignmentHistory: Hashable, Sendable {
    /// The last one.
    public private(set) var last: RecordedAssignment
    /// Whether there are others of another version or model.
    public private(set) var isReassigned = false

    /// Begins with the first.
    public init(_ first: RecordedAssignment) {
        last = first
    }

    /// Adds the next.
    public mutating func add(_ next: RecordedAssignment) {
        if next.configVersion != last.configVersion || !next.assignedModel.utf8.elementsEqual(last.assignedModel.utf8) {
            isReassigned = true
        }
        last = next
    }
}
