import TraceModel
import TraceStore
import WorkspaceModel

/// All that trying calls again needs, put together for a command.
struct TrialBench: Sendable {
    let settings: Settings
    /// Where recorded calls are, and the new ones go where it can be written.
    let store: any SpanStore
    let access: WorkspaceAccess
    let runner: TrialRunner

    /// Opens the store that must be there, wherever it is.
    ///
    /// - Parameter filter: what it will be asked for; of a Collector's table only that is brought.
    init(_ shared: ReadingOptions, for filter: SpanFilter) async throws {
        let environment = ProcessEnvironment.current()
        settings = try shared.settings(environment)
        // A store is not made for calls that it cannot have, and what may only be read is read alone.
        let reading = try await StoreAccess.reading(settings, for: filter)
        do {
            store = reading is CollectorMirror ? reading : try await StoreAccess.writing(settings)
        } catch let error as StoreError where error.code == .notWritable {
            store = reading
        }
        let access = WorkspaceAccess(settings)
        self.access = access
        runner = TrialRunner(
            reader: store, sink: store.isReadOnly ? nil : store, settings: settings, environment: environment,
            prompts: { access.snapshot.prompts }, pricer: try PriceSources(settings).pricer(), sender: CallSender())
    }
}
