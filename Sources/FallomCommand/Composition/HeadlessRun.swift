import Ingest
import OrderedJSON

/// A listener without a screen: says where it listens, or why it does not, and works until it is cancelled.
struct HeadlessRun: Sendable {
    let backend: Backend
    let paths: [String]
    /// Takes each announcement: where it listens at the start, and again when it takes over.
    let announce: @Sendable (ListenerAnnouncement) throws -> Void

    func run() async throws {
        let counters = backend.counters
        let (roles, continuation) = AsyncStream.makeStream(of: ListenerRole.self)
        let ways = WaysIn(backend: backend, paths: paths) { continuation.yield($0) }
        let announce = announce
        let readsFiles = !paths.isEmpty
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await ways.run() }
            group.addTask {
                for await role in roles {
                    let announcement = await ListenerAnnouncement.awaited(role, counters)
                    guard let announcement else { return }
                    try announce(announcement)
                    if !announcement.isUseful, !readsFiles {
                        throw CommandFailure(
                            announcement.troubles.joined(separator: "; "),
                            hint: "Choose other ports with --http and --udp.")
                    }
                }
            }
            // A way in that fails ends the run; one that has come to its end does not.
            for _ in 0..<2 { try await group.next() }
        }
    }
}

/// Where the listeners came to stand, once both know.
struct ListenerAnnouncement: Hashable, Sendable {
    /// The base URL of the HTTP listener, where it listens.
    var http: String?
    /// The address of the UDP listener, where it listens.
    var udp: String?
    /// Why one does not.
    var troubles: [String] = []
    /// Whether it may listen later.
    var isWaiting = false

    /// What to say of a role; waits for the listeners to be open. `nil` when the task was cancelled meanwhile.
    static func awaited(_ role: ListenerRole, _ counters: IngestCounters) async -> ListenerAnnouncement? {
        switch role {
        case .off:
            return ListenerAnnouncement(troubles: ["told not to listen"])
        case .waiting(let process):
            let who = process.map { "another fallom (process \($0))" } ?? "another fallom"
            return ListenerAnnouncement(
                troubles: ["\(who) listens for this store; this one takes over when it ends"], isWaiting: true)
        case .listening:
            for await health in counters.updates() {
                if let announcement = ListenerAnnouncement(health) { return announcement }
            }
            return nil
        }
    }

    /// Whether there is a reason to go on.
    var isUseful: Bool { http != nil || udp != nil || isWaiting }

    /// For people.
    var lines: [String] {
        [http.map { "listening on \($0)" }, udp.map { "listening on udp://\($0)" }].compactMap { $0 } + troubles
    }

    /// One object of `fallom serve --json`.
    var json: JSONValue {
        .object([
            "http": .text(http), "udp": .text(udp),
            "reason": .text(troubles.isEmpty ? nil : troubles.joined(separator: "; ")),
        ])
    }
}

extension ListenerAnnouncement {
    /// Reads the health; `nil` while a listener is still starting, or not there yet.
    init?(_ health: IngestHealth) {
        guard let http = health[.http], let udp = health[.udp] else { return nil }
        self.init()
        for source in [http, udp] {
            switch source.state {
            case .starting: return nil
            case .listening(let address):
                if source.source == .http { self.http = "http://\(address)" } else { self.udp = address }
            case .portTaken(let address): troubles.append("\(address) is in use by another process")
            case .failed(let why): troubles.append(why)
            default: break
            }
        }
    }
}
