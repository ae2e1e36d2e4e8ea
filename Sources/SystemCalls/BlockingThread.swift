#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Threads for work that sleeps in the kernel, maybe for hours, where no thread of a pool should.
public enum BlockingThread {
    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a new thread and waits for it. The body must come to an end by itself when it is told to by other
    /// means (``WakePipe``); cancelling the task does not end it.
    public static func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async throws(SystemError) -> Value {
        let result: Result<Value, SystemError> = await withCheckedContinuation { continuation in
            do throws(SystemError) {
                try start { continuation.resume(returning: .success(body())) }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    /// Starts a thread that nobody waits for.
    public static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        pthread_detach(try create(body))
    }

    fileprivate static func create(_ body: @escaping @Sendable () -> Void) throws(SystemError) -> pthread_t {
        let retained = Unmanaged.passRetained(Work(body))
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(
            &thread, nil,
            { pointer in
                Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        if code == 0, let thread { return thread }
        #else
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, retained.toOpaque())
        if code == 0 { return thread }
        #endif
        retained.release()
        throw SystemError(code: code)
    }
}

#if os(Linux)
extension BlockingThread {
    /// Starts a thread that somebody will wait for.
    public static func startJoinable(_ body: @escaping @Sendable () -> Void) throws(SystemError) -> JoinableThread {
        JoinableThread(thread: try create(body))
    }
}

/// A thread that somebody waits for, once.
public struct JoinableThread: Sendable {
    fileprivate let thread: pthread_t

    /// Waits until it has ended; returns at once when it is the thread that asks.
    public func join() {
        if pthread_equal(thread, pthread_self()) == 0 { pthread_join(thread, nil) }
    }
}
#endif
