package import LocalExport
import SpanCodec

/// Where an app's spans go, beside ``FallomOptions/tracesURL``: a queue with something behind it.
///
/// No method may block the caller. What cannot be taken or delivered is dropped and counted by cause in ``counters``.
public protocol SpanExporter: Sendable {
    /// Queues a span. Returns at once; when there is no room this one is dropped and counted.
    func export(_ span: SpanRecord)
    /// Returns when every span queued before the call is delivered or counted as dropped, and at once when the task is cancelled.
    func flush() async
    /// Takes no more spans, delivers those queued, closes what is open. May be called more than once.
    func shutdown() async
    /// The same, for as long as `limit` allows; what is left then is counted as failed.
    func shutdown(within limit: Duration) async
    /// What happened so far.
    var counters: DeliveryCounters { get }
}

extension SpanExporter {
    /// ``shutdown()``, which knows no limit.
    public func shutdown(within limit: Duration) async { await shutdown() }
}

/// What an exporter did with the spans it was given. Each ends in exactly one of ``delivered``, ``droppedQueueFull``,
/// ``droppedAfterShutdown``, ``droppedTooLarge`` and ``failed``, or is still ``queued``.
public struct DeliveryCounters: Hashable, Sendable, CustomStringConvertible {
    package var counters: ExportCounters

    package init(_ counters: ExportCounters) { self.counters = counters }

    /// Makes counters that stand at zero.
    public init() { self.init(ExportCounters()) }

    /// Spans taken into the queue.
    public var accepted: Int {
        get { counters.accepted }
        set { counters.accepted = newValue }
    }
    /// Spans handed over: sent as a datagram, written to the file, answered with a success.
    public var delivered: Int {
        get { counters.delivered }
        set { counters.delivered = newValue }
    }
    /// Spans dropped because there was no room for more.
    public var droppedQueueFull: Int {
        get { counters.droppedQueueFull }
        set { counters.droppedQueueFull = newValue }
    }
    /// Spans refused because the exporter was shut down.
    public var droppedAfterShutdown: Int {
        get { counters.droppedAfterShutdown }
        set { counters.droppedAfterShutdown = newValue }
    }
    /// Spans too large to be carried.
    public var droppedTooLarge: Int {
        get { counters.droppedTooLarge }
        set { counters.droppedTooLarge = newValue }
    }
    /// Spans that could not be handed over: an error of the system or of the other side.
    public var failed: Int {
        get { counters.failed }
        set { counters.failed = newValue }
    }
    /// Spans that lost their content because there was no room for it; they are not dropped.
    public var contentsGivenUp: Int {
        get { counters.contentsGivenUp }
        set { counters.contentsGivenUp = newValue }
    }
    /// Spans handed to a carrier that gives no receipt (UDP); part of ``delivered``. Some of them may be lost, and nobody can know
    /// how many.
    public var unacknowledged: Int {
        get { counters.unacknowledged }
        set { counters.unacknowledged = newValue }
    }
    /// Deliveries tried again after a failure that passes.
    public var retries: Int {
        get { counters.retries }
        set { counters.retries = newValue }
    }
    /// What the last failure was, for people. Holds no span content and no key.
    public var lastFailure: String? {
        get { counters.lastFailure }
        set { counters.lastFailure = newValue }
    }

    /// Spans that wait or are being delivered.
    public var queued: Int { counters.queued }
    /// All spans that did not reach their destination.
    public var dropped: Int { counters.dropped }
    /// The figures as a sentence: what is zero is left out.
    public var description: String { counters.description }
}

/// An exporter of the app's among those of the SDK.
struct AppExporter: RecordExporter {
    let base: any SpanExporter

    func export(_ record: FallomRecord) { base.export(SpanRecord(record)) }
    func flush() async { await base.flush() }
    func shutdown() async { await base.shutdown() }
    func shutdown(within limit: Duration) async { await base.shutdown(within: limit) }
    var counters: ExportCounters { base.counters.counters }
}
