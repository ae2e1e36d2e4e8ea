package import SpanCodec
import Synchronization

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
        guard share >= 1 || Self.place(record.sessionID) < share else { return withhold(isStart) }
        guard let redact else { return record }
        return redact(SpanRecord(record))?.record ?? withhold(isStart)
    }

    private func withhold(_ isStart: Bool) -> FallomRecord? {
        if !isStart { count.add(1, ordering: .relaxed) }
        return nil
    }

    /// Where a session stands from 0 up to 1: the same in every process. FNV-1a, mixed so that ids in a row are spread.
    private static func place(_ sessionID: String) -> Double {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sessionID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 33
        return Double(hash >> 11) * 0x1p-53
    }
}
