internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Tells when files or folders change, without looking at them again and again: inotify, read by a thread that sleeps
/// in the kernel.
final class FolderWatcher: Sendable {
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

    private let descriptor: Int32
    private let wakePipe: WakePipe
    private let changes = Mutex(Changes())
    private let bell: AsyncStream<Void>.Continuation
    /// Rings when there are changes; rings that nobody heard are one.
    let rings: AsyncStream<Void>

    init() throws(IngestError) {
        #if os(Linux)
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            throw .system("changes of files cannot be watched (fs.inotify.max_user_instances)", errno)
        }
        #else
        throw .system("changes of files can be watched on Linux only", 0)
        #endif
        wakePipe = try WakePipe()
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit {
        closeDescriptor(descriptor)
        wakePipe.close()
    }

    /// Watches the names in a folder; `nil` when it cannot be watched.
    func watch(folder: String) -> Int32? {
        add(folder, [IN_CREATE, IN_MOVED_TO, IN_MOVED_FROM, IN_DELETE, IN_DELETE_SELF, IN_MOVE_SELF, IN_ONLYDIR])
    }

    /// Watches the content of an open file, whatever its name becomes.
    func watch(_ file: OpenFile) -> Int32? {
        add("/proc/self/fd/\(file.descriptor)", [IN_MODIFY, IN_CLOSE_WRITE])
    }

    /// Ends a watch.
    func forget(_ watch: Int32) {
        #if os(Linux)
        inotify_rm_watch(descriptor, watch)
        #endif
    }

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
        try await BlockingThread.run { self.loop() }
    }

    /// Rings without a change: somebody has news of another kind.
    func poke() {
        bell.yield()
    }

    /// Ends ``run()``.
    func stop() {
        wakePipe.wake()
    }

    #if os(Linux)
    private func add(_ path: String, _ masks: [Int32]) -> Int32? {
        let mask = masks.reduce(UInt32(0)) { $0 | UInt32(bitPattern: $1) }
        let watch = inotify_add_watch(descriptor, path, mask)
        return watch < 0 ? nil : watch
    }

    private func loop() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = readDescriptor(descriptor, &buffer, buffer.count)
            if count > 0 {
                note(buffer[..<count])
                continue
            }
            guard errno == EAGAIN || errno == EINTR else { return }
            var descriptors = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakePipe.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            while poll(&descriptors, 2, -1) < 0 {
                guard errno == EINTR else { return }
            }
            guard descriptors[1].revents == 0 else { return }
        }
    }

    private func note(_ bytes: ArraySlice<UInt8>) {
        let headSize = MemoryLayout<inotify_event>.size
        changes.withLock { changes in
            bytes.withUnsafeBytes { bytes in
                var place = 0
                while place + headSize <= bytes.count {
                    let event = bytes.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
                    place += headSize + Int(event.len)
                    if event.mask & UInt32(IN_MODIFY) != 0 {
                        changes.written.insert(event.wd)
                    } else if event.mask & UInt32(IN_CLOSE_WRITE) != 0 {
                        changes.closed.insert(event.wd)
                    } else {
                        changes.isStructural = true
                        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { changes.hasLostEvents = true }
                        if event.mask & UInt32(IN_IGNORED | IN_MOVE_SELF) != 0 { changes.lost.insert(event.wd) }
                    }
                }
            }
        }
        bell.yield()
    }
    #else
    private func add(_ path: String, _ masks: [Int32]) -> Int32? { nil }
    private func loop() {}
    #endif
}
