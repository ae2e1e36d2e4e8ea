/// Failed spans of one kind whose messages say the same (``ErrorPattern``).
public struct ErrorGroup: Hashable, Sendable {
    /// What the spans are for.
    public var kind: SpanKind
    /// What their messages have in common; `nil` where they have none.
    public var message: String?
    /// How many they are.
    public var count: Int
    /// When the first of them started.
    public var firstAt: Timestamp
    /// When the last of them started.
    public var lastAt: Timestamp
    /// Their models, the most frequent first; at most ``ErrorTally/mostNames``.
    public var models: [String]
    /// Their providers, likewise.
    public var providers: [String]
    /// How many sessions they belong to.
    public var sessions: Int
    /// Whether that is exact; `false` where they are more than could be remembered.
    public var sessionsAreExact = true
    /// One of them: the last.
    public var example: SpanKey
}

/// What failed, put together.
public struct ErrorReport: Hashable, Sendable {
    /// The groups: the largest first, then the latest, then by kind and by the message's bytes.
    public var groups: [ErrorGroup]
    /// Failed spans that belong to none of the groups, as there are too many groups.
    public var beyond: Int
}

extension ErrorGroup {
    /// The order of a report.
    static func precedes(_ left: ErrorGroup, _ right: ErrorGroup) -> Bool {
        if left.count != right.count { return left.count > right.count }
        if left.lastAt != right.lastAt { return left.lastAt > right.lastAt }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        return ExactText(left.message ?? "") < ExactText(right.message ?? "")
    }
}
