import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Delivers, when the process ends by `exit` or by the return of `main`, what clients that were not shut down still hold.
///
/// The C library calls us without an argument, so this is the one thing here that all clients of a process share. It is
/// asked once, and for a bounded time: whoever ends a process wants it to end.
final class ExitDrain: Sendable {
    /// What one client may still have to deliver.
    struct Client: Sendable {
        var isIdle: @Sendable () -> Bool
        var flush: @Sendable () async -> Void
        var limit: Duration
    }

    private struct State {
        var clients: [Int: Client] = [:]
        var nextID = 0
        var isRegistered = false
    }

    static let shared = ExitDrain()

    private let state = Mutex(State())

    private init() {}

    /// Takes note of a client; the number to forget it by.
    func add(_ client: Client) -> Int {
        let (id, mustRegister) = state.withLock { state in
            state.nextID += 1
            state.clients[state.nextID] = client
            defer { state.isRegistered = true }
            return (state.nextID, !state.isRegistered)
        }
        if mustRegister { atexit { ExitDrain.shared.drain() } }
        return id
    }

    /// Forgets a client that has delivered everything.
    func remove(_ id: Int) { state.withLock { $0.clients[id] = nil } }

    /// Forgets a client that nobody holds any more, once it has delivered what it still held.
    func release(_ id: Int) {
        guard let client = state.withLock({ $0.clients[id] }) else { return }
        guard !client.isIdle() else { return remove(id) }
        Task.detached {
            _ = await waiting(atMost: .seconds(30), .system, for: client.flush)
            self.remove(id)
        }
    }

    private func drain() {
        let clients = state.withLock { $0.clients.values.filter { !$0.isIdle() } }
        guard let limit = clients.map(\.limit).max(), limit > .zero else { return }
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            await withTaskGroup(of: Void.self) { group in
                for client in clients { group.addTask { await client.flush() } }
            }
            done.signal()
        }
        let (seconds, fraction) = limit.components
        _ = done.wait(timeout: .now() + .seconds(Int(seconds)) + .nanoseconds(Int(fraction / 1_000_000_000)))
    }
}
