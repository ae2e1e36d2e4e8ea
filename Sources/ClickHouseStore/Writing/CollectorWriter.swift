internal import Synchronization
internal import TraceModel

/// Writes one batch after the other.
final class CollectorWriter: Sendable {
    /// What a collector knows of itself and of the others.
    struct State {
        /// What it calls itself: another number at each start.
        var collector: UInt64 = 0
        /// How often it has committed.
        var commits: Int64 = 0
        /// The last stamp it gave.
        var stamp: Int64 = 0
        var traces = TraceMemory()
    }

    let connection: ClickHouseConnection
    private let turnstile = Turnstile()
    private let state = Mutex(State())

    init(_ connection: ClickHouseConnection) {
        self.connection = connection
    }

    private var configuration: ClickHouseConfiguration { connection.configuration }

    /// Commits batches as one. Passing trouble is waited out for a while: the same inserts come again under the same tokens.
    func append(_ batches: [SpooledBatch]) async throws(ClickHouseError) -> AppendReceipt {
        try await turnstile.through { () throws(ClickHouseError) in
            let start = begin()
            var pauses = Self.pauses(configuration.patienceSeconds)
            while true {
                var writing = BatchInsertion(batches, start, connection)
                do throws(ClickHouseError) {
                    let receipt = try await writing.run()
                    end(writing.state)
                    return receipt
                } catch {
                    state.withLock { $0.traces.forget() }
                    guard error.isPassing, let pause = pauses.popLast(), await Self.rests(pause) else { throw error }
                }
            }
        }
    }

    /// How long to wait before each attempt, the first last: together so many seconds.
    private static func pauses(_ seconds: Int) -> [Duration] {
        var (rest, next, pauses) = (seconds * 1000, 100, [Duration]())
        while rest > 0 {
            pauses.append(.milliseconds(min(rest, next)))
            rest -= next
            next = min(next * 2, 2000)
        }
        return pauses.reversed()
    }

    private static func rests(_ pause: Duration) async -> Bool { (try? await Task.sleep(for: pause)) != nil }

    /// Commits what somebody changed, other than spans: the revision goes up.
    func commit(_ work: @Sendable (Int64) async throws(ClickHouseError) -> Void) async throws(ClickHouseError) -> Int64
    {
        try await turnstile.through { () throws(ClickHouseError) in
            var state = begin()
            try await work(state.stamp)
            let standing = try await connection.standing()
            try await connection.commit(&state, lastSequence: standing.lastSequence)
            end(state)
            return standing.revision &+ 1
        }
    }

    /// Does what must not fall between two batches.
    func alone<Value: Sendable>(
        _ work: (inout State) async throws(ClickHouseError) -> Value
    ) async throws(ClickHouseError) -> Value {
        try await turnstile.through { () throws(ClickHouseError) in
            var state = begin()
            let value = try await work(&state)
            state.traces.forget()
            end(state)
            return value
        }
    }

    /// Keeps what a turn has learnt; stamps were given meanwhile.
    private func end(_ ended: State) {
        state.withLock { state in
            state.commits = ended.commits
            state.traces = ended.traces
        }
    }

    /// Whether anything was committed.
    var hasCommitted: Bool { state.withLock { $0.commits > 0 } }

    /// What it calls itself.
    var collector: UInt64 { begin().collector }

    /// The stamp of a new batch.
    func stamp() -> BatchStamp {
        let state = begin()
        return BatchStamp(collector: state.collector, time: state.stamp)
    }

    /// The state for the next batch: with a stamp later than all before, by this machine's clock.
    private func begin() -> State {
        let now = configuration.now().unixNanoseconds / 1000
        return state.withLock { state in
            if state.collector == 0 { state.collector = configuration.randomBits() | 1 }
            state.stamp = max(now, state.stamp + 1)
            return state
        }
    }
}

/// How far the collectors are, all together.
struct Standing: Hashable, Sendable {
    /// Commits of all.
    var revision: Int64
    /// The last sequence given out.
    var lastSequence: Int64
    /// The collector that committed last, and when, in its own microseconds; of the others.
    var others: Int64
}

extension ClickHouseConnection {
    /// How far the collectors are. `collector` is who asks: the others' last commit is told beside.
    ///
    /// - Parameter seconds: how long the server may take; what the settings say where nothing is said.
    func standing(asking collector: UInt64 = 0, seconds: Int? = nil) async throws(ClickHouseError) -> Standing {
        let row = try await rows(
            """
            SELECT sum(commits), max(last_sequence), maxIf(stamp, collector != \(collector)) FROM \(table("commits")) FINAL
            """, seconds: seconds
        ).first
        return Standing(revision: row?.int(0) ?? 0, lastSequence: row?.int(1) ?? 0, others: row?.int(2) ?? 0)
    }

    /// Notes one commit more.
    func commit(_ state: inout CollectorWriter.State, lastSequence: Int64) async throws(ClickHouseError) {
        var rows = TabRows()
        rows.add(state.collector)
        rows.add(state.commits + 1)
        rows.add(lastSequence)
        rows.add(state.stamp)
        rows.end()
        try await insert(
            into: table("commits"), ["collector", "commits", "last_sequence", "stamp"], rows.bytes,
            once: "\(state.collector)-\(state.stamp)-commit")
        state.commits += 1
    }
}
