import LocalExport
import Logging
import Synchronization

/// The SDK: made once at start-up, shared by everything in the app, shut down at its end.
///
/// ```swift
/// let fallom = try FallomClient()
/// let session = fallom.session(configKey: "my-agent", sessionID: "session-123")
/// ```
public final class FallomClient: Sendable {
    package let core: ClientCore
    private let transport: any HTTPTransport
    private let sync: SyncLoop
    let otlp: OTLPSender?
    let providers: ProviderClients
    private let shutdownTimeout: Duration
    private let drainID: Int
    private let isShutDown = Mutex(false)

    /// Sets everything up. Nothing here waits for the network: the first fetch of configs and prompts runs by itself.
    ///
    /// - Throws: ``ConfigurationError`` for an option or variable that cannot be used.
    public convenience init(_ options: FallomOptions = FallomOptions()) throws(ConfigurationError) {
        try self.init(options, environment: EnvironmentVariables.current)
    }

    /// Sets everything up with an environment of the caller's choice.
    public convenience init(
        _ options: FallomOptions, environment: [String: String]
    ) throws(ConfigurationError) {
        #if AsyncHTTPClient
        let transport = AsyncHTTPTransport(time: options.time)
        #else
        let transport = URLSessionTransport(time: options.time)
        #endif
        try self.init(options, environment: environment, transport: transport)
    }

    package init(
        _ options: FallomOptions, environment: [String: String], transport: any HTTPTransport,
        exchanges: ExchangeTape? = nil
    ) throws(ConfigurationError) {
        let configuration = try ResolvedConfiguration(options, environment: environment)
        var logger = options.logger ?? Logger(label: "fallom")
        if configuration.debug { logger.logLevel = min(logger.logLevel, .debug) }
        let log = DebugLog(logger: logger, isDebug: configuration.debug, time: options.time)
        if let reason = configuration.tracingOffReason { log.warning("tracing is off: \(reason)") }
        let destinations = try Self.destinations(configuration, options, transport, log)
        let contexts = ContextTable()
        let models = ModelsClient(configuration, options, transport, contexts: contexts, log: log)
        let promptMemory = PromptMemory()
        let prompts = PromptsClient(configuration, options, transport, memory: promptMemory, log: log)
        self.transport = transport
        providers = ProviderClients(tape: exchanges)
        otlp = configuration.tracesService.map {
            OTLPSender(
                url: $0.appending("v1", "traces"), apiKey: configuration.apiKey, transport: transport,
                timeout: options.exportTimeout, log: log)
        }
        core = ClientCore(
            pipeline: SpanPipeline(
                destinations: destinations,
                limits: RoomLimits(bytes: options.queueBytes / 4, count: options.queueCapacity),
                gate: SpanGate(
                    share: options.sessionShare, redact: options.redact, observers: options.observers)),
            policy: configuration.policy, time: options.time, ids: options.ids, models: models, prompts: prompts,
            promptMemory: promptMemory, contexts: contexts, log: log)
        sync = SyncLoop(interval: options.syncInterval, time: options.time) { [models, prompts] in
            await withTaskGroup(of: Bool.self) { group in
                if configuration.syncsConfigs { group.addTask { await models.syncInLoop() } }
                if configuration.syncsPrompts { group.addTask { await prompts.syncInLoop() } }
                return await group.reduce(true) { $0 && $1 }
            }
        }
        shutdownTimeout = options.shutdownTimeout
        let (pipeline, recorder) = (core.pipeline, models)
        drainID = ExitDrain.shared.add(
            .init(
                isIdle: { pipeline.isIdle && recorder.counters.queued == 0 },
                flush: {
                    await pipeline.flush()
                    await recorder.flush()
                }, limit: options.exitTimeout))
        if configuration.syncsConfigs || configuration.syncsPrompts { sync.start() }
    }

    deinit {
        sync.stop()
        ExitDrain.shared.release(drainID)
    }

    /// A session of an app's conversation or request.
    public func session(
        configKey: String, sessionID: String, customerID: String? = nil, metadata: [String: JSON] = [:],
        tags: [String] = []
    ) -> Session {
        session(
            SessionContext(
                configKey: configKey, sessionID: sessionID, customerID: customerID, metadata: metadata, tags: tags))
    }

    /// A session of that context.
    public func session(_ context: SessionContext) -> Session {
        Session(context: context, core: core)
    }

    /// Which model a session gets.
    public var models: ModelsClient { core.models }

    /// Managed prompts.
    public var prompts: PromptsClient { core.prompts }

    /// Returns when every span ended before the call is delivered, or counted as dropped; after 30 seconds at the latest.
    public func flush() async { _ = await flush(timeout: .seconds(30)) }

    /// Returns when every span ended before the call is delivered, or counted as dropped; after `timeout`, or when the
    /// task is cancelled, in any case. What was not delivered goes on waiting.
    ///
    /// - Returns: whether nothing of it is left.
    @discardableResult
    public func flush(timeout: Duration) async -> Bool {
        await waiting(atMost: timeout, core.time) { [core] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await core.pipeline.flush() }
                group.addTask { await core.models.flush() }
            }
        }
    }

    /// Ends the background work, delivers what is queued and closes everything. Returns after
    /// ``FallomOptions/shutdownTimeout`` and one second at the latest; what is not delivered by then is counted.
    public func shutdown() async {
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        guard isFirst else { return }
        sync.stop()
        let (core, transport, limit) = (core, transport, shutdownTimeout)
        // In a task of its own: one that is cancelled has its spans delivered all the same.
        await Task.detached {
            let isDone = await waiting(atMost: limit + .milliseconds(900), .system) {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await core.pipeline.shutdown(within: limit) }
                    group.addTask { await core.models.shutdown(within: limit) }
                }
            }
            if !isDone {
                // On a busy machine the task that gives up may not have had its turn.
                core.pipeline.abandon()
                core.models.abandon()
            }
            _ = await waiting(atMost: .milliseconds(100), .system) { await transport.shutdown() }
        }.value
        ExitDrain.shared.remove(drainID)
        core.log.debug("shut down: \(counters)")
    }

    /// What became of the spans.
    public var counters: ClientCounters {
        ClientCounters(
            spans: DeliveryCounters(core.pipeline.counters),
            exporters: core.pipeline.exporterCounters.map { DeliveryCounters($0) }, assignments: models.counters,
            withheld: core.pipeline.gate.withheld)
    }

    private static func destinations(
        _ configuration: ResolvedConfiguration, _ options: FallomOptions, _ transport: any HTTPTransport,
        _ log: DebugLog
    ) throws(ConfigurationError) -> [SpanPipeline.Destination] {
        // The rest is the pipeline's own.
        let bytes = options.queueBytes / 4 * 3
        let limits = RoomLimits(bytes: bytes, count: options.queueCapacity)
        var destinations: [SpanPipeline.Destination] = []
        for destination in configuration.destinations {
            let exporter: any RecordExporter
            var isLocal = true
            do {
                switch destination {
                case .http(let service):
                    isLocal = false
                    exporter = HTTPExporter(
                        service, apiKey: configuration.apiKey, transport: transport, limits: limits, options: options,
                        log: log)
                case .otlp(let destination):
                    isLocal = false
                    exporter = HTTPExporter(
                        destination, transport: transport, limits: limits, options: options, log: log)
                case .udp(let host, let port):
                    exporter = try UDPExporter(
                        host: host, port: port,
                        options: .init(queueCapacity: options.queueCapacity, queueBytes: bytes))
                case .file(let path):
                    exporter = try FileExporter(
                        path: path, options: .init(queueCapacity: options.queueCapacity, queueBytes: bytes))
                }
            } catch {
                throw ConfigurationError(.destination, option: "tracesURL", String(describing: error))
            }
            destinations.append(.init(exporter: exporter, wantsStarts: isLocal && options.exportsStartedSpans))
        }
        return destinations
            + options.exporters.map { .init(exporter: AppExporter(base: $0), wantsStarts: false) }
            + options.recordExporters.map { .init(exporter: $0, wantsStarts: false) }
    }
}

/// What became of what a client was given.
public struct ClientCounters: Hashable, Sendable {
    /// Spans on their way to the exporters.
    public var spans: DeliveryCounters
    /// What each exporter did, in the order of the addresses, then of ``FallomOptions/exporters``.
    public var exporters: [DeliveryCounters]
    /// Recorded assignments.
    public var assignments: DeliveryCounters
    /// Finished spans that were not to leave: of sessions outside ``FallomOptions/sessionShare``, or kept back by
    /// ``FallomOptions/redact``. They are not among the dropped.
    public var withheld = 0

    /// All that was dropped anywhere: spans and assignments.
    public var dropped: Int { spans.dropped + exporters.reduce(0) { $0 + $1.dropped } + assignments.dropped }
}

extension ClientCounters: CustomStringConvertible {
    /// The figures as a sentence.
    public var description: String {
        let delivered = exporters.map { "\($0.delivered)" }.joined(separator: " and ")
        let waiting = spans.queued + exporters.reduce(0) { $0 + $1.queued } + assignments.queued
        let kept = withheld == 0 ? "" : "\(withheld) kept back, "
        return "\(spans.accepted) spans made, \(delivered.isEmpty ? "none" : delivered) delivered, \(waiting) waiting, "
            + "\(kept)\(dropped) dropped; \(assignments.delivered) assignments recorded"
    }
}
