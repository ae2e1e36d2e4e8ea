internal import Synchronization
internal import TraceModel

/// Which sessions passed the filters asked for last: finding them looks at every span, and while one scrolls or sorts,
/// neither filter nor store changes.
final class SessionMatches: Sendable {
    private struct Entry {
        var filter: SpanFilter
        var revision: Int64
        var sessions: Set<Int64>
    }

    private let entries = Mutex<[Entry]>([])
    private static let kept = 3

    /// The sessions that pass at that revision, if they are known.
    func sessions(passing filter: SpanFilter, revision: Int64) -> Set<Int64>? {
        entries.withLock { entries in
            entries.last { $0.revision == revision && $0.filter == filter }?.sessions
        }
    }

    /// Remembers an answer, and forgets the oldest.
    func remember(_ sessions: Set<Int64>, passing filter: SpanFilter, revision: Int64) {
        entries.withLock { entries in
            entries.removeAll { $0.filter == filter || $0.revision < revision }
            entries.append(Entry(filter: filter, revision: revision, sessions: sessions))
            if entries.count > SessionMatches.kept { entries.removeFirst() }
        }
    }
}
