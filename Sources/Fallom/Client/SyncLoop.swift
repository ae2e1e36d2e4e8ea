import Synchronization

/// Repeats a synchronisation while its owner lives.
final class SyncLoop: Sendable {
    private let interval: Duration?
    private let time: TimeSource
    private let once: @Sendable () async -> Bool
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter once: synchronises; whether that worked.
    init(interval: Duration?, time: TimeSource, once: @escaping @Sendable () async -> Bool) {
        self.interval = interval
        self.time = time
        self.once = once
    }

    /// Synchronises now, and then at every interval; sooner after a failure: after one second, two, four and so on.
    func start() {
        task.withLock { task in
            guard task == nil else { return }
            task = Task.detached { [interval, time, once] in
                var failures = 0
                while !Task.isCancelled {
                    failures = await once() ? 0 : failures + 1
                    guard let interval else { return }
                    let wait = failures == 0 ? interval : min(interval, .seconds(1 << min(failures - 1, 5)))
                    do { try await time.sleep(wait) } catch { return }
                }
            }
        }
    }

    func stop() {
        task.withLock { $0?.cancel() }
    }

    deinit { stop() }
}
