package import LocalExport
package import SpanCodec

/// Takes what a finished call left behind, makes its record away from the caller, and hands it to every exporter.
package final class SpanPipeline: Sendable {
    /// Something that becomes a record.
    package struct Pending: Sendable {
        let build: @Sendable (_ keepsContent: Bool) -> FallomRecord?
        let isStart: Bool

        /// Makes one. `build` runs once, on the pipeline's queue, and is told whether there is room for content; `nil`
        /// when nothing is to be sent after all.
        package init(isStart: Bool = false, build: @escaping @Sendable (_ keepsContent: Bool) -> FallomRecord?) {
            self.build = build
            self.isStart = isStart
        }
    }

    /// An exporter, and whether it wants to hear of calls that have only started.
    package struct Destination: Sendable {
        package var exporter: any RecordExporter
        package var wantsStarts: Bool

        package init(exporter: any RecordExporter, wantsStarts: Bool) {
            self.exporter = exporter
            self.wantsStarts = wantsStarts
        }
    }

    private struct FanOut: BatchWriter {
        let destinations: [Destination]

        func write(_ items: [Pending]) -> WriteOutcome {
            var outcome = WriteOutcome()
            for item in items {
                outcome.delivered += 1
                guard let record = item.build(true) else { continue }
                for destination in destinations where destination.wantsStarts || !item.isStart {
                    destination.exporter.export(record)
                }
            }
            return outcome
        }

        func close() {}
    }

    private let destinations: [Destination]
    private let queue: ExportQueue<FanOut>
    /// Whether any exporter wants to hear of calls that have only started.
    package let wantsStarts: Bool
    /// Whether there is no exporter at all.
    package var isEmpty: Bool { destinations.isEmpty }

    package init(destinations: [Destination], queueCapacity: Int) {
        self.destinations = destinations
        self.wantsStarts = destinations.contains { $0.wantsStarts }
        self.queue = ExportQueue(
            label: "fallom.spans", capacity: queueCapacity, writer: FanOut(destinations: destinations))
    }

    package func add(_ pending: Pending) {
        queue.add(pending)
    }

    /// What became of the spans before any exporter saw them.
    package var counters: ExportCounters { queue.counters }

    /// What each exporter did.
    package var exporterCounters: [ExportCounters] { destinations.map(\.exporter.counters) }

    package func flush() async {
        await queue.flush()
        await withTaskGroup(of: Void.self) { group in
            for destination in destinations { group.addTask { await destination.exporter.flush() } }
        }
    }

    package func shutdown() async {
        await queue.shutdown()
        await withTaskGroup(of: Void.self) { group in
            for destination in destinations { group.addTask { await destination.exporter.shutdown() } }
        }
    }
}
