import Display
import Ingest
import LocalExport
import OrderedJSON
import TraceModel
import TraceStore

/// A running demo: the listeners of the demo's store, and its load on the way to them.
struct DemoRun: Sendable {
    let backend: Backend
    let load: DemoLoad

    /// Free ports, and the demo's own store and workspace.
    static func settings(in folder: DemoFolder) -> Settings {
        Settings(
            store: folder.store, workspace: folder.workspace, http: ListenAddress(host: "127.0.0.1", port: 0),
            grpc: ListenAddress(host: "127.0.0.1", port: 0), origins: [],
            udp: ListenAddress(host: "127.0.0.1", port: 0), listens: true, listenKey: nil,
            spillFolder: folder.spill, theme: nil, priceFiles: [], retention: ConfigurationFile.Retention(),
            configurationPath: "",
            hasConfigurationFile: false)
    }

    /// Waits for the UDP listener, then sends the load until the task is cancelled or `end` has come.
    ///
    /// - Parameter feed: Told while the past is sent, which is no rate at which spans come in.
    /// - Returns: What was sent; `nil` when there was nowhere to send it.
    @discardableResult
    func play(until end: Timestamp? = nil, telling feed: HealthFeed? = nil) async -> DemoPlayer.Sent? {
        feed?.tell(activity: "making up a past")
        guard let port = await udpPort(),
            let exporter = try? UDPExporter(
                host: "127.0.0.1", port: port, options: UDPExporter.Options(spillFolder: backend.settings.spillFolder))
        else {
            feed?.tell(activity: nil)
            return nil
        }
        let player = DemoPlayer(load: load, exporter: exporter, recorder: backend.store) { feed?.tell(activity: nil) }
        let sent = await player.play(until: end)
        await exporter.shutdown()
        return sent
    }

    /// Plays for a while without a screen.
    func headless(seconds: Double) async throws -> DemoReport {
        let ways = WaysIn(backend: backend, paths: []) { _ in }
        let listening = Task { await ways.run() }
        let sent = await play(until: load.now.advanced(bySeconds: seconds)) ?? DemoPlayer.Sent()
        let stored = try await settled(sent)
        listening.cancel()
        await listening.value
        return DemoReport(
            sent: sent, stored: stored, sessions: try await backend.store.overview().sessions,
            dropped: backend.counters.health.sources.reduce(0) { $0 + $1.droppedTotal })
    }

    /// Waits until the listener has read every record, or until nothing has come for a second.
    private func settled(_ sent: DemoPlayer.Sent) async throws -> Int {
        var last = -1
        for _ in 0..<100 {
            let received = backend.counters.health[.udp]?.received ?? 0
            if received >= sent.finished + sent.started { break }
            if received == last { break }
            last = received
            try await Task.sleep(for: .milliseconds(250))
        }
        return try await backend.store.overview().spans
    }

    private func udpPort() async -> Int? {
        for await health in backend.counters.updates() {
            switch health[.udp]?.state {
            case .listening(let address): return ListenAddress(address)?.port
            case .failed, .portTaken: return nil
            default: continue
            }
        }
        return nil
    }
}

/// What a demo without a screen did.
struct DemoReport: Hashable, Sendable {
    var sent: DemoPlayer.Sent
    var stored: Int
    var sessions: Int
    var dropped: Int

    /// One line for people.
    var text: String {
        "\(Figure.count(sent.finished)) calls and \(Figure.count(sent.started)) starts sent, "
            + "\(Figure.count(stored)) spans in \(Figure.count(sessions)) sessions stored, \(dropped) dropped"
    }

    /// One object.
    var json: JSONValue {
        .object([
            "sent_finished": .count(sent.finished), "sent_started": .count(sent.started), "spans": .count(stored),
            "sessions": .count(sessions), "dropped": .count(dropped),
        ])
    }
}
