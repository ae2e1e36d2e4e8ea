public import SpanCodec

/// Where an app's spans go: a queue with something behind it.
///
/// No method blocks the caller or throws into it. What cannot be taken or delivered is dropped and counted by cause in
/// ``counters``.
public protocol RecordExporter: Sendable {
    /// Queues a record, finished or started. Returns at once; when there is no room the *newest* record, this one, is
    /// dropped and counted.
    func export(_ record: FallomRecord)
    /// Returns when every record queued before the call is delivered or counted as dropped.
    /// Returns at once when the task is cancelled.
    func flush() async
    /// Takes no more records, delivers those queued, closes what is open. May be called more than once.
    func shutdown() async
    /// The same, for as long as `limit` allows; what is left then is counted as failed. Without an implementation of
    /// its own: ``shutdown()``.
    func shutdown(within limit: Duration) async
    /// What happened so far.
    var counters: ExportCounters { get }
}

extension RecordExporter {
    /// ``shutdown()``, which knows no limit.
    public func shutdown(within limit: Duration) async { await shutdown() }
}

/// What an exporter did with the records it was given. Every record ends in exactly one of ``delivered``,
/// ``droppedQueueFull``, ``droppedAfterShutdown``, ``droppedTooLarge`` and ``failed``, or is still ``queued``.
public struct ExportCounters: Hashable, Sendable {
    /// Records taken into the queue.
    public var accepted = 0
    /// Records handed over: sent as a datagram, written to the file, answered with a success.
    public var delivered = 0
    /// Records dropped because there was no room for more.
    public var droppedQueueFull = 0
    /// Records refused because the exporter was shut down.
    public var droppedAfterShutdown = 0
    /// Records too large to be carried.
    public var droppedTooLarge = 0
    /// Records that could not be handed over: an error of the system or of the other side.
    public var failed = 0
    /// Records that lost their content because there was no room for it; they are not dropped.
    public var contentsGivenUp = 0
    /// Records handed to a carrier that gives no receipt (UDP); part of ``delivered``. Some of them may be lost, and
    /// nobody can know how many.
    public var unacknowledged = 0
    /// Records that went through a spill file; part of ``delivered``.
    public var spilled = 0
    /// How often the system said that nobody listens at the address. UDP says so late and not for every datagram: such
    /// records count as ``delivered``.
    public var unheard = 0
    /// Deliveries tried again after a failure that passes.
    public var retries = 0
    /// What the last failure was, for people. Holds no span content and no key.
    public var lastFailure: String?

    /// Makes counters that stand at zero.
    public init() {}

    /// Records that wait or are being delivered.
    public var queued: Int { accepted - delivered - droppedTooLarge - failed }

    /// All records that did not reach their destination.
    public var dropped: Int { droppedQueueFull + droppedAfterShutdown + droppedTooLarge + failed }
}

extension ExportCounters: CustomStringConvertible {
    /// The figures as a sentence: what is zero is left out.
    public var description: String {
        let dropped = [
            (droppedQueueFull, "for want of room"), (droppedAfterShutdown, "after the end"),
            (droppedTooLarge, "too large"), (failed, "failed"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        var parts = ["\(accepted) taken", "\(delivered) delivered"]
        if unacknowledged > 0 { parts.append("\(unacknowledged) of them without a receipt") }
        if queued > 0 { parts.append("\(queued) waiting") }
        parts.append(dropped.isEmpty ? "none dropped" : "dropped: " + dropped.joined(separator: ", "))
        if contentsGivenUp > 0 { parts.append("\(contentsGivenUp) without their content") }
        if retries > 0 { parts.append("\(retries) tried again") }
        if let lastFailure { parts.append("last failure: \(lastFailure)") }
        return parts.joined(separator: ", ")
    }
}
