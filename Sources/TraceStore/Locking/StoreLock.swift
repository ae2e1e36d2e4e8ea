internal import SystemCalls

/// Elects, of the processes that have a store open, the one that listens for spans (docs/files.md §3).
///
/// The lock is a `flock` on the file `STORE.lock`, so the kernel lets go of it whenever its holder ends, however it does.
/// The file says who holds it, for people; it stays when the lock is given back.
public final class StoreLock: Sendable {
    private let file: Descriptor

    private init(_ file: Descriptor) {
        self.file = file
    }

    /// Takes the lock of the store at `path` if nobody has it; `nil` when somebody does. It is held until the value goes.
    public static func tryAcquire(storeAt path: String) throws(StoreError) -> StoreLock? {
        try naming(path) { () throws(SystemError) in
            let file = try open(path)
            guard try file.tryLock() else { return nil }
            return signed(file)
        }
    }

    /// Waits until the lock is free and takes it. Nothing polls: a thread of its own sleeps in the kernel. A task that is
    /// cancelled stops waiting at once and throws `CancellationError`; the thread, which nothing can wake before, then
    /// gives the lock back as soon as it gets it.
    public static func acquire(storeAt path: String) async throws -> StoreLock {
        let wait = LockWait()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard wait.begin(continuation) else { return }
                do throws(SystemError) {
                    try BlockingThread.start { wait.end(Result(catching: { try waitForIt(path) })) }
                } catch {
                    wait.end(.failure(failure(path, error)))
                }
            }
        } onCancel: {
            wait.end(.failure(CancellationError()))
        }
    }

    /// The process that holds the lock of the store at `path`, as it wrote it down; `nil` when nobody does.
    public static func holder(storeAt path: String) -> Int32? {
        guard let file = try? Descriptor.open(path + ".lock", for: .reading), (try? file.facts().kind) == .file,
            (try? file.tryLock(.shared)) == false, let bytes = try? file.read(16, at: 0)
        else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    private static func waitForIt(_ path: String) throws(StoreError) -> StoreLock {
        try naming(path) { () throws(SystemError) in
            let file = try open(path)
            try file.lock()
            return signed(file)
        }
    }

    private static func open(_ path: String) throws(SystemError) -> Descriptor {
        try Descriptor.open(path + ".lock", for: .updating)
    }

    private static func signed(_ file: Descriptor) -> StoreLock {
        // What the file says is for people; the lock holds without it.
        try? file.truncate(to: 0)
        try? file.write(Array("\(Processes.ownID)\n".utf8), at: 0)
        return StoreLock(file)
    }

    private static func naming<Value>(
        _ path: String, _ body: () throws(SystemError) -> Value
    ) throws(StoreError) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw failure(path, error)
        }
    }

    private static func failure(_ path: String, _ error: SystemError) -> StoreError {
        StoreError(
            code: error.isDenied ? .notWritable : .cannotOpen, path: path + ".lock",
            message: "the lock beside the store cannot be taken (\(error))",
            advice: "make the store's folder writable, or open the store for reading")
    }
}
