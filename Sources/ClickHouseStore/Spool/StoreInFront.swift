package import TraceModel

/// A store in front of another: questions that it does not answer itself are that one's.
package protocol StoreInFront: SpanStore {
    /// What the store behind it is.
    associatedtype Behind: SpanStore
    /// The store behind it.
    var store: Behind { get }
}

extension StoreInFront {
    package func overview() async throws -> StoreOverview { try await store.overview() }
    package func spans(_ query: SpanQuery) async throws -> SpanPage { try await store.spans(query) }
    package func spans(
        _ query: SpanQuery, progress: @escaping @Sendable (SearchProgress) -> Void
    ) async throws -> SpanPage {
        try await store.spans(query, progress: progress)
    }
    package func payload(of key: SpanKey) async throws -> StoredSpanPayload? { try await store.payload(of: key) }
    package func payloads(of keys: [SpanKey]) async throws -> [StoredSpanPayload] { try await store.payloads(of: keys) }
    package func sessions(_ query: SessionQuery) async throws -> SessionPage { try await store.sessions(query) }
    package func sessionGroups(_ query: SessionGroupQuery) async throws -> [SessionGroup] {
        try await store.sessionGroups(query)
    }
    package func session(_ id: String) async throws -> SessionSummary? { try await store.session(id) }
    package func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan] {
        try await store.spans(ofSession: id, limit: limit)
    }
    package func assignments(ofSession id: String) async throws -> [RecordedAssignment] {
        try await store.assignments(ofSession: id)
    }
    package func configSessions(_ query: ConfigSessionQuery) async throws -> ConfigSessionPage {
        try await store.configSessions(query)
    }
    package func calls(_ query: CallQuery) async throws -> CallPage { try await store.calls(query) }
    package func scores(_ query: ScoreQuery) async throws -> ScorePage { try await store.scores(query) }
    package func usage(_ query: UsageQuery) async throws -> UsageReport { try await store.usage(query) }
    package func highestVersion(ofConfig key: String) async throws -> Int? {
        try await store.highestVersion(ofConfig: key)
    }
    package func highestVersion(ofPrompt key: String) async throws -> Int? {
        try await store.highestVersion(ofPrompt: key)
    }
    package func revisions() -> AsyncStream<Int64> { store.revisions() }
    package func news(
        after sequence: Int64, running: [Int64], filter: SpanFilter, limit: Int
    ) async throws -> SpanNews {
        try await store.news(after: sequence, running: running, filter: filter, limit: limit)
    }
    package func kept(_ session: String) async throws -> KeptSession? { try await store.kept(session) }
}
