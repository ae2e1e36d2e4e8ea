/// What a store may keep. Whole sessions go, those whose last activity is longest ago first.
public struct RetentionPolicy: Hashable, Sendable {
    /// Sessions whose last activity is longer ago go, nanoseconds; `nil` keeps them however old they are.
    public var maxAgeNanoseconds: Int64?
    /// While the store's contents take more bytes, sessions go; `nil` for no limit.
    public var maxBytes: Int64?

    /// Makes a policy; what is left out is not limited.
    public init(maxAgeNanoseconds: Int64? = nil, maxBytes: Int64? = nil) {
        self.maxAgeNanoseconds = maxAgeNanoseconds
        self.maxBytes = maxBytes
    }
}

/// What a run of retention removed.
public struct RetentionResult: Hashable, Sendable {
    /// Sessions removed.
    public var sessions = 0
    /// Spans removed with them.
    public var spans = 0
    /// Recorded assignments removed: those of the sessions, and old ones whose session never had a span.
    public var assignments = 0
    /// Bytes that the store's contents take now.
    public var bytes: Int64 = 0

    /// Makes a result of nothing removed.
    public init() {}
}
