import OrderedJSON
import SpanCodec
import TraceModel

/// A record and when the app's SDK sends it.
struct DemoEvent: Hashable, Sendable {
    var time: Timestamp
    var record: FallomRecord
    /// What the SDK told of the session's model before this, its first call (`POST /sessions`).
    var assignment: RecordedAssignment?
}

/// The demo's traffic as an endless sequence in order of time: sparse sessions of the hours before `now`, then a
/// lively load. The same seed and moment give the same traffic.
struct DemoLoad: Sequence, IteratorProtocol, Sendable {
    /// How the traffic comes.
    struct Pace: Hashable, Sendable {
        /// Seconds of history.
        var history: Double = 20 * 3600
        /// Mean seconds between new sessions in the history.
        var pastArrival: Double = 160
        /// Mean seconds between new sessions from now on.
        var liveArrival: Double = 2.2
        /// Median seconds until a person answers, in the history.
        var pastPause: Double = 40
        /// Median seconds until a person answers, from now on.
        var livePause: Double = 7
    }

    let now: Timestamp
    let pace: Pace
    let workspace: DemoWorkspace
    private var generator: SeededGenerator
    private var nextArrival: Timestamp
    private var queue: [DemoEvent] = []
    /// Whether the first session of the lively load has begun.
    private var hasOpened = false

    init(workspace: DemoWorkspace, seed: UInt64, now: Timestamp, pace: Pace = Pace()) {
        self.workspace = workspace
        self.now = now
        self.pace = pace
        generator = SeededGenerator(seed: seed)
        nextArrival = now.advanced(bySeconds: -pace.history)
    }

    /// The next event. Before `now` a call is told once it is over; from then on it is told twice, so that calls in
    /// flight are seen.
    mutating func next() -> DemoEvent? {
        while queue.last.map({ $0.time >= nextArrival }) ?? true { beginSession() }
        return queue.popLast()
    }

    private mutating func beginSession() {
        let start = nextArrival
        nextArrival = start.advanced(bySeconds: Swift.max(0.2, generator.arrival(mean: pace.pastArrival)))
        if nextArrival > now {
            // The lively load begins at once, however long the last quiet spell of the past would have been.
            nextArrival = Swift.max(start, now).advanced(
                bySeconds: Swift.max(0.2, generator.arrival(mean: pace.liveArrival)))
        }
        guard let session = makeSession(at: start) else { return }
        var player = DemoTurnPlayer(session: session, generator: SeededGenerator(seed: generator.next()))
        var clock = start
        var assignment: RecordedAssignment? = RecordedAssignment(
            configKey: session.conversation.configKey, configVersion: session.configVersion, sessionID: session.id,
            assignedModel: session.model.name, time: start)
        for turn in session.conversation.turns {
            let played = player.play(turn, at: clock)
            for record in played.records {
                schedule(record, assignment)
                assignment = nil
            }
            let pause = played.end < now ? pace.pastPause : pace.livePause
            clock = played.end.advanced(bySeconds: generator.skewed(median: pause))
        }
        // Latest first, so that taking the next one is cheap.
        queue.sort { $1.time < $0.time }
    }

    /// The lively load opens with a session worth reading: an agent that searches, calls a tool, and answers.
    private mutating func makeSession(at start: Timestamp) -> DemoSession? {
        if start >= now, !hasOpened {
            hasOpened = true
            return DemoSession.of(.refund, with: .grace, in: workspace, using: &generator)
        }
        let hours = Double(now.nanoseconds(since: start)) / 3.6e12
        return DemoSession.random(in: workspace, hoursAgo: hours, using: &generator)
    }

    private mutating func schedule(_ record: FallomRecord, _ assignment: RecordedAssignment?) {
        let end = record.endTime ?? record.startTime
        guard end >= now else {
            queue.append(DemoEvent(time: end, record: record, assignment: assignment))
            return
        }
        queue.append(DemoEvent(time: record.startTime, record: record.started, assignment: assignment))
        queue.append(DemoEvent(time: end, record: record))
    }
}

extension FallomRecord {
    /// The record as it was when the call began: what an exporter sends so that a call in flight is seen.
    var started: FallomRecord {
        var record = self
        record.endTime = nil
        record.durationMilliseconds = nil
        record.model = nil
        record.isError = false
        record.errorMessage = nil
        record.timeToFirstTokenMilliseconds = nil
        record.attributes.removeAll { ["fallom.raw.response", "fallom.raw.usage", "output"].contains($0.name) }
        return record
    }
}

extension Timestamp {
    /// This moment moved by so many seconds.
    func advanced(bySeconds seconds: Double) -> Timestamp {
        advanced(byNanoseconds: Int64((seconds * 1e9).rounded()))
    }
}
