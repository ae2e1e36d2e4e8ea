import Dispatch

/// A thread for the screen's loop alone.
///
/// The threads of Swift's concurrency are as many as the cores: where they decode, index and sum, a key would wait until one
/// of them comes to a point at which it lets go.
final class ScreenExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "fallom.screen", qos: .userInteractive)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
