internal import Synchronization
internal import SystemCalls

/// Tells a follower when its files or their folder change, gathered until it asks.
final class FollowWatcher: Sendable {
    /// What changed since somebody last asked.
    struct Changes: Sendable {
        /// Watches that saw their file written to.
        var written: Set<Int32> = []
        /// Watches that saw their file closed by a writer.
        var closed: Set<Int32> = []
        /// Whether names in a watched folder may have changed: look at everything.
        var isStructural = false
        /// Whether so much happened that events were lost: any file may have changed.
        var hasLostEvents = false
        /// Watches that are no more: their file or folder is gone or moved.
        var lost: Set<Int32> = []

        var isEmpty: Bool { written.isEmpty && closed.isEmpty && !isStructural }
    }

    private let events: ChangeEvents
    private let changes = Mutex(Changes())
    private let bell: AsyncStream<Void>.Continuation
    /// Rings when there are changes; rings that nobody heard are one.
    let rings: AsyncStream<Void>

    init() throws(IngestError) {
        do throws(SystemError) {
            events = try ChangeEvents()
        } catch {
            throw .system("changes of files cannot be watched (fs.inotify.max_user_instances)", error)
        }
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Watches the names in a folder; `nil` when it cannot be watched.
    func watch(folder: String) -> Int32? { events.watch(folder, for: .names) }

    /// Watches the content of an open file, whatever its name becomes.
    func watch(_ file: Descriptor) -> Int32? { events.watch(file, for: [.written, .closedByWriter]) }

    /// Ends a watch.
    func forget(_ watch: Int32) { events.forget(watch) }

    /// What changed since the last call.
    func take() -> Changes {
        changes.withLock { changes in
            defer { changes = Changes() }
            return changes
        }
    }

    /// Reads events until ``stop()``.
    func run() async throws(IngestError) {
        // Also where no thread can be started: whoever waits for the bell would wait for ever.
        defer { bell.finish() }
        do throws(SystemError) {
            try await BlockingThread.run { self.loop() }
        } catch {
            throw .system("a thread cannot be started", error)
        }
    }

    /// Rings without a change: somebody has news of another kind.
    func poke() {
        bell.yield()
    }

    /// Ends ``run()``.
    func stop() {
        events.stop()
    }

    private func loop() {
        while let wait = try? events.wait(), wait == .events {
            changes.withLock { changes in events.drain { changes.note($0) } }
            bell.yield()
        }
    }
}

extension FollowWatcher.Changes {
    fileprivate mutating func note(_ event: ChangeEvents.Event) {
        if event.kind.contains(.written) {
            written.insert(event.watch)
        } else if event.kind.contains(.closedByWriter) {
            closed.insert(event.watch)
        } else {
            isStructural = true
            if event.kind.contains(.lost) { hasLostEvents = true }
            if !event.kind.isDisjoint(with: [.ended, .selfMoved]) { lost.insert(event.watch) }
        }
    }
}
