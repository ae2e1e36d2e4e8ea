internal import Synchronization

/// Tells any number of listeners the newest revision; a slow listener skips what it missed.
public final class RevisionSignal: Sendable {
    private struct Listeners {
        var next = 0
        var continuations: [Int: AsyncStream<Int64>.Continuation] = [:]
        var newest: Int64 = .min
    }

    private let listeners = Mutex(Listeners())

    /// Makes a signal that nobody listens to.
    public init() {}

    /// Tells a revision. One that is not newer than the last is not told again; then the answer is `false`.
    @discardableResult
    public func send(_ revision: Int64) -> Bool {
        let isNewer = listeners.withLock { listeners in
            guard revision > listeners.newest else { return false }
            listeners.newest = revision
            return true
        }
        if isNewer { tell() }
        return isNewer
    }

    /// Tells the newest outside of the lock: to wake a listener takes its task's lock, and a task that is cancelled holds that
    /// while it leaves the list. Where a newer one was told meanwhile, it is told once more, so that it stays.
    private func tell() {
        var told: Int64
        repeat {
            let (newest, continuations) = listeners.withLock { ($0.newest, Array($0.continuations.values)) }
            for continuation in continuations { continuation.yield(newest) }
            told = newest
        } while listeners.withLock { $0.newest } != told
    }

    /// A stream of revisions from now on. It ends when its task is cancelled, or at ``finish()``.
    public func stream(onEnd: @escaping @Sendable () -> Void = {}) -> AsyncStream<Int64> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number = listeners.withLock { listeners in
                listeners.next += 1
                listeners.continuations[listeners.next] = continuation
                return listeners.next
            }
            continuation.onTermination = { [weak self] _ in
                self?.listeners.withLock { _ = $0.continuations.removeValue(forKey: number) }
                onEnd()
            }
        }
    }

    /// Ends every stream.
    public func finish() {
        let ended = listeners.withLock { listeners -> [AsyncStream<Int64>.Continuation] in
            defer { listeners.continuations = [:] }
            return Array(listeners.continuations.values)
        }
        for continuation in ended { continuation.finish() }
    }
}
