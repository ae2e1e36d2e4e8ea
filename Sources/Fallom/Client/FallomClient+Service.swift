public import ServiceLifecycle

extension FallomClient: Service {
    /// Waits for the end of the service group, then shuts down: everything the app traced until then is delivered.
    /// Put the client last in dependency order (first in the group), so that it outlives what uses it.
    public func run() async throws {
        try? await gracefulShutdown()
        await shutdown()
    }
}
