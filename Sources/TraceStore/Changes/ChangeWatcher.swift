internal import SystemCalls

/// Notices that another process has written to the store: the kernel tells when its write-ahead log is written or
/// created. A thread sleeps in the kernel until then, so nothing wakes while nothing happens.
///
/// A write to the log becomes visible a moment after the kernel tells of it, when the writer updates the log's index.
/// So a check that finds nothing new is repeated a few times, with growing pauses, and then no more.
final class ChangeWatcher: Sendable {
    private let log: LogWatch

    /// Starts to watch the store at `path`. `check` looks whether there is anything new; it is called on a thread of the
    /// watcher's own. `nil` when the kernel has no watches left.
    init?(path: String, check: @escaping @Sendable () -> Bool) {
        guard let log = LogWatch(path: path) else { return nil }
        guard (try? BlockingThread.start({ Self.run(log, check) })) != nil else { return nil }
        self.log = log
    }

    deinit {
        stop()
    }

    /// Stops watching.
    func stop() {
        log.events.stop()
    }

    /// After a check, milliseconds until the next one that finds nothing.
    private static let pauses: [Int32] = [1, 10, 100]
    /// A log that is written without end is looked at so often, in milliseconds.
    private static let breath: Int32 = 4

    private static func run(_ log: LogWatch, _ check: @Sendable () -> Bool) {
        var again = ArraySlice<Int32>()
        while true {
            guard let wait = try? log.events.wait(milliseconds: again.first ?? -1) else { return }
            switch wait {
            case .stopped: return
            case .timeout: again = check() ? [] : again.dropFirst()
            case .events:
                guard log.drain() else { continue }
                again = check() ? [] : pauses[...]
                if log.events.isStopped(within: breath) { return }
            }
        }
    }
}

/// What the kernel watches: the log, and the folder in which it may be created.
private struct LogWatch: Sendable {
    let events: ChangeEvents
    private let path: String
    private let name: String

    init?(path store: String) {
        let log = store + "-wal"
        let folder = Files.folder(of: log)
        path = log
        name = log.lastIndex(of: "/").map { String(log[log.index(after: $0)...]) } ?? log
        guard let watcher = try? ChangeEvents(), watcher.watch(folder, for: [.created, .movedIn]) != nil else {
            return nil
        }
        events = watcher
        // A log that is not there yet is watched when it comes.
        _ = events.watch(path, for: .written)
    }

    /// Takes all events; whether any is about the log.
    func drain() -> Bool {
        var isOurs = false
        events.drain { event in
            // When events were lost, anything may have happened.
            if !event.kind.isDisjoint(with: [.lost, .written]) { isOurs = true }
            if !event.kind.isDisjoint(with: [.created, .movedIn]), event.name.elementsEqual(name.utf8) {
                _ = events.watch(path, for: .written)
                isOurs = true
            }
        }
        return isOurs
    }
}
