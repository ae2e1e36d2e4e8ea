import Synchronization
import TraceModel

/// A store in memory whose commits can be held back, and made to fail.
final class TestSink: SpanSink {
    struct Refused: Error {}

    private struct State {
        var spans: [SpanKey: IngestedSpan] = [:]
        var contents = 0
        var assignments: [RecordedAssignment] = []
        var positions: [FilePosition] = []
        var progress: [(offset: Int64, spans: Int)] = []
        var batches = 0
        var prepared = 0
        var failures = 0
        var questions = 0
        var isAway = false
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func prepare(_ batch: IngestBatch) -> PreparedBatch {
        state.withLock { $0.prepared += 1 }
        return PreparedBatch { [self] in try await append(batch) }
    }

    func append(_ batch: IngestBatch) async throws -> AppendReceipt {
        await withCheckedContinuation { continuation in
            let goes = state.withLock { state in
                if state.isHeld { state.held.append(continuation) }
                return !state.isHeld
            }
            if goes { continuation.resume() }
        }
        return try state.withLock { state in
            guard state.failures == 0 else {
                state.failures -= 1
                throw Refused()
            }
            state.batches += 1
            var replaced = 0
            for span in batch.spans where state.spans.updateValue(span, forKey: span.span.key) != nil { replaced += 1 }
            state.contents += batch.contents.count
            state.assignments += batch.assignments
            if let position = batch.position {
                state.positions.removeAll { $0.device == position.device && $0.inode == position.inode }
                state.positions.append(position)
                state.progress.append((position.offset, state.spans.count))
            }
            return AppendReceipt(
                stored: batch.spans.count - replaced, replaced: replaced, revision: Int64(state.batches))
        }
    }

    func position(device: UInt64, inode: UInt64) async throws -> FilePosition? {
        state.withLock { $0.positions.first { $0.device == device && $0.inode == inode } }
    }

    func spans(ofSessions ids: [String], limit: Int) async throws -> [StoredSpan] {
        try state.withLock { state in
            state.questions += 1
            if state.isAway { throw Refused() }
            return []
        }
    }

    /// Questions about sessions are not answered.
    func goAway() {
        state.withLock { $0.isAway = true }
    }

    /// Commits wait until ``release()``.
    func hold() {
        state.withLock { $0.isHeld = true }
    }

    func release() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// The next commits fail.
    func fail(_ count: Int) {
        state.withLock { $0.failures = count }
    }

    var spanIDs: Set<String> { state.withLock { Set($0.spans.keys.map(\.spanID)) } }
    var spans: [Span] { state.withLock { $0.spans.values.map(\.span) } }
    var keys: Set<SpanKey> { state.withLock { Set($0.spans.keys) } }
    var payloadSizes: [Int] { state.withLock { $0.spans.values.map(\.payload.span.count) } }
    var contents: Int { state.withLock { $0.contents } }
    var assignments: [RecordedAssignment] { state.withLock { $0.assignments } }
    /// Each position that was committed, with how many spans were stored by then.
    var progress: [(offset: Int64, spans: Int)] { state.withLock { $0.progress } }
    var positions: [FilePosition] { state.withLock { $0.positions } }
    /// How often it was asked about sessions.
    var questions: Int { state.withLock { $0.questions } }
    var batches: Int { state.withLock { $0.batches } }
    var prepared: Int { state.withLock { $0.prepared } }
}
