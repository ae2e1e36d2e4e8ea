import Synchronization

/// Repeats a synchronisation while its owner lives.
final class SyncLoop: Sendable {
    private let interval: Duration?
    private let time: TimeSource
    private let once: @Sendable () async -> Void
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(interval: Duration?, time: TimeSource, once: @escaping @Sendable () async -> Void) {
        self.interval = interval
        self.time = time
        self.once = once
    }

    /// Synchronises now, and then at every interval.
    func start() {
        task.withLock { task in
            guard task == nil else { return }
            task = Task.detached { [interval, time, once] in
                while !Task.isCancelled {
                    await once()
                    guard let interval else { return }
                    do { try await time.sleep(interval) } catch { return }
                }
            }
        }
    }

    func stop() {
        task.withLock { $0?.cancel() }
    }

    deinit { stop() }
}
