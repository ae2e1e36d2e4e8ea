#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Runs blocking work on a thread of its own, so that no shared pool starves while a socket or a pipe is silent.
enum BlockingThread {
    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a new thread and waits for it. The body must come to an end by itself when it is told to by other
    /// means (a byte in a pipe); cancelling the task does not end it.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws(IngestError) -> Value {
        let result: Result<Value, IngestError> = await withCheckedContinuation { continuation in
            let work = Work { continuation.resume(returning: .success(body())) }
            if let code = start(work) {
                continuation.resume(returning: .failure(.system("a thread cannot be started", code)))
            }
        }
        return try result.get()
    }

    /// Starts a detached thread; the error number when it cannot.
    private static func start(_ work: Work) -> Int32? {
        let retained = Unmanaged.passRetained(work)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(
            &thread, &attributes,
            { pointer in
                Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        #else
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { pointer in
                if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, retained.toOpaque())
        #endif
        guard code != 0 else { return nil }
        retained.release()
        return code
    }
}

/// A pipe that ends a blocking wait.
struct WakePipe: Sendable {
    let readEnd: Int32
    private let writeEnd: Int32

    init() throws(IngestError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("a pipe cannot be made", errno) }
        readEnd = ends[0]
        writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    /// Wakes the waiter, now or when it next waits.
    func wake() {
        var byte: UInt8 = 1
        _ = writeDescriptor(writeEnd, &byte, 1)
    }

    /// Takes back what ``wake()`` wrote.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(readEnd, &bytes, bytes.count) > 0 {}
    }

    func close() {
        closeDescriptor(readEnd)
        closeDescriptor(writeEnd)
    }
}
