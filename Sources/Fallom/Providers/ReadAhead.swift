import Synchronization

/// A sequence read a little ahead of whoever reads it, so that what came is known by the time at which it came: an app
/// that takes its time must not make the provider look slow.
///
/// One task reads while there is room; it is cancelled when the reader lets go or is cancelled.
package final class ReadAhead<Element: Sendable>: Sendable {
    /// An element, and when it came by the monotonic clock.
    package struct Arrival: Sendable {
        package var element: Element
        package var nanoseconds: Int64
    }

    /// Nothing came for too long.
    package struct Stalled: Error {
        package var limit: Duration
    }

    private enum End {
        case finished
        case failed(any Error)
    }

    private struct State {
        var arrived: ArraySlice<Arrival> = []
        /// What those that arrived weigh together.
        var weight = 0
        var end: End?
        var endedAt: Int64 = 0
        /// When something last came, or when reading went on after the room was full.
        var lastProgress: Int64
        var isFull = false
        var reader: CheckedContinuation<Void, Never>?
        var pump: CheckedContinuation<Void, Never>?
        var tasks: [Task<Void, Never>] = []
        var isLetGo = false
        var isLeft = false
    }

    private let room: Int
    private let weight: @Sendable (Element) -> Int
    private let time: TimeSource
    private let state: Mutex<State>

    /// - Parameters:
    ///   - room: what the elements that wait for the reader may weigh together.
    ///   - weight: what one weighs.
    ///   - idle: how long nothing may come; `nil` for ever.
    ///   - executor: where to read.
    package init<Base: AsyncSequence & Sendable>(
        _ base: Base, room: Int = 64, weight: @escaping @Sendable (Element) -> Int = { _ in 1 }, idle: Duration? = nil,
        on executor: (any TaskExecutor)? = nil, time: TimeSource = .system
    ) where Base.Element == Element {
        self.room = room
        self.weight = weight
        self.time = time
        state = Mutex(State(lastProgress: time.monotonicNanoseconds()))
        var tasks = [Task(executorPreference: executor) { [self] in await pump(base) }]
        if let idle { tasks.append(Task { [weak self] in await Self.watch({ self }, idle, time) }) }
        state.withLock { $0.tasks = tasks }
    }

    /// The next element; `nil` at the end. One reader at a time.
    package func next() async throws -> Arrival? {
        while true {
            // What came before a cancellation and was not read by then is nobody's any more.
            if Task.isCancelled { letGo() }
            try Task.checkCancellation()
            if let step = take() { return try step.get() }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if !state.arrived.isEmpty || state.end != nil { return true }
                        state.reader = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            } onCancel: {
                letGo(CancellationError())
            }
        }
    }

    /// When the end came; 0 before it did.
    package var endedAt: Int64 { state.withLock { $0.endedAt } }

    /// Reads no further. What waits for the reader is gone.
    package func letGo() {
        guard !state.withLock({ $0.isLeft }) else { return }
        letGo(CancellationError())
    }

    /// The reader has all it wants: what still comes is passed over, for a short while.
    package func leave() {
        let (pump, isOver) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            defer { state.pump = nil }
            state.isLeft = true
            state.arrived = []
            state.weight = 0
            return (state.pump, state.end != nil)
        }
        pump?.resume()
        guard !isOver else { return }
        Task { [self] in
            try? await time.sleep(Self.longestLeave)
            letGo(CancellationError())
        }
    }

    private static var longestLeave: Duration { .seconds(1) }

    private func letGo(_ error: any Error) {
        let (tasks, waiting) = state.withLock { state in
            defer {
                state.tasks = []
                state.reader = nil
                state.pump = nil
            }
            if state.end == nil { end(.failed(error), &state) }
            state.isLetGo = true
            return (state.tasks, [state.reader, state.pump])
        }
        for task in tasks { task.cancel() }
        for continuation in waiting { continuation?.resume() }
    }

    /// What the reader gets now; `nil` when it has to wait.
    private func take() -> Result<Arrival?, any Error>? {
        let (step, pump) = state.withLock {
            state -> (Result<Arrival?, any Error>?, CheckedContinuation<Void, Never>?) in
            if let first = state.arrived.popFirst() {
                state.weight -= weight(first.element)
                guard state.weight < room else { return (.success(first), nil) }
                state.isFull = false
                state.lastProgress = time.monotonicNanoseconds()
                defer { state.pump = nil }
                return (.success(first), state.pump)
            }
            switch state.end {
            case nil: return (nil, nil)
            case .finished?: return (.success(nil), nil)
            case .failed(let error)?: return (.failure(error), nil)
            }
        }
        pump?.resume()
        return step
    }

    private func pump<Base: AsyncSequence>(_ base: Base) async where Base.Element == Element {
        do {
            for try await element in base {
                guard await offer(element) else { break }
            }
            finish(.finished)
        } catch {
            finish(.failed(error))
        }
    }

    /// Hands an element over and waits for room; whether to go on.
    private func offer(_ element: Element) async -> Bool {
        let now = time.monotonicNanoseconds()
        let (reader, isFull) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            defer { state.reader = nil }
            guard !state.isLeft else { return (nil, false) }
            state.arrived.append(Arrival(element: element, nanoseconds: now))
            state.weight += weight(element)
            state.lastProgress = now
            state.isFull = state.weight >= room
            return (state.reader, state.isFull)
        }
        reader?.resume()
        guard isFull else { return !Task.isCancelled }
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                if state.isLetGo || state.weight < room { return true }
                state.pump = continuation
                return false
            }
            if hasRoom { continuation.resume() }
        }
        return state.withLock { !$0.isLetGo }
    }

    private func finish(_ end: End) {
        let (reader, tasks) = state.withLock { state in
            defer {
                state.reader = nil
                state.tasks = []
            }
            if state.end == nil { self.end(end, &state) }
            return (state.reader, state.tasks)
        }
        reader?.resume()
        for task in tasks { task.cancel() }
    }

    private func end(_ end: End, _ state: inout State) {
        state.end = end
        state.endedAt = time.monotonicNanoseconds()
    }

    /// Ends the reading when nothing came for too long. Waiting for the reader does not count.
    private static func watch(_ owner: () -> ReadAhead?, _ idle: Duration, _ time: TimeSource) async {
        let limit = Int64(clamping: idle / .nanoseconds(1))
        var wait = idle
        while (try? await time.sleep(wait)) != nil {
            guard let owner = owner() else { return }
            let quiet = owner.quietNanoseconds
            if quiet >= limit { return owner.letGo(Stalled(limit: idle)) }
            wait = .nanoseconds(limit - quiet)
        }
    }

    /// How long nothing came although there was room.
    private var quietNanoseconds: Int64 {
        let now = time.monotonicNanoseconds()
        return state.withLock { $0.isFull ? 0 : now - $0.lastProgress }
    }
}

extension Int64 {
    fileprivate init(clamping ratio: Double) {
        self = ratio >= 9e18 ? .max : Int64(ratio)
    }
}

/// An iterator that knows when what it gave last had come.
package protocol ArrivalReporting {
    /// Nanoseconds of the monotonic clock; `nil` where that is not known.
    var lastArrival: Int64? { get }
}
