import SpanCodec
import TraceModel
import TraceStore

/// Sends what came in on to another receiver: from the store, in order, each span once it has ended, until it is taken.
struct Forwarder: Sendable {
    /// How it fares.
    struct Health: Hashable, Sendable {
        var target: ForwardTarget
        /// Spans of the store that are not sent yet.
        var behind: Int
        /// Why the receiver does not take them, while it does not.
        var trouble: String?
        /// Spans that the receiver would not have.
        var refused = 0
        /// What it said to the last of them.
        var lastRefusal: String?
        /// Calls in flight that were sent as they stood, as too many were: their ends are not waited for any more.
        var unended = 0
    }

    let store: any SpanStore
    let target: ForwardTarget
    /// Called whenever something changed.
    let tell: @Sendable (Health) -> Void
    /// Calls in flight that are waited for; the oldest is sent on as it is.
    var mostRunning = 10_000

    private static let window = 256
    /// A request holds about so many bytes.
    private static let mostBytes = 4 << 20
    private static let isRunning = SpanFilter.text(.status, SpanFilter.TextPattern("running"))

    /// Works until the task is cancelled.
    func run() async throws {
        var health = Health(target: target, behind: 0)
        let client = WebClient()
        var revisions = store.revisions().makeAsyncIterator()
        var progress: ForwardProgress
        if let known = ForwardProgress.read(store: store.path, target: target) {
            progress = known
        } else {
            // What came before anybody asked for it stays here.
            progress = ForwardProgress(sequence: try await store.overview().lastSequence)
            try progress.write(store: store.path, target: target)
        }
        repeat {
            try await goOn(&progress, &health, client)
        } while await revisions.next() != nil
    }

    private func goOn(_ progress: inout ForwardProgress, _ health: inout Health, _ client: WebClient) async throws {
        var asked = progress.running
        var kept: [Int64] = []
        var hasMore = true
        while hasMore {
            let news = try await store.news(
                after: progress.sequence, running: asked, filter: .all, limit: Self.window)
            asked = []
            kept += news.running
            let before = progress
            try await send(news.finished, &health, client)
            try await letGo(of: &kept, &health, client)
            progress.sequence = news.through
            progress.running = kept
            if progress != before { try progress.write(store: store.path, target: target) }
            hasMore = news.hasMore
            health.behind = Int(max(0, try await store.overview().lastSequence - progress.sequence))
            tell(health)
        }
    }

    /// Sends the oldest of too many calls in flight as they stand. One that has ended meanwhile stays: it is news.
    private func letGo(of kept: inout [Int64], _ health: inout Health, _ client: WebClient) async throws {
        guard kept.count > mostRunning else { return }
        kept.sort()
        let surplus = Set(kept.prefix(kept.count - mostRunning))
        guard let first = surplus.min(), let last = surplus.max() else { return }
        var query = SpanQuery(filter: Self.isRunning, anchor: .newest, limit: Self.window, throughSequence: last)
        query.includesRuns = true
        var gone: Set<Int64> = []
        while true {
            let page = try await store.spans(query)
            let spans = page.spans.filter { surplus.contains($0.sequence) }
            try await send(spans, &health, client)
            gone.formUnion(spans.map(\.sequence))
            // Those further back were let go long ago.
            guard page.hasEarlier, let oldest = page.spans.first, oldest.sequence >= first else { break }
            query.anchor = .before(oldest.span.key)
        }
        kept.removeAll { gone.contains($0) }
        health.unended += gone.count
    }

    private func send(_ spans: [StoredSpan], _ health: inout Health, _ client: WebClient) async throws {
        guard !spans.isEmpty else { return }
        var messages: [[UInt8]] = []
        var bytes = 0
        for payload in try await store.payloads(of: spans.map(\.span.key)) {
            // What cannot be written as OTLP is none, and must not stop the others.
            guard let message = try? SpanExport.otlpMessage(of: payload.stored.span, payload: payload.payload) else {
                health.refused += 1
                continue
            }
            if bytes + message.count > Self.mostBytes, !messages.isEmpty {
                try await deliver(messages[...], &health, client)
                messages = []
                bytes = 0
            }
            messages.append(message)
            bytes += message.count
        }
        try await deliver(messages[...], &health, client)
    }

    /// Sends until it is taken; what is refused is halved until the span is found that is the reason.
    private func deliver(_ messages: ArraySlice<[UInt8]>, _ health: inout Health, _ client: WebClient) async throws {
        guard !messages.isEmpty else { return }
        var wait = 1
        while true {
            switch await answer(Array(messages.joined()), client) {
            case .taken:
                health.trouble = nil
                return
            case .refused where messages.count > 1:
                let middle = messages.startIndex + messages.count / 2
                try await deliver(messages[..<middle], &health, client)
                try await deliver(messages[middle...], &health, client)
                return
            case .refused(let why):
                health.refused += 1
                health.lastRefusal = why
                health.trouble = nil
                tell(health)
                return
            case .later(let why, let seconds):
                // Who ends us is no trouble of the receiver's.
                try Task.checkCancellation()
                health.trouble = why
                health.behind = max(health.behind, messages.count)
                tell(health)
                try await Task.sleep(for: .seconds(min(60, seconds ?? wait)))
                wait = min(15, wait * 2)
            }
        }
    }

    private func answer(_ request: [UInt8], _ client: WebClient) async -> ForwardAnswer {
        switch target.way {
        case .grpc(let place): return await GRPCExport.send(request, to: place)
        case .http(let url):
            do throws(WebClient.Failure) {
                return ForwardAnswer(
                    try await client.send(
                        "POST", url, headers: [("Content-Type", "application/x-protobuf")], body: request))
            } catch {
                return .later("\(error)", seconds: nil)
            }
        }
    }
}
