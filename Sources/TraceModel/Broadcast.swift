internal import Synchronization

/// A value that several tasks change and any number follow: each follower hears of the newest, and a slow one skips what it
/// missed.
///
/// What is told is told outside of the lock. To wake a follower takes its task's lock, which a task that is cancelled holds
/// while it leaves the list of followers.
public final class Broadcast<Value: Sendable, Told: Sendable>: Sendable {
    private struct State {
        var value: Value
        /// Grows with each change.
        var version = 0
        var followers: [Int: AsyncStream<Told>.Continuation] = [:]
        var lastFollower = 0
    }

    private let state: Mutex<State>
    private let telling: @Sendable (Value) -> Told?

    /// Makes one that nobody follows. `telling` is what followers hear of a value; `nil` is nothing yet.
    public init(_ value: Value, telling: @escaping @Sendable (Value) -> Told?) {
        state = Mutex(State(value: value))
        self.telling = telling
    }

    /// The value now.
    public var value: Value { state.withLock { $0.value } }

    /// Changes the value and tells it. Where `body` says `false`, there is nothing to tell.
    @discardableResult
    public func change(_ body: (inout Value) -> Bool) -> Bool {
        let isChanged = state.withLock { state in
            guard body(&state.value) else { return false }
            state.version += 1
            return true
        }
        if isChanged { tell() }
        return isChanged
    }

    /// Where somebody told a newer value meanwhile, that is told once more, so that it stays.
    private func tell() {
        var told: Int
        repeat {
            let (version, value, followers) = state.withLock { ($0.version, $0.value, Array($0.followers.values)) }
            if let news = telling(value) { for follower in followers { follower.yield(news) } }
            told = version
        } while state.withLock { $0.version } != told
    }

    /// The values from now on, with that of now where `isFromNow` says so. Ends when the task that reads it is cancelled,
    /// or at ``finish()``.
    public func stream(isFromNow: Bool, onEnd: @escaping @Sendable () -> Void = {}) -> AsyncStream<Told> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { follower in
            let number = state.withLock { state in
                state.lastFollower += 1
                state.followers[state.lastFollower] = follower
                // Under the lock, so that nothing newer comes before it; nobody reads yet who could be woken.
                if isFromNow, let now = telling(state.value) { follower.yield(now) }
                return state.lastFollower
            }
            follower.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.followers.removeValue(forKey: number) }
                onEnd()
            }
        }
    }

    /// Ends every stream.
    public func finish() {
        let ended = state.withLock { state in
            defer { state.followers = [:] }
            return Array(state.followers.values)
        }
        for follower in ended { follower.finish() }
    }
}

/// Tells a store's revisions.
public typealias RevisionSignal = Broadcast<Int64, Int64>

extension RevisionSignal {
    /// Makes a signal that nobody listens to.
    public convenience init() {
        self.init(.min) { $0 }
    }

    /// Tells a revision. One that is not newer than the last is not told again; then the answer is `false`.
    @discardableResult
    public func send(_ revision: Int64) -> Bool {
        change { newest in
            guard revision > newest else { return false }
            newest = revision
            return true
        }
    }
    /// The revisions from now on.
    public func stream(onEnd: @escaping @Sendable () -> Void = {}) -> AsyncStream<Int64> {
        stream(isFromNow: false, onEnd: onEnd)
    }
}
