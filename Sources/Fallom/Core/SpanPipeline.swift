package import LocalExport
package import SpanCodec
import Synchronization

/// Takes what a finished call left behind, makes its record away from the caller, and hands it to every exporter.
package final class SpanPipeline: Sendable {
    /// Something that becomes a record.
    package struct Pending: Waiting {
        let build: @Sendable (_ keepsContent: Bool) -> FallomRecord?
        package let isStart: Bool
        /// What it holds as long as it waits, which is more than the record where pictures were sent.
        let held: @Sendable () -> Int
        package fileprivate(set) var weight = 0
        package var withoutContent: Pending? { nil }

        /// Makes one. `build` runs once, on the pipeline's queue, and is told whether there is room for content; `nil`
        /// when nothing is to be sent after all.
        package init(
            isStart: Bool = false, held: @escaping @Sendable () -> Int = { 0 },
            build: @escaping @Sendable (_ keepsContent: Bool) -> FallomRecord?
        ) {
            self.build = build
            self.isStart = isStart
            self.held = held
        }
    }

    /// An exporter, and whether it wants to hear of calls that have only started.
    package struct Destination: Sendable {
        package var exporter: any RecordExporter
        package var wantsStarts: Bool
    }

    /// What those weighed that became records lately: what waits to become one is taken to be as heavy, since to weigh it
    /// would cost the caller time.
    private final class UsualWeight: Sendable {
        private let value = Atomic<Int>(2048)
        private let came = Atomic<Int>(0)
        private let made = Atomic<Int>(0)

        var now: Int { value.load(ordering: .relaxed) }

        /// Whether one that comes now is to be weighed: on a busy machine hundreds of heavy ones may come before the first of
        /// them is made, and nobody would know.
        func isDue() -> Bool {
            let number = came.add(1, ordering: .relaxed).newValue
            return number % 64 == 0 && number - made.load(ordering: .relaxed) >= 16
        }

        func made(_ count: Int) { made.add(count, ordering: .relaxed) }

        /// Heavy ones count at once, light ones by and by.
        func note(_ weight: Int) {
            let usual = now
            value.store(weight > usual ? weight : usual - (usual - weight) / 16, ordering: .relaxed)
        }
    }

    private struct FanOut: RecordWriter {
        let destinations: [Destination]
        let usualWeight: UsualWeight
        let gate: SpanGate

        func write(_ items: [Pending]) -> WriteOutcome {
            usualWeight.made(items.count { !$0.isStart })
            for item in items {
                guard let record = item.build(true) else { continue }
                if !item.isStart { usualWeight.note(max(record.weight, item.held())) }
                export(record, isStart: item.isStart)
            }
            var outcome = WriteOutcome()
            outcome.delivered = items.count
            return outcome
        }

        func export(_ record: FallomRecord, isStart: Bool) {
            guard let record = gate.passed(record, isStart: isStart) else { return }
            for destination in destinations where destination.wantsStarts || !isStart {
                destination.exporter.export(record)
            }
        }

        func close() {}
    }

    private static let startWeight = 1024

    private let destinations: [Destination]
    private let queue: ExportQueue<FanOut>
    private let fanOut: FanOut
    /// Whether any exporter wants to hear of calls that have only started.
    package let wantsStarts: Bool
    /// Whether there is no exporter at all.
    package var isEmpty: Bool { destinations.isEmpty }

    package init(destinations: [Destination], limits: RoomLimits, gate: SpanGate = SpanGate()) {
        self.destinations = destinations
        wantsStarts = destinations.contains { $0.wantsStarts }
        fanOut = FanOut(destinations: destinations, usualWeight: UsualWeight(), gate: gate)
        queue = ExportQueue(label: "fallom.spans", limits: limits, writer: fanOut)
    }

    /// Takes what becomes a record. When more waits than there is room for, because calls are made faster than they can
    /// be written down, the record is made here and now, without content.
    package func add(_ pending: Pending) {
        var pending = pending
        if !pending.isStart, fanOut.usualWeight.isDue() {
            fanOut.usualWeight.note(pending.held())
        }
        pending.weight = pending.isStart ? Self.startWeight : fanOut.usualWeight.now
        guard queue.offer(pending) == .full else { return }
        guard !pending.isStart else { return queue.count { $0.droppedQueueFull += 1 } }
        fanOut.usualWeight.made(1)
        let record = pending.build(false)
        queue.count { counters in
            counters.accepted += 1
            counters.delivered += 1
            counters.contentsGivenUp += record == nil ? 0 : 1
        }
        if let record { fanOut.export(record, isStart: false) }
    }

    /// What became of the spans before any exporter saw them.
    package var counters: ExportCounters { queue.counters }

    /// What every span passes before it leaves.
    package var gate: SpanGate { fanOut.gate }

    /// Where the records go.
    package var exporters: [any RecordExporter] { destinations.map(\.exporter) }

    /// What each exporter did.
    package var exporterCounters: [ExportCounters] { destinations.map(\.exporter.counters) }

    /// Whether nothing waits anywhere.
    package var isIdle: Bool { counters.queued == 0 && exporterCounters.allSatisfy { $0.queued == 0 } }

    package func flush() async {
        await queue.flush()
        await withTaskGroup(of: Void.self) { group in
            for destination in destinations { group.addTask { await destination.exporter.flush() } }
        }
    }

    /// Counts as failed, now, what a shutdown has not delivered.
    package func abandon() {
        queue.abandon()
        for destination in destinations { (destination.exporter as? HTTPExporter)?.abandon() }
    }

    /// Takes no more, and delivers what waits for as long as `limit` allows in all.
    package func shutdown(within limit: Duration) async {
        let start = ContinuousClock.now
        await queue.shutdown(within: limit)
        let left = max(limit - start.duration(to: .now), .milliseconds(200))
        await withTaskGroup(of: Void.self) { group in
            for destination in destinations { group.addTask { await destination.exporter.shutdown(within: left) } }
        }
    }
}
