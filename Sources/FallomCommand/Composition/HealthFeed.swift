import ClickHouseStore
import Console
import Display
import Ingest
import Synchronization

/// The health of the ways in as the console shows it: what the sources say, and who listens.
final class HealthFeed: Sendable {
    /// What the console reads: the newest only.
    let stream: AsyncStream<ConsoleHealth>

    private struct State {
        var ingest = Ingest.IngestHealth()
        /// What stands in the place of our own listeners: those of another process, or why there are none.
        var listeners: [ConsoleHealth.Source] = []
        /// Where the process that listens in our place does so.
        var httpAddress: String?
        /// Why old spans cannot be removed.
        var retention: [ConsoleHealth.Source] = []
        /// How the sending on fares.
        var forward: [ConsoleHealth.Source] = []
        /// What the store's server is working on.
        var asking: String?
        /// Work beside the ways in that goes on.
        var activity: String?
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

    /// That another process listens in our place, or no longer does, or why nothing is listened to.
    func tell(role: ListenerRole, settings: Settings) {
        update { state in
            state.httpAddress = nil
            switch role {
            case .listening, .off, .readOnly: state.listeners = []
            case .waiting:
                state.httpAddress = "\(settings.http.host):\(settings.http.port)"
                state.listeners = [("http", settings.http), ("grpc", settings.grpc), ("udp", settings.udp)].map {
                    name, endpoint in
                    ConsoleHealth.Source(name: "\(name) \(endpoint.port)", state: .elsewhere)
                }
            case .failed(let failure):
                state.listeners = [ConsoleHealth.Source(name: "not listening:", state: .failed(failure.message))]
            }
        }
    }

    /// What goes on beside the ways in; `nil` when it is over.
    func tell(activity: String?) {
        update { $0.activity = activity }
    }

    /// That old spans cannot be removed, or can again.
    func tell(retention failure: CommandFailure?) {
        update { state in
            state.retention = []
            guard let failure else { return }
            state.retention.append(
                ConsoleHealth.Source(name: "nothing old is removed:", state: .failed(failure.message)))
        }
    }

    /// How the sending on fares.
    func tell(forward health: Forwarder.Health) {
        update { state in
            let behind = health.behind > 0 ? " \(Figure.count(health.behind)) behind" : ""
            let refused = health.refused > 0 ? " \(Figure.count(health.refused)) refused" : ""
            let trouble = health.trouble.map { ConsoleHealth.Source.State.failed($0) }
            state.forward = [
                ConsoleHealth.Source(name: "forward" + behind + refused, state: trouble ?? .listening)
            ]
        }
    }

    /// What the store's server has been working on for a while, or that it has answered.
    func tell(asking work: ServerWork?) {
        update { $0.asking = work?.words }
    }

    private func update(_ change: (inout State) -> Void) {
        let health = state.withLock { state in
            change(&state)
            var health = ConsoleHealth(state.ingest)
            health.sources = state.listeners + health.sources + state.forward + state.retention
            health.httpAddress = health.httpAddress ?? state.httpAddress
            health.asking = state.asking
            health.activity = health.activity ?? state.activity
            return health
        }
        continuation.yield(health)
    }
}

extension ServerWork {
    /// In a few words: `asking 3.5s, 1.2 GB, 40%`.
    var words: String {
        var words = "asking \(Figure.duration(Int64(seconds * 1e9)))"
        if bytes > 0 { words += ", \(Figure.bytes(bytes))" }
        if rows > 0, allRows >= rows { words += ", \(Figure.percent(rows, of: allRows))" }
        return words
    }
}
