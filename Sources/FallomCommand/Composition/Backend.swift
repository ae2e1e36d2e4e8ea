import Ingest
import SpanCodec
import TraceModel
import TraceStore
import Workspace

/// All that stands behind a screen or a headless listener: store, workspace, ways in.
struct Backend: Sendable {
    let settings: Settings
    let store: TraceStore
    let workspace: WorkspaceFolder
    /// The workspace as apps ask for it: one, whatever listens.
    let api: WorkspaceAPI
    let counters = IngestCounters()

    init(settings: Settings, store: TraceStore) {
        self.settings = settings
        self.store = store
        workspace = WorkspaceFolder(path: settings.workspace)
        api = WorkspaceAPI(workspace)
    }

    /// Opens the store. The workspace is read when somebody first asks for it: a screen is not to wait for a large one.
    ///
    /// - Parameter readsAtLeast: Whether a store that cannot be written is opened for reading alone.
    static func open(_ settings: Settings, readsAtLeast: Bool = false) throws -> Backend {
        let store: TraceStore
        do {
            store = try StoreAccess.writer(settings)
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
        return IngestService(
            options, into: store, api: api, counters: counters, decoder: settings.decoder, now: { .now() })
    }
}
