import Assignment

/// Which model a session gets: sticky, weighted, targeted, decided here without asking anybody (assignment contract).
public final class ModelsClient: Sendable {
    private let source: CatalogSource<ModelConfig>
    private let recorder: AssignmentRecorder
    private let contexts: ContextTable
    private let log: DebugLog

    init(
        _ configuration: ResolvedConfiguration, _ options: FallomOptions, _ transport: any HTTPTransport,
        contexts: ContextTable, log: DebugLog
    ) {
        let fetcher = Fetcher(
            service: configuration.configs, apiKey: configuration.apiKey, transport: transport,
            timeout: options.fetchTimeout, time: options.time, log: log, isEnabled: configuration.syncsConfigs,
            variable: "FALLOM_CONFIGS_URL", hasLoop: options.syncInterval != nil && configuration.syncsConfigs)
        source = CatalogSource(reading: .init(path: "configs", member: "configs"), fetcher: fetcher)
        recorder = AssignmentRecorder(fetcher: fetcher, options: options)
        self.contexts = contexts
        self.log = log
    }

    /// The model for a session.
    ///
    /// A config that is known is answered at once, without I/O. One that is not is fetched first, for two seconds
    /// (``FallomOptions/fetchTimeout``) at most in all, and not again within five seconds. While the service gives no
    /// answer nobody waits for it. Every answer but a fallback is recorded with the service, once for each session,
    /// config, version and model, by itself.
    ///
    /// - Parameters:
    ///   - key: the config.
    ///   - sessionID: what the weighted draw depends on.
    ///   - fallback: the answer in place of any error; an empty one counts as none.
    ///   - version: a pinned version, 0 included; `nil` for the current one.
    ///   - customerID: for individual targeting; overrides the context's `customerId` unless empty.
    ///   - context: what rules are evaluated against.
    /// - Throws: ``AssignmentFailure`` when there is no answer and no fallback.
    public nonisolated(nonsending) func get(
        _ key: String, sessionID: String, fallback: String? = nil, version: Int? = nil, customerID: String? = nil,
        context: TargetingContext = TargetingContext()
    ) async throws(AssignmentFailure) -> String {
        let context = context.context
        if !context.isEmpty { contexts.keep(context, sessionID: sessionID) }
        do throws(AssignmentError) {
            if version == nil, let held = source.snapshot.current(key) {
                let answer = try held.record.assign(sessionID: sessionID, customerID: customerID, context: context)
                record(held.record, sessionID, answer.model)
                return answer.model
            }
            let config = try await config(key, version)
            let answer = try config.assign(sessionID: sessionID, customerID: customerID, context: context)
            record(config, sessionID, answer.model)
            return answer.model
        } catch {
            guard let fallback, !fallback.isEmpty else { throw AssignmentFailure(error) }
            warn(key, error, fallback)
            return fallback
        }
    }

    /// The model for a session, and why: every condition tried, the bucket, where a published SDK answers otherwise.
    /// Recorded like ``get(_:sessionID:fallback:version:customerID:context:)``.
    public nonisolated(nonsending) func assignment(
        _ key: String, sessionID: String, fallback: String? = nil, version: Int? = nil, customerID: String? = nil,
        context: TargetingContext = TargetingContext()
    ) async throws(AssignmentFailure) -> ModelAssignment {
        let context = context.context
        if !context.isEmpty { contexts.keep(context, sessionID: sessionID) }
        let fallback = fallback.flatMap { $0.isEmpty ? nil : $0 }
        do throws(AssignmentError) {
            let config = try await config(key, version)
            let evaluation = config.evaluate(
                sessionID: sessionID, customerID: customerID, context: context, fallback: fallback)
            guard let model = evaluation.model else { throw evaluation.error ?? .configNotFound(key: key) }
            if evaluation.error == nil { record(config, sessionID, model) }
            return ModelAssignment(model: model, evaluation)
        } catch {
            guard let fallback else { throw AssignmentFailure(error) }
            warn(key, error, fallback)
            return ModelAssignment(fallback: fallback, for: error)
        }
    }

    /// How the synchronisation goes.
    public var status: SyncStatus { source.snapshot.status }

    /// Fetches the configs now.
    public func sync() async { await source.sync() }

    func syncInLoop() async -> Bool { await source.syncInLoop() }

    /// What became of the recorded assignments.
    public var counters: DeliveryCounters { DeliveryCounters(recorder.counters) }

    func flush() async { await recorder.flush() }
    func shutdown(within limit: Duration) async { await recorder.shutdown(within: limit) }
    func abandon() { recorder.abandon() }

    /// Says that a fallback was taken: once for a key and minute.
    private func warn(_ key: String, _ error: AssignmentError, _ fallback: String) {
        log.warning(cause: "fallback for \(key)") { count in
            error.warning(fallback: fallback) + (count > 1 ? ", \(count) times" : "")
        }
    }

    private nonisolated(nonsending) func config(
        _ key: String, _ version: Int?
    ) async throws(AssignmentError) -> ModelConfig {
        let known: AssignmentError
        do throws(AssignmentError) {
            return try source.snapshot.catalog.config(key: key, version: version)
        } catch {
            known = error
        }
        // Not known: the slow path, within one limit for all that it waits for.
        var patience = source.patience()
        if source.snapshot.catalog[key] == nil { await source.syncUnlessRecent(&patience) }
        if let version, source.snapshot.catalog[key]?.records[version] == nil {
            await source.fetchVersion(key: key, version: version, &patience)
        }
        if case .noCachedVersion = known { await source.syncUnlessRecent(&patience) }
        do throws(AssignmentError) {
            return try source.snapshot.catalog.config(key: key, version: version)
        } catch {
            throw explained(error)
        }
    }

    /// The error, with the service that was asked.
    private func explained(_ error: AssignmentError) -> AssignmentError {
        guard case .configNotFound(let key, _) = error else { return error }
        let (place, reason) = source.whereabouts()
        return place.map { .configNotFound(key: key, service: $0) } ?? .serviceUnavailable(key: key, reason: reason)
    }

    private func record(_ config: ModelConfig, _ sessionID: String, _ model: String) {
        guard recorder.isEnabled, config.version > 0 else { return }
        var hasher = Hasher()
        for text in [sessionID, config.key, model] { hasher.combine(bytesOf: text) }
        hasher.combine(config.version)
        recorder.add(
            .init(key: config.key, version: config.version, sessionID: sessionID, model: model),
            hash: hasher.finalize())
    }
}

extension Hasher {
    /// Adds a text by its bytes, however it is composed.
    fileprivate mutating func combine(bytesOf text: String) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { combine(bytes: UnsafeRawBufferPointer($0)) }
        if isDone == nil { for byte in text.utf8 { combine(byte) } }
        combine(0xFF as UInt8)
    }
}
