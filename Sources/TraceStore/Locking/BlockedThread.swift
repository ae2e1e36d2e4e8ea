#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A thread for work that sleeps in the kernel, maybe for hours, where no thread of a pool should.
final class BlockedThread: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    /// Starts it, detached; whether it could be.
    func start() -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let retained = Unmanaged.passRetained(self)
        #if canImport(Glibc)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { pointer in
                if let pointer { Unmanaged<BlockedThread>.fromOpaque(pointer).takeRetainedValue().body() }
                return nil
            }, retained.toOpaque())
        #else
        var thread: pthread_t?
        let code = pthread_create(
            &thread, &attributes,
            { pointer in
                Unmanaged<BlockedThread>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, retained.toOpaque())
        #endif
        if code != 0 { retained.release() }
        return code == 0
    }
}
