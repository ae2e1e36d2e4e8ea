import Synchronization
import WorkspaceModel

/// Reads a workspace again after each change and tells whoever listens: one watcher, however many there are.
final class ChangeFollower: Sendable {
    typealias Listener = AsyncStream<WorkspaceSnapshot>.Continuation

    private struct State: Sendable {
        var listeners: [Int: Listener] = [:]
        var lastID = 0
        /// What was told last, for who comes later.
        var told: WorkspaceSnapshot?
        var watcher: WorkspaceWatcher?
    }

    private let state = Mutex(State())

    /// Tells what is known now and every reading from now on. Told under the lock: nobody hears of two readings in the
    /// wrong order.
    ///
    /// - Returns: what ``remove(_:)`` takes.
    func add(_ listener: Listener) -> Int {
        state.withLock { state in
            state.lastID += 1
            state.listeners[state.lastID] = listener
            if let told = state.told { listener.yield(told) }
            return state.lastID
        }
    }

    func remove(_ id: Int) {
        _ = state.withLock { $0.listeners.removeValue(forKey: id) }
    }

    private func tell(_ snapshot: WorkspaceSnapshot) {
        let listeners = state.withLock { state in
            state.told = snapshot
            return Array(state.listeners.values)
        }
        // Outside of the lock: to wake a reader takes its task's lock, which a task that is cancelled holds while it leaves.
        for listener in listeners { listener.yield(snapshot) }
    }

    /// Begins to watch, unless it does already: reads once now and after every change.
    func start(_ layout: Layout, reading: @escaping @Sendable () -> WorkspaceSnapshot?) {
        let begun = state.withLock { state -> WorkspaceWatcher? in
            guard state.watcher == nil else { return nil }
            let watcher = WorkspaceWatcher(layout: layout) { [weak self] in
                if let snapshot = reading() { self?.tell(snapshot) }
            }
            state.watcher = watcher
            return watcher
        }
        begun?.start()
    }

    /// Ends the watcher and every stream.
    func stop() {
        let ended = state.withLock { state in
            state.watcher?.stop()
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in ended { listener.finish() }
    }
}
