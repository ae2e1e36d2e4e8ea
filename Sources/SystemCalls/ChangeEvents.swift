#if os(Linux)
#if canImport(Glibc)
import Glibc
#endif

/// Tells when names in folders or the content of files change, without looking at them again and again: inotify, waited
/// for by a thread that sleeps in the kernel.
public final class ChangeEvents: Sendable {
    /// What happened to what is watched.
    public struct Kind: OptionSet, Sendable {
        /// The bits as the system has them.
        public let rawValue: UInt32

        /// Makes a set of those bits.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        private init(_ mask: some BinaryInteger) {
            self.rawValue = UInt32(truncatingIfNeeded: mask)
        }

        /// A name was made in the folder.
        public static let created = Kind(IN_CREATE)
        /// A name was moved into the folder.
        public static let movedIn = Kind(IN_MOVED_TO)
        /// A name was moved out of the folder.
        public static let movedOut = Kind(IN_MOVED_FROM)
        /// A name was removed from the folder.
        public static let removed = Kind(IN_DELETE)
        /// The content changed.
        public static let written = Kind(IN_MODIFY)
        /// Somebody who could write closed it.
        public static let closedByWriter = Kind(IN_CLOSE_WRITE)
        /// What is watched is gone.
        public static let selfRemoved = Kind(IN_DELETE_SELF)
        /// What is watched has another name.
        public static let selfMoved = Kind(IN_MOVE_SELF)
        /// The watch has ended.
        public static let ended = Kind(IN_IGNORED)
        /// So much happened that events were lost: anything may have changed.
        public static let lost = Kind(IN_Q_OVERFLOW)
        /// Not an event: watch the path only if it is a folder.
        public static let onlyFolders = Kind(IN_ONLYDIR)

        /// Whatever changes the names in a folder, or the folder itself.
        public static let names: Kind = [
            .created, .movedIn, .movedOut, .removed, .selfRemoved, .selfMoved, .onlyFolders,
        ]
    }

    /// One event.
    public struct Event {
        /// The watch it is about.
        public let watch: Int32
        /// What happened.
        public let kind: Kind
        /// The name in the folder, in UTF-8; empty where the event is about what is watched itself.
        public let name: Slice<UnsafeRawBufferPointer>
    }

    /// How a wait ended.
    public enum Wait: Sendable {
        /// There are events to ``drain(_:)``.
        case events
        /// The time is over.
        case timeout
        /// Somebody called ``stop()``.
        case stopped
    }

    private let events: Descriptor
    private let stopping: WakePipe

    /// Begins to watch nothing yet. Fails when the user has too many watchers (`fs.inotify.max_user_instances`).
    public init() throws(SystemError) {
        events = Descriptor(owning: try retrying { inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) })
        stopping = try WakePipe()
    }

    /// Watches a path; `nil` when it cannot be. A path that is watched already keeps its watch.
    public func watch(_ path: String, for kind: Kind) -> Int32? {
        let watch = inotify_add_watch(events.number, path, kind.rawValue)
        return watch < 0 ? nil : watch
    }

    /// Watches what is open, whatever its name becomes.
    public func watch(_ file: Descriptor, for kind: Kind) -> Int32? {
        watch("/proc/self/fd/\(file.number)", for: kind)
    }

    /// Ends a watch.
    public func forget(_ watch: Int32) {
        inotify_rm_watch(events.number, watch)
    }

    /// Waits for events, or for ``stop()``, which it remembers.
    public func wait(milliseconds: Int32 = -1) throws(SystemError) -> Wait {
        let ready = try Descriptor.waitForInput([stopping.readEnd, events], milliseconds: milliseconds)
        return ready[0] ? .stopped : ready[1] ? .events : .timeout
    }

    /// Waits for ``stop()`` alone; whether it was called in that time.
    public func isStopped(within milliseconds: Int32) -> Bool {
        (try? Descriptor.waitForInput([stopping.readEnd], milliseconds: milliseconds)[0]) ?? true
    }

    /// Ends every wait, now and later. May be called from any thread.
    public func stop() {
        stopping.wake()
    }

    /// Takes all events there are.
    public func drain(_ take: (Event) -> Void = { _ in }) {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 8) { room in
            while let count = try? events.read(into: room), count > 0 {
                Self.read(UnsafeRawBufferPointer(rebasing: room[..<count]), take)
            }
        }
    }

    private static func read(_ bytes: UnsafeRawBufferPointer, _ take: (Event) -> Void) {
        let header = MemoryLayout<inotify_event>.size
        var place = 0
        while place + header <= bytes.count {
            let event = bytes.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
            let end = min(place + header + Int(event.len), bytes.count)
            let name = bytes[(place + header)..<end].prefix { $0 != 0 }
            take(Event(watch: event.wd, kind: Kind(rawValue: event.mask), name: name))
            place = end
        }
    }
}
#endif
