/// A store as commands and screens use it, wherever its spans lie: written to, read, and closed.
public protocol SpanStore: SpanSink, TraceReader {
    /// Where it is, for people: a file's path, or an address without any secret.
    var path: String { get }
    /// Whether this store cannot be written through this value.
    var isReadOnly: Bool { get }
    /// One span with its bytes; `nil` when there is none of that key.
    func payload(of key: SpanKey) async throws -> StoredSpanPayload?
    /// Several spans with their bytes, in the order of `keys`; those that are not in the store are left out.
    func payloads(of keys: [SpanKey]) async throws -> [StoredSpanPayload]
    /// The spans of a session by start time, at most `limit` from the first.
    func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan]
    /// What is new since a place in the order of arrival. What runs is asked about by sequence; the filter is asked of
    /// finished spans alone, since ending may change everything it looks at.
    ///
    /// - Parameters:
    ///   - sequence: the place: ``SpanNews/through`` of the news before.
    ///   - running: sequences of spans that ran when they were last looked at, upwards.
    ///   - filter: which finished spans are wanted.
    ///   - limit: how many new spans at most.
    func news(after sequence: Int64, running: [Int64], filter: SpanFilter, limit: Int) async throws -> SpanNews
    /// What is kept of a session; `nil` when nothing is.
    func kept(_ session: String) async throws -> KeptSession?
    /// Changes what is kept of a session. Gives what is kept now; `nil` when the store has no such session.
    ///
    /// - Parameter moment: when somebody changed it, where that was elsewhere, earlier; `nil` for now. None is from the
    ///   future: a later change could not be told from it.
    func keep(_ session: String, _ change: KeepChange, at moment: Timestamp?) async throws -> KeptSession?
    /// Ends the work: what was taken is stored, streams of revisions end.
    func close() async throws
}

extension SpanStore {
    /// Changes now what is kept of a session. Gives what is kept then; `nil` when the store has no such session.
    public func keep(_ session: String, _ change: KeepChange) async throws -> KeptSession? {
        try await keep(session, change, at: nil)
    }
}
