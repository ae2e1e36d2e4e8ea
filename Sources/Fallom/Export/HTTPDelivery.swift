import LocalExport
import Synchronization

/// Hands things over to a service by HTTP: several at once over kept connections while it answers. While it does not,
/// they wait within limits and one of them asks from time to time whether it is back.
///
/// Given up is what is refused for good, what has no room, and what has waited for too long; all of it is counted, and
/// told. No task runs while there is nothing to do.
final class HTTPDelivery<Item: Waiting>: Sendable {
    /// How it works.
    struct Settings: Sendable {
        /// What is delivered, in the plural, for the log.
        var name: String
        /// The request, as in `POST http://127.0.0.1:4318/v1/traces`, for the log.
        var place: String
        /// The setting that names the address, for the log.
        var variable: String
        var limits = RoomLimits()
        /// How long a thing may wait.
        var maximumAge: Duration = .seconds(3600)
        /// How long one request may take.
        var timeout: Duration
        /// Whether a request may always hold several.
        var takesSeveral = false
    }

    /// Sends some as one request: one of them, or several as lines.
    typealias Send = @Sendable (_ items: [Item], _ asLines: Bool) async throws -> HTTPReply

    private typealias Batch = WaitingRoom<Item>.Batch

    private enum Phase { case open, closing, closed }

    private struct State {
        var room: WaitingRoom<Item>
        var link = ServiceLink()
        var counters = ExportCounters()
        var waiters = FlushWaiters()
        var workers: [Int: Task<Void, Never>] = [:]
        var nextWorker = 0
        /// The one that asks whether the service is back, and its wait.
        var prober: Int?
        var nap: Task<Void, any Error>?
        var phase = Phase.open
        /// Whether the service has said that it takes several at once, and whether it refused some all the same.
        var takesLines = false
        var refusedLines = false
    }

    private enum Step {
        case send(Batch, asLines: Bool)
        case wait(Task<Void, any Error>)
        case end
    }

    /// Workers where every item is a request of its own, and where several go together.
    private static var singleWorkers: Int { 8 }
    private static var lineWorkers: Int { 2 }
    /// What goes together.
    private static var lines: RoomLimits { RoomLimits(bytes: 2 << 20, count: 1024) }

    private let settings: Settings
    private let time: TimeSource
    private let ids: IDSource
    private let log: DebugLog
    private let send: Send
    private let state: Mutex<State>

    init(_ settings: Settings, time: TimeSource, ids: IDSource, log: DebugLog, send: @escaping Send) {
        self.settings = settings
        self.time = time
        self.ids = ids
        self.log = log
        self.send = send
        state = Mutex(State(room: WaitingRoom(settings.limits), takesLines: settings.takesSeveral))
    }

    var counters: ExportCounters { state.withLock { $0.counters } }

    /// Takes an item, or counts it as dropped.
    func add(_ item: Item) {
        let now = time.monotonicNanoseconds()
        let arrival = state.withLock { state -> WaitingRoom<Item>.Arrival? in
            guard state.phase == .open else {
                state.counters.droppedAfterShutdown += 1
                return nil
            }
            let arrival = state.room.add(item, at: now)
            state.counters.add(arrival)
            if !arrival.isTaken { state.counters.droppedQueueFull += 1 }
            startWorkers(&state)
            return arrival
        }
        if let arrival { tell(arrival) }
    }

    /// Waits until everything accepted so far is delivered or given up, or until the task is cancelled.
    func flush() async {
        let id = state.withLock { $0.waiters.newID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.room.lowestOutstanding != nil else { return false }
                    hurry(&state)
                    return state.waiters.add(id, upTo: state.room.lastNumber, continuation)
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.cancel(id) }?.resume()
        }
        state.withLock { $0.waiters.end(id) }
    }

    /// Takes no more, delivers what waits for as long as `limit` allows, and counts the rest as failed.
    func shutdown(within limit: Duration) async {
        state.withLock { state in
            if state.phase == .open { state.phase = .closing }
            hurry(&state)
        }
        let end = Task.detached { [time] in
            do { try await time.sleep(limit) } catch { return }
            self.abandon()
        }
        await flush()
        end.cancel()
        state.withLock { $0.phase = .closed }
    }

    /// Counts as failed what is not delivered.
    func abandon() {
        let (tasks, lost) = state.withLock { state in
            state.phase = .closed
            let lost = state.room.giveUpAll()
            state.counters.failed += lost
            if lost > 0 { state.counters.lastFailure = state.counters.lastFailure ?? "given up at shutdown" }
            state.nap?.cancel()
            return (Array(state.workers.values), lost)
        }
        for task in tasks { task.cancel() }
        resumeReadyWaiters()
        if lost > 0 { log.warning("\(lost) \(settings.name) were not delivered before the shutdown") }
    }

    private func resumeReadyWaiters() {
        let ready = state.withLock { $0.waiters.takeReady(lowestOutstanding: $0.room.lowestOutstanding) }
        for waiter in ready { waiter.resume() }
    }
}

extension HTTPDelivery {
    private func now() -> Duration { .nanoseconds(time.monotonicNanoseconds()) }

    /// Starts what is needed: several while the service answers, one while it does not.
    private func startWorkers(_ state: inout State) {
        guard state.phase != .closed, !state.room.isEmpty else { return }
        let most = state.link.isAway ? 1 : state.takesLines ? Self.lineWorkers : Self.singleWorkers
        // A second request of several lines is worth it when there is a whole one's worth waiting.
        let wanted = state.takesLines ? 1 + state.room.count / Self.lines.count : state.room.count
        while state.workers.count < min(most, wanted) {
            let worker = state.nextWorker
            state.nextWorker += 1
            state.workers[worker] = Task.detached { await self.work(worker) }
        }
    }

    /// Has the next question asked now: somebody waits.
    private func hurry(_ state: inout State) {
        state.link.hurry(now: now())
        state.nap?.cancel()
        startWorkers(&state)
    }

    private func work(_ worker: Int) async {
        while true {
            let (step, old) = state.withLock { state in
                let old = giveUpOld(&state)
                return (nextStep(worker, &state), old)
            }
            if old > 0 {
                resumeReadyWaiters()
                log.warning(cause: "\(settings.name) too old", count: old) { count in
                    "\(count) \(self.settings.name) waited longer than \(self.settings.maximumAge) and are given up"
                }
            }
            switch step {
            case .send(let batch, let asLines): await deliver(batch, asLines)
            case .wait(let nap):
                // One that was woken looks again whether it is time.
                if case .success = await nap.result { state.withLock { $0.link.waited(now: now()) } }
            case .end: return
            }
        }
    }

    private func nextStep(_ worker: Int, _ state: inout State) -> Step {
        func end() -> Step {
            state.workers[worker] = nil
            if state.prober == worker { state.prober = nil }
            return .end
        }
        guard !state.room.isEmpty, state.phase != .closed else { return end() }
        if state.link.isAway {
            guard state.prober == nil || state.prober == worker else { return end() }
            state.prober = worker
            let wait = state.link.nextQuestion - now()
            if wait > .zero {
                // At the end there is no time for long waits.
                let length = state.phase == .closing ? min(wait, .milliseconds(250)) : wait
                let nap = Task.detached { [time] in try await time.sleep(length) }
                state.nap = nap
                return .wait(nap)
            }
        }
        let asLines = state.takesLines
        guard let batch = state.room.take(upTo: asLines ? Self.lines : RoomLimits(count: 1)) else { return end() }
        return .send(batch, asLines: asLines)
    }

    /// What has waited for too long while the service was away.
    private func giveUpOld(_ state: inout State) -> Int {
        guard state.link.isAway else { return 0 }
        let (seconds, fraction) = settings.maximumAge.components
        let age = seconds * 1_000_000_000 + fraction / 1_000_000_000
        let old = state.room.giveUp(before: time.monotonicNanoseconds() - age)
        state.counters.failed += old
        if old > 0 { state.counters.lastFailure = "waited longer than \(settings.maximumAge)" }
        return old
    }

    private func deliver(_ batch: Batch, _ asLines: Bool) async {
        let asked = now()
        do {
            let reply = try await send(batch.items, asLines)
            switch reply.status {
            case 200..<300: delivered(batch, reply, asLines)
            case let status where RetryPolicy.isRetryable(status):
                let wait = reply.retryAfter.flatMap { RetryPolicy.wait($0, now: time.now()) }
                failed(
                    batch, asked, wait, ServiceTrouble(status: status, of: settings.place, variable: settings.variable))
            default:
                refused(
                    batch, asLines,
                    ServiceTrouble(status: reply.status, of: settings.place, variable: settings.variable))
            }
        } catch {
            failed(batch, asked, nil, ServiceTrouble(error, of: settings.place, limit: settings.timeout))
        }
        resumeReadyWaiters()
    }

    private func delivered(_ batch: Batch, _ reply: HTTPReply, _ asLines: Bool) {
        let rejected = asLines ? min(reply.rejectedSpans, batch.entries.count) : 0
        let away = state.withLock { state in
            state.room.remove(batch)
            state.counters.delivered += batch.entries.count - rejected
            state.counters.failed += rejected
            if rejected > 0 { state.counters.lastFailure = "\(settings.place) could not read some" }
            state.takesLines = (reply.takesLines || settings.takesSeveral) && !state.refusedLines
            let away = state.link.answered(now: now())
            if away != nil { state.prober = nil }
            startWorkers(&state)
            return away
        }
        log.debug("\(batch.entries.count) \(settings.name) delivered: \(settings.place)")
        if let away { log.notice("\(settings.place) answers again after \(away.inSeconds) s: what waited follows") }
        if rejected > 0 {
            log.warning(cause: "\(settings.name) rejected", count: rejected) { count in
                "\(self.settings.place) could not read \(count) \(self.settings.name)"
            }
        }
    }

    /// Nothing came of it, and something may later.
    private func failed(_ batch: Batch, _ asked: Duration, _ wait: Duration?, _ trouble: ServiceTrouble) {
        let (isOver, waiting) = state.withLock { state in
            state.counters.lastFailure = trouble.description
            if state.phase == .closed {
                state.room.remove(batch)
                state.counters.failed += batch.entries.count
                return (true, 0)
            }
            state.room.putBack(batch)
            state.counters.retries += batch.entries.count
            state.link.failed(asked: asked, now: now(), wait: wait, fraction: ids.fraction())
            return (false, state.room.count)
        }
        let name = settings.name
        log.warning(cause: "\(name) \(trouble.cause)", count: 1) { count in
            isOver
                ? "\(trouble); \(name) are lost"
                : "\(trouble); \(waiting) \(name) wait and the service is asked again (failures so far: \(count))"
        }
    }

    /// The service wants none of it. Of several that went together each is tried by itself: one of them may be to blame.
    private func refused(_ batch: Batch, _ asLines: Bool, _ trouble: ServiceTrouble) {
        let count = batch.entries.count
        let isTriedAgain = state.withLock { state in
            state.counters.lastFailure = trouble.description
            if state.link.answered(now: now()) != nil { state.prober = nil }
            if asLines, state.phase != .closed {
                state.refusedLines = true
                state.takesLines = false
                state.room.putBack(batch)
                state.counters.retries += count
            } else {
                state.room.remove(batch)
                state.counters.failed += count
            }
            startWorkers(&state)
            return asLines
        }
        guard !isTriedAgain else { return }
        let name = settings.name
        log.warning(cause: "\(name) \(trouble.cause)", count: count) { "\(trouble); \($0) \(name) are lost" }
    }

    private func tell(_ arrival: WaitingRoom<Item>.Arrival) {
        let (name, place) = (settings.name, settings.place)
        if !arrival.isTaken {
            log.warning(cause: "\(name) no room", count: 1) { count in
                "no room for more \(name) that wait for \(place): \(count) dropped (FallomOptions.queueBytes)"
            }
        }
        if arrival.contentsGivenUp > 0 {
            log.warning(cause: "\(name) content", count: arrival.contentsGivenUp) { count in
                "little room for \(name) that wait for \(place): the content of \(count) is given up"
            }
        }
    }
}

extension Duration {
    /// Whole seconds.
    fileprivate var inSeconds: Int64 { components.seconds }
}
