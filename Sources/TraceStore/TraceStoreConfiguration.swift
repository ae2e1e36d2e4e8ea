public import TraceModel

/// How a store is opened.
public struct TraceStoreConfiguration: Sendable {
    /// Gives a span's content and attributes to filters that ask for them: the store keeps bytes and cannot decode them.
    public var lookup: @Sendable (StoredSpanPayload) -> SpanFilterLookup
    /// Adds what a span's content says to the runs of a search (``SearchRuns``): at least the runs of all that ``lookup``
    /// calls its content, by a cheaper way than decoding it.
    public var runs: @Sendable (StoredSpanPayload, inout SearchRuns) -> Void
    /// What a span is estimated to cost whose emitter reported nothing; `nil` where no price is known.
    public var estimate: @Sendable (borrowing Span) -> Cost?
    /// How long a write waits for another process's write, in seconds.
    public var busyTimeoutSeconds: Double
    /// The largest size of the file in pages of 4096 bytes; `nil` for no limit. A write past it fails with
    /// ``StoreError/Code/diskFull``.
    public var pageLimit: Int?
    /// How many spans are worth a reader of their own where all are added up.
    public var spansPerReader: Int64
    /// How many spans of one trace are taken.
    public var spansPerTrace: Int
    /// The time now.
    public var now: @Sendable () -> Timestamp

    /// Makes a configuration.
    public init(
        lookup: @escaping @Sendable (StoredSpanPayload) -> SpanFilterLookup = { _ in
            SpanFilterLookup(content: { "" }, attribute: { _ in nil })
        },
        runs: (@Sendable (StoredSpanPayload, inout SearchRuns) -> Void)? = nil,
        estimate: @escaping @Sendable (borrowing Span) -> Cost? = { _ in nil },
        busyTimeoutSeconds: Double = 10, pageLimit: Int? = nil, spansPerReader: Int64 = 50_000,
        spansPerTrace: Int = TraceIndex.most, now: @escaping @Sendable () -> Timestamp
    ) {
        self.lookup = lookup
        self.runs = runs ?? { $1.add(lookup($0).content()) }
        self.estimate = estimate
        self.busyTimeoutSeconds = busyTimeoutSeconds
        self.pageLimit = pageLimit
        self.spansPerReader = spansPerReader
        self.spansPerTrace = spansPerTrace
        self.now = now
    }

    var reading: PayloadReading { PayloadReading(lookup: lookup, runs: runs) }
}

/// How filters look into a span's bytes.
struct PayloadReading: Sendable {
    let lookup: @Sendable (StoredSpanPayload) -> SpanFilterLookup
    let runs: @Sendable (StoredSpanPayload, inout SearchRuns) -> Void
}
