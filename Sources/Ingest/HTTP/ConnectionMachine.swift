internal import NIOCore

/// One HTTP connection as a value: bytes, answers, time and the end of input go in, actions come out. One request is at
/// work at a time; what the client sends meanwhile waits in the socket (pipelining).
struct ConnectionMachine {
    /// How long a client may take.
    struct Patience: Hashable, Sendable {
        /// Between two requests.
        var idle = TimeAmount.seconds(75)
        /// Without a single byte inside a request.
        var stall = TimeAmount.seconds(15)
        /// For a whole request.
        var request = TimeAmount.seconds(60)
        /// For the client to read our last answer and hang up.
        var linger = TimeAmount.seconds(1)
    }

    /// A request whose body has come.
    struct Request: Sendable {
        var plan: RequestPlan
        var head: RequestHead
        var body: ByteBuffer
    }

    enum Action {
        /// Ask the socket for more.
        case read
        /// Send `100 Continue`.
        case proceed
        /// Work on it, then call ``answered(_:now:)``.
        case serve(Request)
        /// Send this; after `closing`, send nothing more.
        case send(ByteBuffer, closing: Bool)
        /// Call ``timePassed(now:)`` then; `nil` takes the alarm back.
        case alarm(NIODeadline?)
        /// Close the socket.
        case close
        /// Tell whoever counts that a request was refused.
        case refused(RequestFailure)
    }

    private enum Phase {
        case betweenRequests
        case inHead
        case collecting(Exchange)
        case discarding(Exchange, RequestFailure, remaining: Int)
        case working(Exchange)
        case lingering
        case closed
    }

    private struct Exchange {
        var head: RequestHead
        var plan: RequestPlan?

        /// Whether errors are told in protobuf.
        var wantsProtobuf: Bool {
            head["content-type"]?.lowercased().hasPrefix(ContentType.protobuf) ?? false
        }
    }

    private let gate: RequestGate
    private let patience: Patience
    private let budget: BodyBudget
    private var parser: RequestParser
    private var input = ByteBuffer()
    /// The body so far. Not part of the phase, so that nothing shares it while it grows.
    private var body = ByteBuffer()
    private var phase = Phase.betweenRequests
    private var requestStart: NIODeadline?
    private var heldBytes = 0
    private var isDraining = false
    private var inputEnded = false

    init(gate: RequestGate, patience: Patience, budget: BodyBudget, limits: RequestParser.Limits = .init()) {
        self.gate = gate
        self.patience = patience
        self.budget = budget
        self.parser = RequestParser(limits: limits)
    }

    /// The connection is open.
    mutating func opened(now: NIODeadline) -> [Action] {
        [.alarm(now + patience.idle), .read]
    }

    /// Bytes came.
    mutating func received(_ bytes: inout ByteBuffer, now: NIODeadline) -> [Action] {
        switch phase {
        case .lingering: return [.read]
        case .closed: return []
        default: break
        }
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        return advance(now: now)
    }

    /// The client sends nothing more. What it already sent is answered.
    mutating func ended(now: NIODeadline) -> [Action] {
        inputEnded = true
        switch phase {
        case .working: return []
        case .closed: return []
        case .betweenRequests, .inHead, .collecting, .discarding, .lingering: return shut()
        }
    }

    /// The request at work was answered.
    mutating func answered(_ answer: Answer, now: NIODeadline) -> [Action] {
        guard case .working(let exchange) = phase else { return [] }
        return finish(answer, exchange, closing: false, now: now)
    }

    /// The alarm rang.
    mutating func timePassed(now: NIODeadline) -> [Action] {
        switch phase {
        case .betweenRequests, .lingering, .closed: return shut()
        case .inHead, .collecting, .discarding:
            return fail(RequestFailure(408, "the request did not come in time"), now: now)
        case .working: return []
        }
    }

    /// The receiver shuts down: a connection that is not at work closes now, another after its answer.
    mutating func drain() -> [Action] {
        isDraining = true
        guard case .betweenRequests = phase else { return [] }
        return shut()
    }

    /// The socket is gone.
    mutating func vanished() {
        release()
        phase = .closed
    }

    private mutating func advance(now: NIODeadline) -> [Action] {
        var actions: [Action] = []
        while true {
            switch phase {
            case .working, .lingering, .closed: return actions
            default: break
            }
            do throws(FramingFailure) {
                guard let event = try parser.next(&input) else { break }
                actions += handle(event, now: now)
            } catch {
                return actions + fail(RequestFailure(error.status, error.reason), now: now)
            }
        }
        if input.readableBytes == 0 { input.clear() } else { input.discardReadBytes() }
        return actions + waitForMore(now: now)
    }

    private mutating func waitForMore(now: NIODeadline) -> [Action] {
        if inputEnded { return shut() }
        if case .betweenRequests = phase {
            guard input.readableBytes > 0 || !parser.isBetweenRequests else {
                return [.alarm(now + patience.idle), .read]
            }
            phase = .inHead
        }
        let start = requestStart ?? now
        requestStart = start
        return [.alarm(min(start + patience.request, now + patience.stall)), .read]
    }

    private mutating func handle(_ event: RequestParser.Event, now: NIODeadline) -> [Action] {
        switch (event, phase) {
        case (.head(let head), _): return begin(head, now: now)
        case (.body(let bytes), .collecting(let exchange)): return collect(bytes, exchange)
        case (.body(let bytes), .discarding(let exchange, let failure, let remaining)):
            guard bytes.readableBytes <= remaining else { return close(with: failure, exchange, now: now) }
            phase = .discarding(exchange, failure, remaining: remaining - bytes.readableBytes)
            return []
        case (.end, .collecting(let exchange)):
            guard let plan = exchange.plan else { return [] }
            requestStart = nil
            phase = .working(exchange)
            defer { body = ByteBuffer() }
            return [.alarm(nil), .serve(Request(plan: plan, head: exchange.head, body: body))]
        case (.end, .discarding(let exchange, let failure, _)):
            let isProtobuf = exchange.wantsProtobuf
            return [.refused(failure)]
                + finish(failure.answer(isProtobuf: isProtobuf), exchange, closing: false, now: now)
        case (.body, _), (.end, _): return []
        }
    }

    private mutating func begin(_ head: RequestHead, now: NIODeadline) -> [Action] {
        requestStart = requestStart ?? now
        switch gate.judge(head) {
        case .refuse(let failure):
            let exchange = Exchange(head: head)
            // Who waits for 100 has not sent the body; whether it will is unknown, so the connection ends here.
            if head.expectsContinue, head.framing != .none { return close(with: failure, exchange, now: now) }
            if case .length(let length) = head.framing, length > gate.rules.drainLimit {
                return close(with: failure, exchange, now: now)
            }
            phase = .discarding(exchange, failure, remaining: gate.rules.drainLimit)
            return []
        case .serve(let plan):
            if case .length(let length) = head.framing { body.reserveCapacity(min(length, 1 << 20)) }
            phase = .collecting(Exchange(head: head, plan: plan))
            return head.expectsContinue && head.framing != .none ? [.proceed] : []
        }
    }

    private mutating func collect(_ bytes: ByteBuffer, _ exchange: Exchange) -> [Action] {
        let size = bytes.readableBytes
        var refusal: RequestFailure?
        if body.readableBytes + size > gate.rules.bodyLimit {
            refusal = gate.tooLarge
        } else if !budget.take(size) {
            refusal = RequestFailure(
                429, "too many large requests at once; send this one again",
                headers: [Answer.Header(name: "Retry-After", value: "1")])
        } else {
            heldBytes += size
        }
        if let refusal {
            release()
            phase = .discarding(exchange, refusal, remaining: gate.rules.drainLimit)
            return []
        }
        body.writeImmutableBuffer(bytes)
        return []
    }

    /// Answers and stays, unless somebody wants the end.
    private mutating func finish(
        _ answer: Answer, _ exchange: Exchange, closing: Bool, now: NIODeadline
    ) -> [Action] {
        release()
        let closes = closing || isDraining || !exchange.head.keepsAlive
        let bytes = answer.encoded(
            omittingBody: exchange.head.method == "HEAD", closing: closes,
            keepAliveIsNews: exchange.head.minorVersion == 0)
        requestStart = nil
        if closes {
            phase = .lingering
            input.clear()
            return [.send(bytes, closing: true), .alarm(now + patience.linger)] + (inputEnded ? [] : [.read])
        }
        phase = .betweenRequests
        return [.send(bytes, closing: false)] + advance(now: now)
    }

    private mutating func close(with failure: RequestFailure, _ exchange: Exchange, now: NIODeadline) -> [Action] {
        [.refused(failure)]
            + finish(failure.answer(isProtobuf: exchange.wantsProtobuf), exchange, closing: true, now: now)
    }

    /// Refuses what cannot be read on: the place of the next request is unknown.
    private mutating func fail(_ failure: RequestFailure, now: NIODeadline) -> [Action] {
        let exchange: Exchange
        switch phase {
        case .collecting(let known), .discarding(let known, _, _): exchange = known
        default:
            exchange = Exchange(
                head: RequestHead(
                    method: "GET", path: "", minorVersion: 1, fields: [], framing: .none, keepsAlive: false,
                    expectsContinue: false))
        }
        return close(with: failure, exchange, now: now)
    }

    private mutating func shut() -> [Action] {
        release()
        phase = .closed
        return [.alarm(nil), .close]
    }

    private mutating func release() {
        budget.giveBack(heldBytes)
        heldBytes = 0
        body = ByteBuffer()
    }
}
