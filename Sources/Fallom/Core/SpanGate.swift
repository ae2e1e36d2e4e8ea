package import SpanCodec
import Synchronization
import TraceModel

/// What every span passes before any exporter sees it: whole sessions are let through or none of their spans, and the app
/// changes or withholds what it does not want to leave.
package final class SpanGate: Sendable {
    private let share: Double
    private let redact: (@Sendable (SpanRecord) -> SpanRecord?)?
    private let observers: [@Sendable (SpanRecord) -> Void]
    private let count = Atomic<Int>(0)

    /// - Parameters:
    ///   - share: of the sessions, from 0 to 1.
    ///   - redact: gives what leaves of a span; `nil` for nothing.
    ///   - observers: are shown every finished span, whether or not it passes.
    package init(
        share: Double = 1, redact: (@Sendable (SpanRecord) -> SpanRecord?)? = nil,
        observers: [@Sendable (SpanRecord) -> Void] = []
    ) {
        self.share = share
        self.redact = redact
        self.observers = observers
    }

    /// Finished spans that did not pass.
    var withheld: Int { count.load(ordering: .relaxed) }

    /// What may leave of a record; `nil` for nothing.
    package func passed(_ record: FallomRecord, isStart: Bool) -> FallomRecord? {
        if !isStart { for observe in observers { observe(SpanRecord(record)) } }
        guard share >= 1 || StableHash(record.sessionID).place < share else { return withhold(isStart) }
        guard let redact else { return record }
        return redact(SpanRecord(record))?.record ?? withhold(isStart)
    }

    private func withhold(_ isStart: Bool) -> FallomRecord? {
        if !isStart { count.add(1, ordering: .relaxed) }
        return nil
    }
}
