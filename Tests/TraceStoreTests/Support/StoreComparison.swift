import Testing
import TraceModel

/// What every store must say alike of one span and of single sessions.
enum StoreComparison {
    /// Compares a random span's bytes, and some sessions with their first spans and assignments.
    static func details(
        _ store: some SpanStore, _ reference: InMemoryTraceStore, _ random: inout RandomSpans
    ) async throws {
        let key = random.key()
        #expect(try await Payload(store.payload(of: key)) == Payload(reference.payload(of: key)))
        for session in ["a", "t1", "absent"] {
            #expect(try await store.session(session) == reference.session(session))
            #expect(
                try await store.spans(ofSession: session, limit: 3) == reference.spans(ofSession: session, limit: 3))
            #expect(try await store.assignments(ofSession: session) == reference.assignments(ofSession: session))
        }
    }

    private struct Payload: Equatable {
        var stored: StoredSpan?
        var payload: SpanPayload?
        var contents: [IngestedContent]?

        init(_ payload: StoredSpanPayload?) {
            stored = payload?.stored
            self.payload = payload?.payload
            contents = payload?.contents
        }
    }
}
