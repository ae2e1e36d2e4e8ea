import Testing
import TraceModel

@testable import Ingest

/// The queues as a value: every event in every state, without a store and without waiting.
@Suite struct WriteQueuesTests {
    /// What has happened before the event.
    enum State: CaseIterable {
        case empty, queued, full, taken, finished, finishedWithRest
    }

    /// What happens.
    enum Event: CaseIterable {
        case add, addElsewhere, take, takeMuch, finish
    }

    /// What an event gives.
    enum Outcome: Hashable {
        case queued, full, closed, group(Int), nothingYet, ended, done

        init(_ outcome: WriteQueues.Outcome) {
            self =
                switch outcome {
                case .queued: .queued
                case .full: .full
                case .closed: .closed
                }
        }

        init(_ next: WriteQueues.Next) {
            self =
                switch next {
                case .group(let group): .group(group.batch.spans.count)
                case .nothingYet: .nothingYet
                case .ended: .ended
                }
        }
    }

    private static func entry(_ id: Int, spans: Int = 1) -> WriteQueues.Entry {
        let span = IngestedSpan(
            span: Span(
                key: SpanKey(traceID: "t", spanID: "\(id)"), name: "n", kind: .llm, dialect: .otel,
                identity: SpanIdentity(), start: Timestamp(unixNanoseconds: 0)),
            payload: SpanPayload(format: .otlpJSON, span: []))
        return WriteQueues.Entry(batch: IngestBatch(spans: Array(repeating: span, count: spans))) { _ in }
    }

    private static func queues(in state: State) -> WriteQueues {
        let weight = entry(0).weight
        var queues = WriteQueues(limits: BatchWriter.Limits(queueBytes: 2 * weight, requestBytes: 2 * weight))
        switch state {
        case .empty: break
        case .queued: _ = queues.add(entry(1), to: .udp, waiting: nil)
        case .full:
            for id in 1...2 { _ = queues.add(entry(id), to: .udp, waiting: nil) }
        case .taken:
            _ = queues.add(entry(1), to: .udp, waiting: nil)
            _ = queues.takeGroup(atLeast: 0)
        case .finished: _ = queues.finish()
        case .finishedWithRest:
            _ = queues.add(entry(1), to: .udp, waiting: nil)
            _ = queues.finish()
        }
        return queues
    }

    private static func send(_ event: Event, to queues: inout WriteQueues) -> Outcome {
        switch event {
        case .add: return Outcome(queues.add(entry(9), to: .udp, waiting: nil).0)
        case .addElsewhere: return Outcome(queues.add(entry(9), to: .http, waiting: nil).0)
        case .take: return Outcome(queues.takeGroup(atLeast: 0).0)
        case .takeMuch: return Outcome(queues.takeGroup(atLeast: .max).0)
        case .finish:
            _ = queues.finish()
            return .done
        }
    }

    private static let expected: [State: [Outcome]] = [
        .empty: [.queued, .queued, .nothingYet, .nothingYet, .done],
        .queued: [.queued, .queued, .group(1), .nothingYet, .done],
        .full: [.full, .queued, .group(2), .nothingYet, .done],
        .taken: [.queued, .queued, .nothingYet, .nothingYet, .done],
        .finished: [.closed, .closed, .ended, .ended, .done],
        // At the end everything goes, however little it is.
        .finishedWithRest: [.closed, .closed, .group(1), .group(1), .done],
    ]

    @Test(arguments: State.allCases, Event.allCases)
    func `every event has its outcome in every state`(_ state: State, _ event: Event) throws {
        var queues = Self.queues(in: state)
        let index = try #require(Event.allCases.firstIndex(of: event))
        #expect(Self.send(event, to: &queues) == Self.expected[state]?[index])
    }

    @Test func `sources take turns and each keeps its order`() {
        let weight = Self.entry(0).weight
        var queues = WriteQueues(limits: BatchWriter.Limits(queueBytes: 1 << 20, commitBytes: weight))
        for id in 1...3 { _ = queues.add(Self.entry(id), to: .udp, waiting: nil) }
        for id in 11...12 { _ = queues.add(Self.entry(id), to: .http, waiting: nil) }
        var order: [String] = []
        while case .group(let group) = queues.takeGroup(atLeast: 0).0 {
            order += group.batch.spans.map(\.span.key.spanID)
        }
        #expect(order == ["1", "11", "2", "12", "3"])
        #expect(queues.queuedBytes(of: .udp) == 0)
    }

    /// Adds a request's batch; whether it got in.
    private static func isIn(_ entry: WriteQueues.Entry, _ queues: inout WriteQueues) -> Bool {
        let (outcome, _) = queues.add(entry, to: .http, waiting: nil)
        return outcome == .queued
    }

    @Test func `small batches get in beside a large one that is committed part by part`() {
        var queues = WriteQueues(limits: BatchWriter.Limits(requestBytes: 1 << 20))
        // Larger than all room, in an empty queue; then one that has none.
        let large = [Self.isIn(Self.entry(0, spans: 5000), &queues), Self.isIn(Self.entry(1, spans: 1000), &queues)]
        #expect(large == [true, false])
        let room = (256 << 10) / Self.entry(2).weight
        var small: [Bool] = []
        for id in 0...room { small.append(Self.isIn(Self.entry(id), &queues)) }
        #expect(small == Array(repeating: true, count: room) + [false])
        var committed = 0
        while case .group(let group) = queues.takeGroup(atLeast: 0).0 { committed += group.batch.spans.count }
        #expect(committed == 5000 + room)
        let left = queues.queuedBytes(of: .http)
        #expect(left == 0)
        var again: [Bool] = []
        for id in 0..<room { again.append(Self.isIn(Self.entry(id), &queues)) }
        #expect(again == Array(repeating: true, count: room), "their room is theirs again")
    }

    @Test func `a commit takes no more than its bytes and its spans`() {
        let weight = Self.entry(0).weight
        for (limits, sizes) in [
            (BatchWriter.Limits(commitBytes: 2 * weight), [2, 2, 1]), (BatchWriter.Limits(commitSpans: 3), [3, 2]),
            (BatchWriter.Limits(commitBytes: 1), [1, 1, 1, 1, 1]),
        ] {
            var queues = WriteQueues(limits: limits)
            for id in 1...5 { _ = queues.add(Self.entry(id), to: .udp, waiting: nil) }
            var found: [Int] = []
            while case .group(let group) = queues.takeGroup(atLeast: 0).0 { found.append(group.batch.spans.count) }
            #expect(found == sizes)
        }
    }
}
