import Ingest
import TraceStore

/// Whether this process is the one that listens for its store.
enum ListenerRole: Hashable, Sendable {
    /// It listens.
    case listening
    /// Another process listens; this one reads the store and takes over when the other ends. Its id, where it said so.
    case waiting(process: Int32?)
    /// It was told not to listen.
    case off
}

/// Runs the ways in of a process: its files always, its listeners while it holds the store's lock.
struct WaysIn: Sendable {
    let backend: Backend
    /// Files and folders to follow.
    let paths: [String]
    /// Called whenever the role changes, first with the one at the start.
    let onChange: @Sendable (ListenerRole) -> Void

    /// Works until the task is cancelled; what was taken by then is stored.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if !paths.isEmpty {
                let files = backend.ingest(paths: paths, listens: false)
                group.addTask { await files.run() }
            }
            group.addTask { try await listen() }
            try await group.waitForAll()
        }
    }

    private func listen() async throws {
        guard backend.settings.listens else {
            onChange(.off)
            return
        }
        let store = backend.settings.store
        let lock: StoreLock
        if let free = try StoreLock.tryAcquire(storeAt: store) {
            lock = free
        } else {
            onChange(.waiting(process: StoreLock.holder(storeAt: store)))
            lock = try await StoreLock.acquire(storeAt: store)
        }
        onChange(.listening)
        await backend.ingest(paths: [], listens: true).run()
        // The lock is given back only when nothing of ours listens any more.
        withExtendedLifetime(lock) {}
    }
}
