#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Elects, of the processes that have a store open, the one that listens for spans (design §7, Processes).
///
/// The lock is a `flock` on the file `STORE.lock`, so the kernel lets go of it whenever its holder ends, however it does.
/// The file says who holds it, for people; it stays when the lock is given back.
public final class StoreLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock of the store at `path` if nobody has it; `nil` when somebody does. It is held until the value goes.
    public static func tryAcquire(storeAt path: String) throws(StoreError) -> StoreLock? {
        let descriptor = try openFile(path)
        let code = lock(descriptor, LOCK_EX | LOCK_NB)
        guard code == 0 else {
            close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw failure(path, code)
        }
        sign(descriptor)
        return StoreLock(descriptor: descriptor)
    }

    /// Waits until the lock is free and takes it. Nothing polls: a thread of its own sleeps in the kernel. A task that is
    /// cancelled stops waiting at once and throws `CancellationError`; the thread, which nothing can wake before, then
    /// gives the lock back as soon as it gets it.
    public static func acquire(storeAt path: String) async throws -> StoreLock {
        let wait = LockWait()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard wait.begin(continuation) else { return }
                let thread = BlockedThread { wait.end(Result(catching: { try waitForIt(path) })) }
                if !thread.start() { wait.end(.failure(failure(path, EAGAIN))) }
            }
        } onCancel: {
            wait.end(.failure(CancellationError()))
        }
    }

    /// The process that holds the lock of the store at `path`, as it wrote it down; `nil` when nobody does.
    public static func holder(storeAt path: String) -> Int32? {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if lock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(descriptor, &bytes, bytes.count)
        return Int32(String(decoding: bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    private static func waitForIt(_ path: String) throws(StoreError) -> StoreLock {
        let descriptor = try openFile(path)
        let code = lock(descriptor, LOCK_EX)
        guard code == 0 else {
            close(descriptor)
            throw failure(path, code)
        }
        sign(descriptor)
        return StoreLock(descriptor: descriptor)
    }

    private static func openFile(_ path: String) throws(StoreError) -> Int32 {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, errno) }
        return descriptor
    }

    /// Gives 0, or the error's number.
    private static func lock(_ descriptor: Int32, _ operation: Int32) -> Int32 {
        while true {
            if flock(descriptor, operation) == 0 { return 0 }
            let code = errno
            if code != EINTR { return code }
        }
    }

    private static func sign(_ descriptor: Int32) {
        let line = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, line, line.count, 0)
    }

    private static func failure(_ path: String, _ code: Int32) -> StoreError {
        StoreError(
            code: code == EACCES || code == EROFS || code == EPERM ? .notWritable : .cannotOpen, path: path + ".lock",
            message: "the lock beside the store cannot be taken (\(String(cString: strerror(code))))",
            advice: "make the store's folder writable, or open the store for reading")
    }
}
