#if os(Linux)
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells of changes below a workspace by inotify.
///
/// Every folder that matters is watched. After each wake-up the folders are listed again before the change is told, so that
/// what was put into a folder before its watch began is seen too.
final class FolderWatcher: Sendable {
    private let layout: Layout
    private let changed: @Sendable () -> Void
    private let bell = Mutex(Bell.unborn)

    /// How the waiting thread is told to end.
    private enum Bell {
        case unborn
        case waiting(descriptor: Int32)
        case stopped
    }

    /// What is watched for: everything that changes a name or ends a write.
    private static let events =
        UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_DELETE)
        | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)

    /// Prepares to call `changed` once now and after every change, on a queue of its own.
    init(layout: Layout, changed: @escaping @Sendable () -> Void) {
        self.layout = layout
        self.changed = changed
    }

    /// Begins, on a thread of its own that sleeps in the system until something happens.
    func start() {
        let events = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        var stop: [Int32] = [-1, -1]
        guard events >= 0, pipe(&stop) == 0 else {
            close(events)
            return changed()
        }
        for end in stop { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (stopEnd, bellEnd) = (stop[0], stop[1])
        let isStopped = bell.withLock { bell in
            if case .stopped = bell { return true }
            bell = .waiting(descriptor: bellEnd)
            return false
        }
        DispatchQueue(label: "fallom.workspace").async { [self] in
            if !isStopped { wait(events, stopEnd) }
            bell.withLock { $0 = .stopped }
            for descriptor in [events, stopEnd, bellEnd] { close(descriptor) }
        }
    }

    /// Ends; no call follows but one that is already running.
    func stop() {
        bell.withLock { bell in
            if case .waiting(let descriptor) = bell { _ = write(descriptor, "\n", 1) }
            bell = .stopped
        }
    }

    private func wait(_ events: Int32, _ stop: Int32) {
        var ends = [
            pollfd(fd: events, events: Int16(POLLIN), revents: 0), pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
        ]
        while ends[1].revents == 0 {
            Self.drain(events)
            Self.watch(layout, events)
            changed()
            while poll(&ends, 2, -1) < 0, errno == EINTR {}
        }
    }

    /// Reads all that inotify has to say; what it says in detail does not matter, since everything is listed again.
    private static func drain(_ descriptor: Int32) {
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { room in
            while read(descriptor, room.baseAddress, room.count) > 0 {}
        }
    }

    /// Watches the workspace's folders; those watched already stay watched. While the workspace is not there, the nearest
    /// folder above it is watched.
    private static func watch(_ layout: Layout, _ descriptor: Int32) {
        func add(_ path: String) -> Bool { inotify_add_watch(descriptor, path, events) >= 0 }
        var root = layout.root
        while !add(root), let slash = root.lastIndex(of: "/") {
            root = slash == root.startIndex ? "/" : String(root[..<slash])
            if root == "/" {
                _ = add(root)
                break
            }
        }
        if root == layout.root, !root.contains("/"), !add(root) { _ = add(".") }
        _ = add(layout.contexts)
        for kind in Layout.Kind.allCases {
            let folder = layout.folder(kind)
            guard add(folder), let names = try? FileSystem.names(in: folder) else { continue }
            for name in names where !name.hasPrefix(".") {
                let keyFolder = "\(folder)/\(name)"
                guard add(keyFolder), kind == .prompt else { continue }
                for version in (try? FileSystem.names(in: keyFolder)) ?? [] where kind.version(ofName: version) != nil {
                    _ = add("\(keyFolder)/\(version)")
                }
            }
        }
    }
}
#endif
