internal import NIOCore

/// The requests of one HTTP/1 connection, one after another, or the one of an HTTP/2 stream, as a value: heads, bodies,
/// answers and time go in, actions come out. One request is at work at a time; the next is taken when the answer to it
/// is out, so that a client that sends and never reads is not read from either.
struct RequestMachine {
    /// How long a client may take.
    struct Patience: Hashable, Sendable {
        /// Between two requests.
        var idle = TimeAmount.seconds(75)
        /// Without a single byte inside a request.
        var stall = TimeAmount.seconds(15)
        /// For a whole request, and for taking the answer to it.
        var request = TimeAmount.seconds(60)
        /// For the client to read our last answer and hang up.
        var linger = TimeAmount.seconds(1)
    }

    /// What the requests come by.
    enum Carrier: Hashable, Sendable {
        /// A connection of HTTP/1: more than one, and the connection ends in order.
        case connection
        /// A stream of HTTP/2: one.
        case stream
    }

    /// A request that is to be answered.
    struct Accepted: Sendable {
        var serial: Int
        var head: RequestHead
        var admission: Admission
        /// What came of the body, where it is collected.
        var body: ByteBuffer
        /// Its share of what all may hold; whoever works on the request keeps it till the end.
        var share: WorkBudget.Share
    }

    /// What a streaming responder is given when it asks for the next piece of the body.
    enum Delivery: Hashable, Sendable {
        case piece(ByteBuffer)
        case end
    }

    /// What a responder says.
    enum Reply: Hashable, Sendable {
        /// All of it.
        case whole(Answer)
        case began(AnswerHead)
        case piece(ByteBuffer)
        case ended(trailers: [Answer.Header])
        /// All of it: a head without a body.
        case bare(AnswerHead)
        /// The rest is missing, and the client is to see that.
        case cut
        /// It returned, and will say nothing more.
        case returned
    }

    enum Action {
        /// Ask the client for more.
        case read
        /// Learn when the client hangs up, without reading another request.
        case watch
        /// Work on it, and bring the replies with its serial.
        case serve(Accepted)
        /// Give this to the responder that waits for it.
        case deliver(Delivery)
        /// Tell the responder that nobody waits for it any longer.
        case dismiss
        /// Send this, and call ``sent(now:)`` once the last part is out, if it is the answer's last.
        case send([AnswerPart], isLast: Bool)
        /// Call ``timePassed(now:)`` then; `nil` takes the alarm back.
        case alarm(NIODeadline?)
        /// Send nothing more.
        case closeOutput
        /// End the connection, or the stream.
        case close
        /// Tell whoever counts that a request was refused.
        case refused(RequestFailure)
        /// Say whether the connection waits for a request, so that it can make room for another.
        case idle(Bool)
    }

    enum Phase {
        case betweenRequests
        case inHead
        case collecting(Exchange, limit: Int)
        /// The body is thrown away before the answer, so that the connection stays usable.
        case discarding(Exchange, Answer, RequestFailure?, remaining: Int)
        case working(Exchange)
        case streaming(Exchange, Stream)
        /// The answer is on its way out.
        case answering(Exchange, closes: Bool)
        case lingering
        case closed
    }

    struct Exchange {
        var head: RequestHead
        var dialect: AnswerDialect
        var admission: Admission?
        /// Headers that every answer to this request has.
        var headers: [Answer.Header]
        /// Kept until there is an answer; whoever still works on the request keeps it longer.
        var share: WorkBudget.Share?
        /// When the client stops waiting.
        var deadline: NIODeadline?
    }

    /// A request whose body and answer go by in pieces.
    struct Stream {
        /// Pieces that came before they were asked for.
        var pieces: [ByteBuffer] = []
        /// Whether the responder waits for a piece.
        var isWanted = false
        var hasEnded = false
        var hasBegunAnswer = false
    }

    let gate: RequestGate
    let patience: Patience
    let seat: WorkBudget.Seat
    let carrier: Carrier
    var phase = Phase.betweenRequests
    /// The body so far. Not part of the phase, so that nothing shares it while it grows.
    var body = ByteBuffer()
    var requestStart: NIODeadline?
    var isDraining = false
    var inputEnded = false
    /// Which request replies must be about.
    private(set) var serial = 0

    init(gate: RequestGate, patience: Patience, seat: WorkBudget.Seat, carrier: Carrier) {
        self.gate = gate
        self.patience = patience
        self.seat = seat
        self.carrier = carrier
    }

    /// The connection is open.
    mutating func opened(now: NIODeadline) -> [Action] {
        switch carrier {
        case .connection: [.idle(true), .alarm(now + patience.idle), .read]
        case .stream: [.alarm(now + patience.stall), .read]
        }
    }

    /// Some of a head came, and not all of it.
    mutating func began(now: NIODeadline) -> [Action] {
        switch phase {
        case .betweenRequests:
            phase = .inHead
            return [.alarm(limit(now))]
        case .inHead: return [.alarm(limit(now))]
        case .collecting, .discarding, .working, .streaming, .answering, .lingering, .closed: return []
        }
    }

    /// A head came.
    mutating func received(_ head: RequestHead, now: NIODeadline) -> [Action] {
        switch phase {
        case .betweenRequests, .inHead: break
        case .collecting, .discarding, .working, .streaming, .answering, .lingering, .closed: return []
        }
        serial += 1
        requestStart = requestStart ?? now
        return [.idle(false)] + admit(head, now: now)
    }

    /// Some of the body came.
    mutating func received(_ bytes: ByteBuffer, now: NIODeadline) -> [Action] {
        switch phase {
        case .collecting(let exchange, let limit): return collect(bytes, exchange, limit, now: now)
        case .discarding(let exchange, let answer, let failure, let remaining):
            let rest = remaining - bytes.readableBytes
            guard rest >= 0 else { return answerRefused(exchange, answer, failure, closing: true, now: now) }
            phase = .discarding(exchange, answer, failure, remaining: rest)
            return [.alarm(restLimit(now)), .read]
        case .streaming(let exchange, var stream):
            guard stream.isWanted else {
                stream.pieces.append(bytes)
                phase = .streaming(exchange, stream)
                return []
            }
            stream.isWanted = false
            phase = .streaming(exchange, stream)
            return [.alarm(nil), .deliver(.piece(bytes)), .watch]
        case .betweenRequests, .inHead, .working, .answering, .lingering, .closed: return []
        }
    }

    /// The body is whole.
    mutating func receivedEnd(now: NIODeadline) -> [Action] {
        switch phase {
        case .collecting(let exchange, _):
            guard let admission = exchange.admission, let share = exchange.share else { return [] }
            requestStart = nil
            phase = .working(exchange)
            defer { body = ByteBuffer() }
            let accepted = Accepted(
                serial: serial, head: exchange.head, admission: admission, body: body, share: share)
            return [.alarm(exchange.deadline), .serve(accepted)]
        case .discarding(let exchange, let answer, let failure, _):
            return answerRefused(exchange, answer, failure, closing: false, now: now)
        case .streaming(let exchange, var stream):
            stream.hasEnded = true
            let delivery = stream.isWanted ? [Action.deliver(.end)] : []
            stream.isWanted = false
            phase = .streaming(exchange, stream)
            return [.alarm(exchange.deadline), .watch] + delivery
        case .betweenRequests, .inHead, .working, .answering, .lingering, .closed: return []
        }
    }

    /// The responder of a streamed request asks for the next piece.
    mutating func wanted(now: NIODeadline) -> [Action] {
        guard case .streaming(let exchange, var stream) = phase else { return [] }
        defer { phase = .streaming(exchange, stream) }
        if !stream.pieces.isEmpty { return [.deliver(.piece(stream.pieces.removeFirst())), .watch] }
        if stream.hasEnded { return [.deliver(.end)] }
        stream.isWanted = true
        return [.alarm(now + patience.stall), .read]
    }

    /// The responder says something.
    mutating func replied(_ reply: Reply, now: NIODeadline) -> [Action] {
        switch phase {
        case .working(let exchange): return beganAnswer(reply, exchange, Stream(hasEnded: true), now: now)
        case .streaming(let exchange, let stream):
            return stream.hasBegunAnswer
                ? went(on: reply, exchange, stream, now: now) : beganAnswer(reply, exchange, stream, now: now)
        case .betweenRequests, .inHead, .collecting, .discarding, .answering, .lingering, .closed: return []
        }
    }

    /// The last part of an answer is out.
    mutating func sent(now: NIODeadline) -> [Action] {
        guard case .answering(_, let closes) = phase else { return [] }
        switch carrier {
        case .stream:
            phase = .closed
            return closes ? [.alarm(nil), .close] : [.alarm(nil)]
        case .connection:
            guard !inputEnded else { return shut() }
            guard !closes else {
                phase = .lingering
                return [.alarm(now + patience.linger), .closeOutput, .read]
            }
            phase = .betweenRequests
            return [.idle(true), .alarm(now + patience.idle), .read]
        }
    }

    /// The client sends nothing more. What it already sent is answered, but for what is answered in pieces: it may be long,
    /// and clients of such routes that close their side are gone.
    mutating func ended(now: NIODeadline) -> [Action] {
        inputEnded = true
        switch phase {
        case .working, .answering, .closed: return []
        case .betweenRequests, .inHead, .collecting, .discarding, .streaming, .lingering: return shut()
        }
    }

    /// What came cannot be read, and the place of the next request is unknown.
    mutating func failed(_ failure: RequestFailure, now: NIODeadline) -> [Action] {
        switch phase {
        case .betweenRequests, .inHead:
            let exchange = Exchange(head: Self.noHead, dialect: .json, headers: [])
            return refuse(failure, exchange, closing: true, now: now)
        case .collecting(let exchange, _), .discarding(let exchange, _, _, _):
            return refuse(failure, exchange, closing: true, now: now)
        case .streaming(_, let stream) where !stream.hasEnded: return shut()
        case .working, .streaming, .answering: return []
        case .lingering: return [.read]
        case .closed: return []
        }
    }

    /// The alarm rang.
    mutating func timePassed(now: NIODeadline) -> [Action] {
        switch phase {
        case .betweenRequests where carrier == .connection: return shut()
        case .lingering, .answering: return shut()
        case .closed: return []
        case .betweenRequests, .inHead, .collecting:
            return failed(RequestFailure(408, "the request did not come in time"), now: now)
        // What is wrong with it has been known for longer than that its rest is late.
        case .discarding(let exchange, let answer, let failure, _):
            return answerRefused(exchange, answer, failure, closing: true, now: now)
        case .working(let exchange):
            guard exchange.deadline.map({ $0 <= now }) == true else { return [] }
            return refuse(Self.tooLate, exchange, closing: false, now: now)
        case .streaming: return shut()
        }
    }

    /// The receiver shuts down: a connection that is not at work closes now, another after its answer.
    mutating func drain() -> [Action] {
        isDraining = true
        guard case .betweenRequests = phase else { return [] }
        return shut()
    }

    /// The socket is gone.
    mutating func vanished() -> [Action] {
        defer { phase = .closed }
        body = ByteBuffer()
        serial += 1
        return [.alarm(nil), .dismiss]
    }
}
