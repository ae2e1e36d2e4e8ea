import Ingest
import OrderedJSON

/// A listener without a screen: says where it listens, works, and says what it did.
struct HeadlessRun: Sendable {
    let backend: Backend
    let paths: [String]
    let output: StandardOutput
    let isJSON: Bool

    func run() async throws {
        let service = backend.ingest(paths: paths, listens: backend.settings.listens)
        let output = output
        let isJSON = isJSON
        let counters = backend.counters
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            group.addTask {
                for await health in counters.updates() {
                    guard let announcement = ListenerAnnouncement(health) else { continue }
                    for line in isJSON ? [announcement.json.compactText] : announcement.lines { try output.line(line) }
                    if !announcement.listens { throw CommandFailure(announcement.lines.joined(separator: "; ")) }
                    return
                }
            }
            try await group.waitForAll()
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

    /// Reads the health; `nil` while a listener is still starting.
    init?(_ health: IngestHealth) {
        for source in health.sources {
            switch (source.source, source.state) {
            case (.http, .starting), (.udp, .starting): return nil
            case (.http, .listening(let address)): http = "http://\(address)"
            case (.udp, .listening(let address)): udp = address
            case (.http, .portTaken(let address)), (.udp, .portTaken(let address)):
                troubles.append("\(address) is in use by another process")
            case (.http, .failed(let why)), (.udp, .failed(let why)): troubles.append(why)
            default: break
            }
        }
    }

    /// Whether anything listens, or was asked to.
    var listens: Bool { http != nil || udp != nil || troubles.isEmpty }

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
