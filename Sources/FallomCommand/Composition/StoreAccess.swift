import Pricing
import SystemCalls
import TraceModel
import TraceStore

/// Opens the store as a command needs it.
enum StoreAccess {
    /// What to do when there is nothing to show.
    static let emptyHint = "the store is empty; run your app with the lines of 'fallom env', or try 'fallom demo'"

    /// The store, to read from.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or the store's own error with what to do.
    static func reader(_ settings: Settings) throws -> TraceStore {
        guard Files.exists(settings.store) else {
            throw CommandFailure(
                "there is no store at \(settings.store) yet",
                hint: "Start 'fallom' or 'fallom serve', or import a file: 'fallom import PATH'.")
        }
        return try TraceStore.openReadOnly(at: settings.store, configuration: try configuration(settings))
    }

    /// The store, made where there is none, to write to.
    static func writer(_ settings: Settings) throws -> TraceStore {
        try TraceStore.open(at: settings.store, configuration: try configuration(settings))
    }

    /// How every command opens it.
    static func configuration(_ settings: Settings) throws -> TraceStoreConfiguration {
        let pricer = try PriceSources(settings).pricer()
        return TraceStoreConfiguration(
            lookup: SpanLookup.of, runs: SpanLookup.addRuns, estimate: { pricer.estimate(for: $0) }, now: { .now() })
    }
}
