import Ingest
import TraceStore

/// Whether this process is the one that listens for its store.
enum ListenerRole: Hashable, Sendable {
    /// It listens.
    case listening
    /// Another process listens; this one reads the store and takes over when the other ends. Its id, where it said so.
    case waiting(process: Int32?)
    /// It was told not to listen, or the store cannot be written.
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
        guard !backend.store.isReadOnly else {
            onChange(.off)
            return
        }
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
        await withTaskGroup(of: Void.self) { group in
            let service = backend.ingest(paths: [], listens: true)
            group.addTask { await service.run() }
            if let care = RetentionCare(backend) { group.addTask { await care.run() } }
            await group.waitForAll()
        }
        // The lock is given back only when nothing of ours listens any more.
        withExtendedLifetime(lock) {}
    }
}

/// Keeps the store as small and as young as the settings say: at the start, and once an hour.
private struct RetentionCare: Sendable {
    private let store: TraceStore
    private let policy: RetentionPolicy

    /// `nil` where everything is kept.
    init?(_ backend: Backend) {
        let retention = backend.settings.retention
        guard retention.days != nil || retention.megabytes != nil else { return nil }
        store = backend.store
        policy = RetentionPolicy(
            maxAgeNanoseconds: retention.days.map { Self.product($0, 86_400_000_000_000) },
            maxBytes: retention.megabytes.map { Self.product($0, 1_000_000) })
    }

    /// `value` times `unit`, as large as there is room for.
    private static func product(_ value: Int, _ unit: Int64) -> Int64 {
        let (product, isTooLarge) = Int64(value).multipliedReportingOverflow(by: unit)
        return isTooLarge ? .max : product
    }

    func run() async {
        repeat {
            // What could not be removed now is removed in an hour.
            _ = try? await store.retain(policy)
        } while (try? await Task.sleep(for: .seconds(3600))) != nil
    }
}
