import TraceStore
import WorkspaceModel

/// All that trying calls again needs, put together for a command.
struct TrialBench: Sendable {
    let settings: Settings
    let store: TraceStore
    let access: WorkspaceAccess
    let runner: TrialRunner

    /// Opens the store that must be there.
    init(_ shared: SharedOptions) throws {
        let environment = ProcessEnvironment.current()
        settings = try shared.settings(environment)
        _ = try StoreAccess.reader(settings)
        store = try StoreAccess.writer(settings)
        let access = WorkspaceAccess(settings)
        self.access = access
        runner = TrialRunner(
            reader: store, sink: store, settings: settings, environment: environment,
            prompts: { access.snapshot.prompts }, pricer: try PriceSources(settings).pricer(), sender: CallSender())
    }
}
