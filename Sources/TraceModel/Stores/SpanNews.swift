/// What has come to pass in a store since somebody last looked: for whoever shows spans as they are finished.
public struct SpanNews: Hashable, Sendable {
    /// Spans that have finished since then and pass the filter: those that were known to run, then those that are new,
    /// each by sequence.
    public var finished: [StoredSpan]
    /// The sequences of spans that still run, of those that were asked about and of the new ones, upwards.
    public var running: [Int64]
    /// The sequence up to which everything was looked at.
    public var through: Int64
    /// Whether there is more behind it.
    public var hasMore: Bool

    /// Makes news.
    public init(finished: [StoredSpan], running: [Int64], through: Int64, hasMore: Bool) {
        self.finished = finished
        self.running = running
        self.through = through
        self.hasMore = hasMore
    }
}
