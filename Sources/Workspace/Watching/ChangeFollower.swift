import Synchronization
import TraceModel
import WorkspaceModel

/// Reads a workspace again after each change and tells whoever listens: one watcher, however many there are.
final class ChangeFollower: Sendable {
    private let readings = Broadcast<WorkspaceSnapshot?, WorkspaceSnapshot>(nil) { $0 }
    private let watcher = Mutex<WorkspaceWatcher?>(nil)

    /// What was read last, and every reading from now on.
    func stream() -> AsyncStream<WorkspaceSnapshot> { readings.stream(isFromNow: true) }

    /// Begins to watch, unless it does already: reads once now and after every change.
    func start(_ layout: Layout, reading: @escaping @Sendable () -> WorkspaceSnapshot?) {
        let begun = watcher.withLock { watcher -> WorkspaceWatcher? in
            guard watcher == nil else { return nil }
            let begun = WorkspaceWatcher(layout: layout) { [readings] in
                guard let snapshot = reading() else { return }
                readings.change {
                    $0 = snapshot
                    return true
                }
            }
            watcher = begun
            return begun
        }
        begun?.start()
    }

    /// Ends the watcher and every stream.
    func stop() {
        watcher.withLock { $0?.stop() }
        readings.finish()
    }
}
