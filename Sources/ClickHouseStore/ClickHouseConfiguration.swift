public import TraceModel

/// How a ClickHouse is worked with.
public struct ClickHouseConfiguration: Sendable {
    /// The password; none where the server asks for none.
    public var password: String?
    /// This machine's name, under which the positions of followed files are kept.
    public var host: String
    /// Gives a span's content and attributes to filters that ask for them.
    public var lookup: @Sendable (StoredSpanPayload) -> SpanFilterLookup
    /// Adds what a span's content says to the runs of a search (``SearchRuns``).
    public var runs: @Sendable (StoredSpanPayload, inout SearchRuns) -> Void
    /// What a span is estimated to cost whose emitter reported nothing.
    public var estimate: @Sendable (borrowing Span) -> Cost?
    /// Words for an error of the connection.
    public var words: @Sendable (any Error) -> String
    /// The time now.
    public var now: @Sendable () -> Timestamp
    /// A number that no other collector has.
    public var randomBits: @Sendable () -> UInt64
    /// How long a question may take on the server, seconds.
    public var seconds: Int
    /// How long a batch is tried again while the server is away, seconds, before it fails.
    public var patienceSeconds: Int

    /// Makes a configuration.
    public init(
        password: String? = nil, host: String = "localhost",
        lookup: @escaping @Sendable (StoredSpanPayload) -> SpanFilterLookup = { _ in
            SpanFilterLookup(content: { "" }, attribute: { _ in nil })
        },
        runs: (@Sendable (StoredSpanPayload, inout SearchRuns) -> Void)? = nil,
        estimate: @escaping @Sendable (borrowing Span) -> Cost? = { _ in nil },
        words: @escaping @Sendable (any Error) -> String = { "\($0)" }, seconds: Int = 30, patienceSeconds: Int = 3,
        now: @escaping @Sendable () -> Timestamp, randomBits: @escaping @Sendable () -> UInt64
    ) {
        self.password = password
        self.host = host
        self.lookup = lookup
        self.runs = runs ?? { $1.add(lookup($0).content()) }
        self.estimate = estimate
        self.words = words
        self.seconds = seconds
        self.patienceSeconds = patienceSeconds
        self.now = now
        self.randomBits = randomBits
    }
}
