import NIOCore
import Synchronization
import Testing

@testable import Ingest

@Suite struct `Request machine` {
    private struct Nobody: RequestResponder {
        func respond(to request: IncomingRequest, through answer: AnswerWriter) async {}
    }

    /// `/whole` and `/streamed` are there.
    private struct Routes: RequestRoute {
        func admit(_ head: RequestHead) throws(RequestFailure) -> Admission? {
            switch head.path {
            case "/whole": Admission(body: .whole(limit: 100), responder: Nobody())
            case "/timed":
                Admission(body: .whole(limit: 100), dialect: .grpc, timeout: .seconds(5), responder: Nobody())
            case "/streamed": Admission(body: .streamed, responder: Nobody())
            default: throw RequestFailure(404, "nothing there")
            }
        }
    }

    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private static func machine(
        _ carrier: RequestMachine.Carrier = .connection, budget: WorkBudget = WorkBudget(bytes: 1000, requests: 10)
    ) -> RequestMachine {
        machine(carrier, at: budget.seat())
    }

    private static func machine(_ carrier: RequestMachine.Carrier, at seat: WorkBudget.Seat) -> RequestMachine {
        let rules = RequestGate.Rules(isLoopback: true, key: nil, hosts: [], origins: [], drainLimit: 500)
        return RequestMachine(
            gate: RequestGate(rules: rules, routes: [Routes()]), patience: RequestMachine.Patience(), seat: seat,
            carrier: carrier)
    }

    private static func head(
        _ path: String, _ framing: RequestHead.Framing = .length(10), method: String = "POST", keepsAlive: Bool = true,
        expectsContinue: Bool = false, version: RequestHead.Version = .http11
    ) -> RequestHead {
        RequestHead(
            method: method, path: path, query: nil, version: version,
            fields: [RequestHead.Field(name: "host", value: "localhost")], framing: framing, keepsAlive: keepsAlive,
            expectsContinue: expectsContinue)
    }

    /// Something that happens to a machine.
    enum Event: String, CaseIterable {
        case began, whole, streamed, missing, body, end, wanted, answer, answerHead, answerPiece, answerEnd, returned
        case bare, cut
        case sent, inputEnded, failed, timePassed, drain, vanished
    }

    private func happen(_ event: Event, _ machine: inout RequestMachine) -> String {
        let now = Self.start
        let actions: [RequestMachine.Action] =
            switch event {
            case .began: machine.began(now: now)
            case .whole: machine.received(Self.head("/whole"), now: now)
            case .streamed: machine.received(Self.head("/streamed"), now: now)
            case .missing: machine.received(Self.head("/nowhere"), now: now)
            case .body: machine.received(ByteBuffer(string: "x"), now: now)
            case .end: machine.receivedEnd(now: now)
            case .wanted: machine.wanted(now: now)
            case .answer: machine.replied(.whole(.accepted), now: now)
            case .answerHead: machine.replied(.began(AnswerHead(status: 200, headers: [])), now: now)
            case .answerPiece: machine.replied(.piece(ByteBuffer(string: "y")), now: now)
            case .answerEnd: machine.replied(.ended(trailers: []), now: now)
            case .returned: machine.replied(.returned, now: now)
            case .bare: machine.replied(.bare(AnswerHead(status: 204, headers: [])), now: now)
            case .cut: machine.replied(.cut, now: now)
            case .sent: machine.sent(now: now)
            case .inputEnded: machine.ended(now: now)
            case .failed: machine.failed(RequestFailure(400, "broken"), now: now)
            case .timePassed: machine.timePassed(now: now)
            case .drain: machine.drain()
            case .vanished: machine.vanished()
            }
        return words(actions)
    }

    /// Actions in short: `read`, `serve`, `send 200 close last`, …
    private func words(_ actions: [RequestMachine.Action]) -> String {
        actions.map { action in
            switch action {
            case .read: "read"
            case .watch: "watch"
            case .serve: "serve"
            case .deliver(.piece): "piece"
            case .deliver(.end): "end"
            case .dismiss: "dismiss"
            case .send(let parts, let isLast): "send" + parts.map(word).joined() + (isLast ? " last" : "")
            case .alarm(let time):
                time.map { "\(($0.uptimeNanoseconds - Self.start.uptimeNanoseconds) / 1_000_000_000)s" } ?? "noalarm"
            case .closeOutput: "shut"
            case .close: "close"
            case .refused(let failure): "refused\(failure.status)"
            case .idle(let isIdle): isIdle ? "idle" : "busy"
            }
        }.joined(separator: " ")
    }

    private func word(_ part: AnswerPart) -> String {
        switch part {
        case .proceed: " 100"
        case .head(let head, let closes, let ends): " \(head.status)" + (closes ? "!" : "") + (ends ? "." : "")
        case .piece: "+"
        case .end: "."
        }
    }

    /// Events that lead to a phase, and what each event does there; those left out do nothing.
    private static let table: [(path: [Event], does: [Event: String])] = [
        (
            [],
            [
                .began: "15s", .whole: "busy 15s read", .streamed: "busy noalarm serve watch",
                .missing: "busy 15s read",
                .inputEnded: "noalarm dismiss close", .failed: "refused400 60s dismiss send 400!+. last",
                .timePassed: "noalarm dismiss close", .drain: "noalarm dismiss close",
            ]
        ),
        (
            [.began],
            [
                .began: "15s", .whole: "busy 15s read", .streamed: "busy noalarm serve watch",
                .missing: "busy 15s read",
                .inputEnded: "noalarm dismiss close", .failed: "refused400 60s dismiss send 400!+. last",
                .timePassed: "refused408 60s dismiss send 408!+. last",
            ]
        ),
        (
            [.whole],
            [
                .body: "15s read", .end: "noalarm serve", .inputEnded: "noalarm dismiss close",
                .failed: "refused400 60s dismiss send 400!+. last",
                .timePassed: "refused408 60s dismiss send 408!+. last",
            ]
        ),
        (
            [.missing],
            [
                .body: "15s read", .end: "refused404 60s dismiss send 404+. last",
                .inputEnded: "noalarm dismiss close", .failed: "refused400 60s dismiss send 400!+. last",
                .timePassed: "refused404 60s dismiss send 404!+. last",
            ]
        ),
        (
            [.whole, .end],
            [
                .answer: "60s dismiss send 200+. last", .returned: "60s dismiss send 500+. last",
                .answerHead: "noalarm send 200", .bare: "60s dismiss send 204. last", .cut: "noalarm dismiss close",
            ]
        ),
        (
            [.whole, .end, .answer],
            [
                .sent: "idle 75s read", .timePassed: "noalarm dismiss close",
            ]
        ),
        (
            [.failed],
            [.sent: "1s shut read", .timePassed: "noalarm dismiss close"]
        ),
        (
            [.failed, .sent],
            [.inputEnded: "noalarm dismiss close", .timePassed: "noalarm dismiss close", .failed: "read"]
        ),
        (
            [.streamed],
            [
                .end: "noalarm watch", .wanted: "15s read", .answer: "60s dismiss send 200!+. last",
                .answerHead: "noalarm send 200", .returned: "60s dismiss send 500!+. last",
                .inputEnded: "noalarm dismiss close", .failed: "noalarm dismiss close",
                .timePassed: "noalarm dismiss close", .bare: "60s dismiss send 204!. last",
                .cut: "noalarm dismiss close",
            ]
        ),
        (
            [.streamed, .wanted],
            [
                .body: "noalarm piece watch", .end: "noalarm watch end", .wanted: "15s read",
                .answer: "60s dismiss send 200!+. last", .answerHead: "noalarm send 200",
                .returned: "60s dismiss send 500!+. last", .inputEnded: "noalarm dismiss close",
                .failed: "noalarm dismiss close", .timePassed: "noalarm dismiss close",
                .bare: "60s dismiss send 204!. last", .cut: "noalarm dismiss close",
            ]
        ),
        (
            [.streamed, .end, .answerHead],
            [
                .body: "", .end: "noalarm watch", .inputEnded: "noalarm dismiss close", .wanted: "end",
                .answerPiece: "send+", .answerEnd: "60s dismiss send. last",
                .returned: "60s dismiss send+ last", .timePassed: "noalarm dismiss close",
                .cut: "60s dismiss send+ last",
            ]
        ),
        ([.streamed, .end, .answerHead, .cut], [.sent: "1s shut read", .timePassed: "noalarm dismiss close"]),
        ([.vanished], [:]),
    ]

    @Test func `every event does in every phase what the table says`() {
        for (path, does) in Self.table {
            for event in Event.allCases where event != .vanished {
                var machine = Self.machine()
                _ = machine.opened(now: Self.start)
                for step in path { _ = happen(step, &machine) }
                #expect(happen(event, &machine) == does[event, default: ""], "\(event) after \(path)")
            }
        }
    }

    @Test func `a stream of HTTP/2 has one request and ends with its answer`() {
        var machine = Self.machine(.stream)
        #expect(words(machine.opened(now: Self.start)) == "15s read")
        _ = happen(.whole, &machine)
        _ = happen(.end, &machine)
        _ = happen(.answer, &machine)
        #expect(happen(.sent, &machine) == "noalarm")
        #expect(happen(.whole, &machine).isEmpty)
    }

    @Test func `a body over the limit is thrown away and refused, one beyond all bounds ends the connection`() {
        var machine = Self.machine()
        #expect(words(machine.received(Self.head("/whole", .streamed), now: Self.start)) == "busy 15s read")
        #expect(words(machine.received(ByteBuffer(repeating: 1, count: 101), now: Self.start)) == "15s read")
        #expect(words(machine.received(ByteBuffer(repeating: 1, count: 500), now: Self.start)) == "15s read")
        var other = machine
        #expect(happen(.end, &other) == "refused413 60s dismiss send 413+. last")
        #expect(happen(.body, &machine) == "refused413 60s dismiss send 413!+. last")
        var announced = Self.machine()
        let far = announced.received(Self.head("/whole", .length(501)), now: Self.start)
        #expect(words(far) == "busy refused413 60s dismiss send 413!+. last")
    }

    @Test func `who waits for 100 gets it, or the refusal and the end`() {
        var machine = Self.machine()
        let good = machine.received(Self.head("/whole", expectsContinue: true), now: Self.start)
        #expect(words(good) == "busy send 100 15s read")
        machine = Self.machine()
        let bad = machine.received(Self.head("/nowhere", expectsContinue: true), now: Self.start)
        #expect(words(bad) == "busy refused404 60s dismiss send 404!+. last")
    }

    @Test func `a client that has said all it will still gets its answer, and then the end`() {
        for (steps, last) in [([Event.whole, .end, .inputEnded, .answer], "noalarm dismiss close")] {
            var machine = Self.machine()
            for step in steps { _ = happen(step, &machine) }
            #expect(happen(.sent, &machine) == last)
        }
    }

    @Test func `HEAD gets no body, and who wants the end gets it`() {
        var machine = Self.machine()
        _ = machine.received(Self.head("/whole", .none, method: "HEAD"), now: Self.start)
        _ = happen(.end, &machine)
        #expect(happen(.answer, &machine) == "60s dismiss send 200. last")
        machine = Self.machine()
        _ = machine.received(Self.head("/whole", keepsAlive: false), now: Self.start)
        _ = happen(.end, &machine)
        #expect(happen(.answer, &machine) == "60s dismiss send 200!+. last")
        #expect(happen(.sent, &machine) == "1s shut read")
    }

    @Test func `a slow request is told so when its time is over, however often bytes came`() {
        var machine = Self.machine()
        _ = machine.received(Self.head("/whole"), now: Self.start)
        let late = machine.received(ByteBuffer(string: "x"), now: Self.start + .seconds(50))
        #expect(words(late) == "60s read", "a whole request has a minute")
    }

    @Test func `a call's deadline is kept while its body comes and while it is worked on`() {
        var machine = Self.machine()
        #expect(words(machine.received(Self.head("/timed"), now: Self.start)) == "busy 5s read")
        #expect(happen(.end, &machine) == "5s serve")
        #expect(happen(.timePassed, &machine).isEmpty, "it has not passed yet")
        let passed = machine.timePassed(now: Self.start + .seconds(5))
        #expect(words(passed) == "refused408 65s dismiss send 200. last", "gRPC says it in its own status")
        #expect(happen(.answer, &machine).isEmpty, "the answer comes too late")
    }

    @Test func `pieces that come early wait, and are given out in order`() {
        var machine = Self.machine()
        _ = happen(.streamed, &machine)
        #expect(happen(.body, &machine).isEmpty && happen(.body, &machine).isEmpty)
        #expect(happen(.wanted, &machine) == "piece watch" && happen(.wanted, &machine) == "piece watch")
        #expect(happen(.end, &machine) == "noalarm watch")
        #expect(happen(.wanted, &machine) == "end")
    }

    @Test func `an answer without a length ends a connection of HTTP 1.0`() {
        var machine = Self.machine()
        _ = machine.received(Self.head("/streamed", .none, version: .http10), now: Self.start)
        _ = happen(.end, &machine)
        #expect(happen(.answerHead, &machine) == "noalarm send 200!")
        #expect(happen(.answerEnd, &machine) == "60s dismiss send. last")
        #expect(happen(.sent, &machine) == "1s shut read")
    }

    @Test func `what a request holds is given back when the work on it has ended, not when its client is gone`() {
        let budget = WorkBudget(bytes: 1000, requests: 1)
        var machine = Self.machine(budget: budget)
        _ = happen(.whole, &machine)
        _ = machine.received(ByteBuffer(repeating: 1, count: 60), now: Self.start)
        let served = machine.receivedEnd(now: Self.start)
        #expect(budget.freeBytes == 940)
        _ = machine.vanished()
        #expect(budget.freeBytes == 940 && budget.share() == nil, "somebody still works on it")
        withExtendedLifetime(served) {}
        #expect(words(served) == "noalarm serve")
    }

    @Test func `with as many requests at work as there may be, another is told to come again`() {
        let budget = WorkBudget(bytes: 1000, requests: 1)
        var first = Self.machine(budget: budget)
        _ = happen(.whole, &first)
        var second = Self.machine(budget: budget)
        #expect(happen(.whole, &second) == "busy 15s read")
        #expect(happen(.end, &second) == "refused503 60s dismiss send 503+. last")
        _ = first.vanished()
        var third = Self.machine(budget: budget)
        _ = happen(.whole, &third)
        #expect(happen(.end, &third) == "noalarm serve")
    }

    @Test func `the many requests of one connection leave room for the first of others`() {
        let budget = WorkBudget(bytes: 4 << 20, requests: 4)
        let crowded = budget.seat()
        var streams = (0..<3).map { _ in Self.machine(.stream, at: crowded) }
        #expect(streams.indices.map { isServed(&streams[$0]) } == [true, true, false])
        var others = (0..<3).map { _ in Self.machine(.stream, at: budget.seat()) }
        #expect(others.indices.map { isServed(&others[$0]) } == [true, true, false])
        _ = streams[0].vanished()
        var next = Self.machine(.stream, at: crowded)
        #expect(!isServed(&next), "not the only one of its connection")
        var later = Self.machine(.stream, at: budget.seat())
        #expect(isServed(&later))
    }

    /// Whether a whole request is taken, and not told to come again.
    private func isServed(_ machine: inout RequestMachine) -> Bool {
        _ = happen(.whole, &machine)
        return happen(.end, &machine) == "noalarm serve"
    }

    @Test func `large bodies leave room for small ones`() throws {
        let budget = WorkBudget(bytes: 1 << 20, requests: 10)
        let large = try #require(budget.seat().share())
        #expect(large.grow(by: 768 << 10) && !large.grow(by: 1))
        let seat = budget.seat()
        let small = try #require(seat.share())
        let beside = try #require(seat.share())
        #expect(!beside.grow(by: 1), "one of several of its connection")
        #expect(small.grow(by: 200 << 10) && small.grow(by: 56 << 10))
        #expect(!small.grow(by: 1), "no longer small")
        withExtendedLifetime((large, small, beside)) {}
    }

    @Test func `bodies that together are too large are told to come again`() {
        let budget = WorkBudget(bytes: 50, requests: 10)
        var machine = Self.machine(budget: budget)
        _ = happen(.whole, &machine)
        _ = machine.received(ByteBuffer(repeating: 1, count: 51), now: Self.start)
        #expect(happen(.end, &machine) == "refused429 60s dismiss send 429+. last")
        #expect(budget.freeBytes == 50)
    }
}

extension WorkBudget {
    /// Bytes that are free.
    fileprivate var freeBytes: Int { free.withLock { $0.bytes } }
}
