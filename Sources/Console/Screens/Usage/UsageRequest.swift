public import TraceModel

/// Sums that the screen asks for.
public struct UsageRequest: Hashable, Sendable {
    /// Which spans.
    public var filter: SpanFilter
    /// By what.
    public var fields: [UsageField]
    /// By which pieces of time.
    public var bucket: UsageBucket?
}
