import TraceModel
import TraceStore

/// Prints spans as they are finished: each once, in the order in which they are.
struct LiveTail: Sendable {
    let filter: SpanFilter
    /// How many of the newest are printed first.
    let last: Int
    let output: StandardOutput
    let isJSON: Bool
    let terminal: Terminal
    /// Calls in flight that are waited for; the oldest is forgotten first.
    var mostRunning = 10_000
    /// Tells the person what is not printed.
    var warn: @Sendable (String) -> Void = { StandardError.line($0) }

    private static let window = 200
    private static let isRunning = SpanFilter.text(.status, SpanFilter.TextPattern("running"))

    /// How far it has come.
    private struct Progress {
        /// Everything up to here is known. A place by number outlives the span that stood there.
        var sequence: Int64
        /// The calls in flight, by sequence, upwards.
        var running: [Int64]
        /// How many calls in flight were forgotten, and of how many the person will be told next.
        var forgotten = 0
        var nextTold = 1
    }

    /// Prints until the task is cancelled.
    func run(_ store: any SpanStore) async throws {
        var revisions = store.revisions().makeAsyncIterator()
        var progress = try await start(store)
        repeat {
            try await goOn(store, &progress)
        } while await revisions.next() != nil
    }

    /// Prints what has ended, and goes to the end of what has come.
    private func goOn(_ store: any SpanStore, _ progress: inout Progress) async throws {
        var asked = progress.running
        progress.running = []
        var hasMore = true
        while hasMore {
            let news = try await store.news(
                after: progress.sequence, running: asked, filter: filter, limit: Self.window)
            asked = []
            for stored in news.finished { try await show(stored, store) }
            progress.sequence = news.through
            progress.running += news.running
            forgetOldest(&progress)
            hasMore = news.hasMore
        }
    }

    /// Learns which calls are in flight, prints the newest finished spans, and says where what comes next begins.
    private func start(_ store: any SpanStore) async throws -> Progress {
        let through = try await store.overview().lastSequence
        // What runs is read first: a call that ends just now is then in both answers, never in neither.
        let running = try await store.spans(
            SpanQuery(
                filter: Self.isRunning, order: .arrival, anchor: .newest, limit: mostRunning, throughSequence: through))
        if running.hasEarlier { warn("more than \(mostRunning) calls are in flight: only the newest are waited for") }
        let finished = try await newest(store, through: through)
        for stored in finished { try await show(stored, store) }
        let shown = Set(finished.map(\.sequence))
        return Progress(sequence: through, running: running.spans.map(\.sequence).filter { !shown.contains($0) })
    }

    private func newest(_ store: any SpanStore, through: Int64) async throws -> [StoredSpan] {
        guard last > 0 else { return [] }
        let conditions = if case .and(let parts) = filter { parts } else { [filter] }
        return try await store.spans(
            SpanQuery(
                filter: .and(conditions + [.not(Self.isRunning)]), order: .arrival, anchor: .newest, limit: last,
                throughSequence: through)
        ).spans
    }

    /// Keeps the memory bounded, and the person informed: at first, and whenever ten times as many are gone.
    private func forgetOldest(_ progress: inout Progress) {
        let surplus = progress.running.count - mostRunning
        guard surplus > 0 else { return }
        progress.running.removeFirst(surplus)
        progress.forgotten += surplus
        guard progress.forgotten >= progress.nextTold else { return }
        progress.nextTold = progress.forgotten * 10
        warn(
            "more than \(mostRunning) calls are in flight: \(progress.forgotten) of the oldest are not waited for any more"
        )
    }

    private func show(_ stored: StoredSpan, _ reader: any TraceReader) async throws {
        if isJSON {
            try output.line(try await SpanListing.document(of: stored, in: reader))
        } else {
            try output.line(SpanLine(stored: stored).text(for: terminal))
        }
    }
}
