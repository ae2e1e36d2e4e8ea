import Ingest
import Proxy
import SpanCodec
import TraceModel
import TraceStore
import Workspace

/// All that stands behind a screen or a headless listener: store, workspace, ways in.
struct Backend: Sendable {
    let settings: Settings
    let store: any SpanStore
    let workspace: WorkspaceFolder
    /// The workspace as apps ask for it: one, whatever listens.
    let api: WorkspaceAPI
    let counters = IngestCounters()

    init(settings: Settings, store: any SpanStore) {
        self.settings = settings
        self.store = store
        workspace = WorkspaceFolder(path: settings.workspace)
        api = WorkspaceAPI(workspace)
    }

    /// Opens the store. The workspace is read when somebody first asks for it: a screen is not to wait for a large one.
    ///
    /// - Parameters:
    ///   - readsAtLeast: Whether a store that cannot be written is opened for reading alone.
    ///   - tell: Takes a sentence when a server goes away or comes back.
    static func open(
        _ settings: Settings, readsAtLeast: Bool = false, tell: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Backend {
        let store: any SpanStore
        do {
            store = try await StoreAccess.collecting(settings, tell: tell)
        } catch let error as StoreError where readsAtLeast && error.code == .notWritable {
            store = try TraceStore.openReadOnly(
                at: settings.store, configuration: try StoreAccess.configuration(settings))
        }
        return Backend(settings: settings, store: store)
    }

    /// The ways in, ready to run.
    ///
    /// - Parameters:
    ///   - paths: Files and folders to follow.
    ///   - listens: Whether the HTTP and UDP listeners are opened too.
    func ingest(paths: [String], listens: Bool) -> IngestService {
        let http = HTTPOptions(
            host: settings.http.host, port: settings.http.port,
            grpc: SocketPlace(host: settings.grpc.host, port: settings.grpc.port), key: settings.listenKey,
            origins: Set(settings.origins))
        let udp = UDPOptions(
            host: settings.udp.host, port: settings.udp.port, spillFolder: settings.spillFolder)
        let options = IngestOptions(http: listens ? http : nil, udp: listens ? udp : nil, paths: paths)
        let intake = RecordIntake(counters: counters)
        return IngestService(
            options, into: store, api: api, routes: listens ? [proxy(into: intake)] : [], intake: intake,
            counters: counters, decoder: settings.decoder, now: { .now() })
    }

    /// The way by which calls pass to their providers.
    ///
    /// - Parameters:
    ///   - upstreams: whom they go to in the place of what the settings say.
    ///   - run: the command that is run, which is the session of what says nothing of its own.
    func proxy(into intake: RecordIntake, upstreams: [ProxyUpstream] = [], run: String? = nil) -> ProxyRoute {
        ProxyRoute(
            ProxyOptions(
                upstreams: settings.upstreams + upstreams, key: settings.listenKey, session: run, run: run,
                now: { .now() }, monotonicNanoseconds: { MonotonicClock.nanoseconds },
                randomBits: { .random(in: 0...(.max)) }),
            into: intake)
    }
}
