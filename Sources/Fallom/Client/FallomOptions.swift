package import LocalExport
public import Logging

/// How a ``FallomClient`` is set up. What is left `nil` comes from the environment, then from the default
/// (docs/assignment.md §3).
public struct FallomOptions: Sendable {
    /// The Fallom API key (`FALLOM_API_KEY`). Needed only to send spans to another machine.
    public var apiKey: String?
    /// The base of all three services (`FALLOM_BASE_URL`), below each one's own.
    public var baseURL: String?
    /// Where spans go (`FALLOM_TRACES_URL`): `https://`, `http://`, `udp://127.0.0.1:4319`, `file:///path`, or `otlp`: any
    /// backend that takes OTLP over HTTP, as `OTEL_EXPORTER_OTLP_*` say; several, separated by commas. Default
    /// `https://traces.fallom.com`.
    public var tracesURL: String?
    /// Where model configs come from (`FALLOM_CONFIGS_URL`). Default `https://configs.fallom.com`.
    public var configsURL: String?
    /// Where prompts come from (`FALLOM_PROMPTS_URL`). Default `https://prompts.fallom.com`.
    public var promptsURL: String?
    /// Whether prompts, completions, tool arguments and results are captured (`FALLOM_CAPTURE_CONTENT`: `false`, `0`,
    /// `no` or `off` switch it off). Default `true`.
    public var captureContent: Bool?
    /// Which share of the sessions is sent, from 0 to 1: all spans of a session or none, by its id, the same in every process.
    /// What is not sent is counted in ``ClientCounters/withheld``.
    public var sessionShare = 1.0
    /// Is given every span, started ones too, before anything of it leaves, and gives what may; `nil` keeps it back, which is
    /// counted in ``ClientCounters/withheld``. Runs away from the app's own path, as long as calls are not made faster than spans
    /// can be written down.
    public var redact: (@Sendable (SpanRecord) -> SpanRecord?)?
    /// Are shown every finished span as it is before ``redact``, of sessions that are not sent too: for figures of the app's
    /// own. Nothing leaves through them but what they send. They run where ``redact`` does.
    public var observers: [@Sendable (SpanRecord) -> Void] = []
    /// Logs what the SDK does, at level debug; never content, never keys (`FALLOM_DEBUG`). Default `false`.
    public var debug: Bool?
    /// Exporters beside those of ``tracesURL``.
    public var exporters: [any SpanExporter] = []
    /// Exporters of the package's own.
    package var recordExporters: [any RecordExporter] = []
    /// Whether spans go to ``tracesURL`` at all. Off, only ``exporters`` get them.
    public var sendsTraces = true
    /// The memory that spans may take while they wait to be delivered. When it is used up, spans of calls that have only
    /// started are given up first, then content, the oldest first, then the span that comes.
    public var queueBytes = 64 << 20
    /// Spans that may wait in each queue, whatever they weigh.
    public var queueCapacity = Int.max
    /// How long a span may wait for a service that is away; older ones are given up.
    public var maximumAge: Duration = .seconds(3600)
    /// Tells local exporters (UDP, file) of calls that have started, so that the console shows them in flight.
    public var exportsStartedSpans = true
    /// How long ``FallomClient/shutdown()`` waits for the network at most.
    public var shutdownTimeout: Duration = .seconds(5)
    /// How long the process waits at its end (`exit`, the return of `main`) for spans that were not delivered by then;
    /// zero for not at all.
    public var exitTimeout: Duration = .seconds(2)
    /// How long one attempt to deliver a span may take, answer included.
    public var exportTimeout: Duration = .seconds(5)
    /// How often configs and prompts are fetched again; `nil` for never. After a failure that is tried sooner.
    public var syncInterval: Duration? = .seconds(30)
    /// How long fetching configs or prompts may take in all.
    public var fetchTimeout: Duration = .seconds(2)
    /// How long recording an assignment may take in all.
    public var recordTimeout: Duration = .seconds(1)
    /// Whether assignments are recorded with the service (`POST /sessions`), as the published SDKs do.
    public var recordsAssignments = true
    /// What becomes of a prompt's placeholder that no variable is given for: it stays as it is written, with a warning, or
    /// is an error.
    public var missingPromptVariables = MissingPromptVariables.warn
    /// The logger; `nil` for one labelled `fallom`.
    public var logger: Logger?
    /// The clocks.
    public var time = TimeSource.system
    /// Ids and chance.
    public var ids = IDSource.random

    /// Options that are all left to the environment and the defaults.
    public init() {}

    /// Any of the options; the rest is left to the environment and the defaults.
    public init(
        apiKey: String? = nil, baseURL: String? = nil, tracesURL: String? = nil, configsURL: String? = nil,
        promptsURL: String? = nil, captureContent: Bool? = nil, debug: Bool? = nil,
        exporters: [any SpanExporter] = [], sendsTraces: Bool = true, queueBytes: Int = 64 << 20,
        queueCapacity: Int = Int.max, maximumAge: Duration = .seconds(3600), exportsStartedSpans: Bool = true,
        shutdownTimeout: Duration = .seconds(5), exitTimeout: Duration = .seconds(2),
        exportTimeout: Duration = .seconds(5), syncInterval: Duration? = .seconds(30),
        fetchTimeout: Duration = .seconds(2), recordTimeout: Duration = .seconds(1), recordsAssignments: Bool = true,
        sessionShare: Double = 1, redact: (@Sendable (SpanRecord) -> SpanRecord?)? = nil,
        observers: [@Sendable (SpanRecord) -> Void] = [],
        missingPromptVariables: MissingPromptVariables = .warn, logger: Logger? = nil,
        time: TimeSource = .system, ids: IDSource = .random
    ) {
        self.apiKey = apiKey
        self.baseURL = baseURL
        self.tracesURL = tracesURL
        self.configsURL = configsURL
        self.promptsURL = promptsURL
        self.captureContent = captureContent
        self.debug = debug
        self.exporters = exporters
        self.sendsTraces = sendsTraces
        self.queueBytes = queueBytes
        self.queueCapacity = queueCapacity
        self.maximumAge = maximumAge
        self.exportsStartedSpans = exportsStartedSpans
        self.shutdownTimeout = shutdownTimeout
        self.exitTimeout = exitTimeout
        self.exportTimeout = exportTimeout
        self.syncInterval = syncInterval
        self.fetchTimeout = fetchTimeout
        self.recordTimeout = recordTimeout
        self.recordsAssignments = recordsAssignments
        self.sessionShare = sessionShare
        self.redact = redact
        self.observers = observers
        self.missingPromptVariables = missingPromptVariables
        self.logger = logger
        self.time = time
        self.ids = ids
    }
}
