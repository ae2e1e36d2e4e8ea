import Console
import Ingest
import Synchronization

/// The health of the ways in as the console shows it: what the sources say, and who listens.
final class HealthFeed: Sendable {
    /// What the console reads: the newest only.
    let stream: AsyncStream<ConsoleHealth>

    private struct State {
        var ingest = Ingest.IngestHealth()
        var elsewhere: [ConsoleHealth.Source] = []
    }

    private let state = Mutex(State())
    private let continuation: AsyncStream<ConsoleHealth>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: ConsoleHealth.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// The sources' own figures.
    func tell(_ health: Ingest.IngestHealth) {
        update { $0.ingest = health }
    }

    /// That another process listens in our place, or no longer does.
    func tell(role: ListenerRole, settings: Settings) {
        update { state in
            switch role {
            case .listening, .off: state.elsewhere = []
            case .waiting:
                state.elsewhere = [("http", settings.http), ("udp", settings.udp)].map { name, endpoint in
                    ConsoleHealth.Source(name: "\(name) \(endpoint.port)", state: .elsewhere)
                }
            }
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let health = state.withLock { state in
            change(&state)
            var health = ConsoleHealth(state.ingest)
            health.sources = state.elsewhere + health.sources
            return health
        }
        continuation.yield(health)
    }
}
