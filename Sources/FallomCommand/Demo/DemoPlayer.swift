import LocalExport
import SpanCodec
import TraceModel

/// Sends a load through an exporter as its app would: the past at once, then each record when its time comes.
struct DemoPlayer: Sendable {
    let load: DemoLoad
    let exporter: any RecordExporter
    /// Takes the assignments that the app's SDK would have posted.
    let recorder: any SpanSink
    /// Told once, when all of the past is sent.
    var onPastSent: @Sendable () -> Void = {}

    /// How many records were sent, by what they are.
    struct Sent: Hashable, Sendable {
        /// Finished spans.
        var finished = 0
        /// Start records.
        var started = 0
    }

    /// Plays until the task is cancelled, or until `end` where one is given.
    ///
    /// - Parameter end: Finished records of calls that end later are not sent.
    func play(until end: Timestamp? = nil) async -> Sent {
        var load = load
        var sent = Sent()
        var unflushed = 0
        var isPast = true
        var assignments: [RecordedAssignment] = []
        while !Task.isCancelled, let event = load.next() {
            if let end, event.time > end { break }
            let wait = event.time.nanoseconds(since: .now())
            if let assignment = event.assignment { assignments.append(assignment) }
            if wait > 0 {
                await record(&assignments)
                if isPast { onPastSent() }
                isPast = false
                guard (try? await Task.sleep(for: .nanoseconds(wait))) != nil else { break }
            } else {
                // History leaves in pieces that the listener's buffer holds.
                unflushed += 1
                if unflushed % 64 == 0 {
                    await exporter.flush()
                    await record(&assignments)
                    try? await Task.sleep(for: .milliseconds(2))
                }
            }
            exporter.export(event.record)
            if event.record.endTime == nil { sent.started += 1 } else { sent.finished += 1 }
        }
        await exporter.flush()
        await record(&assignments)
        return sent
    }

    private func record(_ assignments: inout [RecordedAssignment]) async {
        guard !assignments.isEmpty else { return }
        // A store that is full says so where spans come in; the demo goes on.
        _ = try? await recorder.append(IngestBatch(assignments: assignments))
        assignments = []
    }
}
