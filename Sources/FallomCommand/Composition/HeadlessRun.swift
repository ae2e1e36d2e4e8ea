import Ingest
import OrderedJSON
import SystemCalls

/// A listener without a screen: says where it listens, or why it does not, and works until it is cancelled.
struct HeadlessRun: Sendable {
    let backend: Backend
    let paths: [String]
    /// Whether somebody reads the store beside the listeners, so that what other processes store is reason enough to go
    /// on.
    var readsStore = false
    /// Whether it is of no use without the HTTP server: a script that started it would send into nothing.
    var needsHTTP = false
    /// Takes each announcement: where it listens at the start, and again when it takes over.
    let announce: @Sendable (ListenerAnnouncement) throws -> Void
    /// Tells the person what goes wrong later.
    var warn: @Sendable (String) -> Void = { StandardError.line($0) }

    func run() async throws {
        let (roles, continuation) = AsyncStream.makeStream(of: ListenerRole.self)
        let warn = warn
        for path in paths where path != "-" && !Files.exists(path) {
            warn("following \(path): it is not there yet, and waited for")
        }
        let ways = WaysIn(
            backend: backend, paths: paths, onChange: { continuation.yield($0) },
            onRetention: { failure in
                if let failure { warn("nothing old is removed: \(failure.message); it is tried again in an hour") }
            }, onForward: ForwardNews(warn: warn).tell)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await ways.run() }
            group.addTask {
                for await role in roles {
                    guard let announcement = await ListenerAnnouncement.awaited(role, backend.counters) else { return }
                    try announce(announcement)
                    if !isWorth(announcement) { throw announcement.failure }
                }
            }
            // Nothing to listen with ends the run; a way in that has come to its end does not.
            for _ in 0..<2 { try await group.next() }
        }
    }

    /// Whether there is a reason to go on.
    private func isWorth(_ announcement: ListenerAnnouncement) -> Bool {
        if needsHTTP, announcement.hasLostHTTP { return false }
        return announcement.isUseful || !paths.isEmpty || readsStore && announcement.othersMayWrite
    }
}

/// Where the listeners came to stand, once both know.
struct ListenerAnnouncement: Hashable, Sendable {
    /// The base URL of the HTTP listener, where it listens.
    var http: String?
    /// The address of the listener for gRPC, where it listens.
    var grpc: String?
    /// The address of the UDP listener, where it listens.
    var udp: String?
    /// Why one does not.
    var troubles: [String] = []
    /// What to do about them.
    var advice = "Choose other ports with --http, --grpc and --udp."
    /// Whether the HTTP server was to listen and cannot.
    var hasLostHTTP = false
    /// Whether it may listen later.
    var isWaiting = false
    /// Whether another process may well write the store, so that there is something to read.
    var othersMayWrite = false

    /// What to say of a role; waits for the listeners to be open. `nil` when the task was cancelled meanwhile.
    static func awaited(_ role: ListenerRole, _ counters: IngestCounters) async -> ListenerAnnouncement? {
        switch role {
        case .off:
            return ListenerAnnouncement(
                troubles: ["told not to listen"], advice: "Leave out --no-listen, or name files to follow.")
        case .readOnly:
            return ListenerAnnouncement(
                troubles: ["the store cannot be written: it is only read, nothing is listened to"],
                advice: "Make the store's file and folder writable, or choose another with --store.",
                othersMayWrite: true)
        case .failed(let failure):
            return ListenerAnnouncement(
                troubles: [failure.message], advice: failure.hint ?? "See 'fallom doctor'.", othersMayWrite: true)
        case .waiting(let process):
            let who = process.map { "another fallom (process \($0))" } ?? "another fallom"
            return ListenerAnnouncement(
                troubles: ["\(who) listens for this store; this one takes over when it ends"], isWaiting: true,
                othersMayWrite: true)
        case .listening:
            for await health in counters.updates() {
                if let announcement = ListenerAnnouncement(health) { return announcement }
            }
            return nil
        }
    }

    /// What to end with where nothing is gained by going on.
    var failure: CommandFailure { CommandFailure(troubles.joined(separator: "; "), hint: advice) }

    /// Whether it listens, or may listen later.
    var isUseful: Bool { http != nil || udp != nil || isWaiting }

    /// For people.
    var lines: [String] {
        [
            http.map { "listening on \($0)" }, grpc.map { "listening on grpc://\($0)" },
            udp.map { "listening on udp://\($0)" },
        ].compactMap { $0 } + troubles
    }

    /// One object of `fallom serve --json`.
    var json: JSONValue {
        .object([
            "http": .text(http), "grpc": .text(grpc), "udp": .text(udp),
            "reason": .text(troubles.isEmpty ? nil : troubles.joined(separator: "; ")),
        ])
    }
}

extension ListenerAnnouncement {
    /// Reads the health; `nil` while a listener is still starting, or not there yet.
    init?(_ health: IngestHealth) {
        guard let http = health[.http], let udp = health[.udp], http.state != .starting else { return nil }
        self.init()
        // Without HTTP there is no gRPC either, and one trouble to tell of.
        let grpc = http.state.isListening ? health[.grpc] : nil
        for source in [http, grpc, udp].compactMap({ $0 }) {
            switch source.state {
            case .starting: return nil
            case .listening(let address): isListening(source.source, at: address)
            case .portTaken(let address): cannotListen(source.source, "\(address) is in use by another process")
            case .failed(let why): cannotListen(source.source, why)
            case .reading, .following, .waiting, .finished: break
            }
        }
    }

    private mutating func isListening(_ source: IngestSource, at address: String) {
        switch source {
        case .http: http = "http://\(address)"
        case .grpc: grpc = address
        case .udp: udp = address
        case .file, .standardInput, .proxy: break
        }
    }

    private mutating func cannotListen(_ source: IngestSource, _ why: String) {
        troubles.append(why)
        if source == .http { hasLostHTTP = true }
    }
}

extension IngestState {
    fileprivate var isListening: Bool { if case .listening = self { true } else { false } }
}
