#if os(Linux)
internal import Glibc
internal import Synchronization

/// Notices that another process has written to the store: the kernel tells when its write-ahead log is written or
/// created. A thread sleeps in the kernel until then, so nothing wakes while nothing happens.
///
/// A write to the log becomes visible a moment after the kernel tells of it, when the writer updates the log's index.
/// So a check that finds nothing new is repeated a few times, with growing pauses, and then no more.
final class ChangeWatcher: Sendable {
    /// Closing it ends the thread, which has the other end of the pipe.
    private let stopper: Mutex<Int32>

    /// Starts to watch the store at `path`. `check` looks whether there is anything new; it is called on a thread of the
    /// watcher's own. `nil` when the kernel has no watches left.
    init?(path: String, check: @escaping @Sendable () -> Bool) {
        guard let log = LogWatch(path: path) else { return nil }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            log.end()
            return nil
        }
        let ending = ends[0]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let thread = BlockedThread {
            ChangeWatcher.run(log, ending, check)
            log.end()
            close(ending)
        }
        stopper = Mutex(ends[1])
        guard !thread.start() else { return }
        log.end()
        close(ending)
        return nil
    }

    deinit {
        stop()
    }

    /// Stops watching.
    func stop() {
        stopper.withLock { stopper in
            if stopper >= 0 { close(stopper) }
            stopper = -1
        }
    }

    /// After a check, milliseconds until the next one that finds nothing.
    private static let pauses: [Int32] = [1, 10, 100]
    /// A log that is written without end is looked at so often, in milliseconds.
    private static let breath: Int32 = 4

    private static func run(_ log: LogWatch, _ ending: Int32, _ check: @Sendable () -> Bool) {
        var log = log
        var again = ArraySlice<Int32>()
        while true {
            var waits = [
                pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
                pollfd(fd: log.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&waits, 2, again.first ?? -1)
            if count < 0, errno != EINTR { return }
            if waits[0].revents != 0 { return }
            if count == 0 {
                again = check() ? [] : again.dropFirst()
            } else if waits[1].revents != 0, log.drain() {
                again = check() ? [] : pauses[...]
                if poll(&waits, 1, breath) > 0 { return }
            }
        }
    }
}

/// What the kernel watches: the log, and the folder in which it may be created.
private struct LogWatch: Sendable {
    let descriptor: Int32
    private let path: String
    private let name: String

    init?(path store: String) {
        let log = store + "-wal"
        path = log
        let slash = log.lastIndex(of: "/")
        name = slash.map { String(log[log.index(after: $0)...]) } ?? log
        let folder = slash.map { $0 == log.startIndex ? "/" : String(log[..<$0]) } ?? "."
        let watching = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard watching >= 0 else { return nil }
        guard inotify_add_watch(watching, folder, UInt32(IN_CREATE | IN_MOVED_TO)) >= 0 else {
            close(watching)
            return nil
        }
        descriptor = watching
        // A log that is not there yet is watched when it comes.
        _ = inotify_add_watch(descriptor, path, UInt32(IN_MODIFY))
    }

    func end() {
        close(descriptor)
    }

    /// Takes all events; whether any is about the log.
    mutating func drain() -> Bool {
        var isOurs = false
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16384, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count > 0 else { return isOurs }
            isOurs = notice(UnsafeRawBufferPointer(rebasing: buffer[..<count])) || isOurs
        }
    }

    private func notice(_ events: UnsafeRawBufferPointer) -> Bool {
        let header = MemoryLayout<inotify_event>.size
        var isOurs = false
        var at = 0
        while at + header <= events.count {
            let event = events.loadUnaligned(fromByteOffset: at, as: inotify_event.self)
            let end = min(at + header + Int(event.len), events.count)
            let isLog = events[(at + header)..<end].prefix { $0 != 0 }.elementsEqual(name.utf8)
            at = end
            // When events were lost, anything may have happened.
            if event.mask & UInt32(IN_Q_OVERFLOW | IN_MODIFY) != 0 { isOurs = true }
            if event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0, isLog {
                _ = inotify_add_watch(descriptor, path, UInt32(IN_MODIFY))
                isOurs = true
            }
        }
        return isOurs
    }
}
#else
internal import Dispatch
internal import Darwin
internal import Synchronization

/// Notices that another process has written to the store: the kernel tells when its write-ahead log is written.
final class ChangeWatcher: Sendable {
    private let source: Mutex<(any DispatchSourceFileSystemObject)?>

    /// Starts to watch the store at `path`. `check` looks whether there is anything new. `nil` when there is no log.
    init?(path: String, check: @escaping @Sendable () -> Bool) {
        let descriptor = open(path + "-wal", O_EVTONLY)
        guard descriptor >= 0 else { return nil }
        let queue = DispatchQueue(label: "fallom.store.changes", qos: .userInitiated)
        let source = DispatchSource.makeFileSystemObjectSource(
            fileDescriptor: descriptor, eventMask: [.write, .extend], queue: queue)
        source.setEventHandler {
            // The write becomes visible a moment after the kernel tells of it.
            if !check() { queue.asyncAfter(deadline: .now() + .milliseconds(10)) { _ = check() } }
        }
        source.setCancelHandler { close(descriptor) }
        self.source = Mutex(source)
        source.resume()
    }

    /// Stops watching.
    func stop() {
        source.withLock { source in
            source?.cancel()
            source = nil
        }
    }
}
#endif
