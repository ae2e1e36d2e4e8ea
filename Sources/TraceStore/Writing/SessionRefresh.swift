internal import GRDB
internal import Synchronization

/// When stale sessions are brought up to date: after a pause that is long beside the work, so that whatever comes in,
/// recomputing takes a small share of the writer's time; and never while nothing is stale.
struct RefreshPacing {
    /// Whether somebody is at it.
    var isRunning = false
    /// Whether something was written since it last looked.
    var isAskedAgain = false
    /// How long to wait before the next round.
    var pause: Duration = RefreshPacing.shortest

    /// The pause when there is little to do.
    static let shortest = Duration.milliseconds(100)
    /// How many sessions, and for how long, in one transaction: the more, the fewer pages are written twice; but spans
    /// that come in wait for it.
    static let atOnce = 4000
    static let longest = Duration.milliseconds(60)

    /// Asked to refresh: whether the caller is to start a round.
    mutating func ask() -> Bool {
        isAskedAgain = true
        guard !isRunning else { return false }
        isRunning = true
        return true
    }

    /// A round begins.
    mutating func begin() {
        isAskedAgain = false
    }

    /// A round ended: whether another is to follow.
    mutating func end(took duration: Duration) -> Bool {
        pause = max(RefreshPacing.shortest, duration * 8)
        isRunning = isAskedAgain
        return isRunning
    }
}

extension TraceStore {
    /// Starts bringing figures up to date in the background, unless that is under way.
    func scheduleRefresh() {
        guard refresher.withLock({ $0.ask() }) else { return }
        Task.detached(priority: .utility) { [weak self] in
            while let pause = self?.refresher.withLock({ $0.pause }) {
                try? await Task.sleep(for: pause)
                guard let self else { return }
                refresher.withLock { $0.begin() }
                let clock = ContinuousClock()
                let start = clock.now
                // A failure (the disk is full) leaves sessions stale, which readers know how to read.
                try? await settleTraces()
                try? await refreshSessions()
                guard refresher.withLock({ $0.end(took: clock.now - start) }) else { return }
            }
        }
    }

    /// Recomputes the figures of all stale sessions from their rows, a few at a time, so that spans coming in never wait
    /// long.
    public func refreshSessions() async throws(StoreError) {
        while try await refreshSome() {}
    }

    private func refreshSome() async throws(StoreError) -> Bool {
        try await write { [writer] database in
            let clock = ContinuousClock()
            let start = clock.now
            let stale = try database.staleSessions(limit: RefreshPacing.atOnce)
            var done: [Int64] = []
            for number in stale {
                try database.refresh(session: number, writer)
                done.append(number)
                if clock.now - start > RefreshPacing.longest { break }
            }
            writer.refreshed(done)
            return done.count < stale.count || stale.count == RefreshPacing.atOnce
        }
    }
}

extension Database {
    /// Recomputes one session; one that has lost all its spans to another is removed.
    func refresh(session number: Int64, _ writer: StoreWriter) throws {
        if let row = try sessionRow(number) {
            let statement = try prepared(SessionColumns.update)
            statement.bind(number, row)
            try statement.run()
        } else {
            try run("DELETE FROM session WHERE no = ?", number)
            writer.forget()
        }
        try run("DELETE FROM stale WHERE session_no = ?", number)
    }
}
