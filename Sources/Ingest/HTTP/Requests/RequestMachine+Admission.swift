internal import NIOCore

extension RequestMachine {
    mutating func admit(_ head: RequestHead, now: NIODeadline) -> [Action] {
        let judgement = gate.judge(head)
        var exchange = Exchange(head: head, dialect: judgement.dialect, headers: judgement.headers)
        switch judgement.verdict {
        case .refuse(let failure): return turnAway(failure.answer(in: exchange.dialect), failure, exchange, now: now)
        case .answer(let answer): return turnAway(answer, nil, exchange, now: now)
        case .serve(let admission):
            guard let share = seat.share() else {
                let failure = RequestFailure.busy(503, "too many requests are at work; send this one again")
                return turnAway(failure.answer(in: exchange.dialect), failure, exchange, now: now)
            }
            exchange.admission = admission
            exchange.share = share
            exchange.deadline = admission.timeout.map { now + $0 }
            return take(admission, exchange, share, now: now)
        }
    }

    mutating func take(
        _ admission: Admission, _ exchange: Exchange, _ share: WorkBudget.Share, now: NIODeadline
    ) -> [Action] {
        let head = exchange.head
        let proceed: [Action] = head.expectsContinue ? [.send([.proceed], isLast: false)] : []
        switch admission.body {
        case .whole(let limit):
            if case .length(let length) = head.framing, length > limit {
                let failure = Self.tooLarge(limit)
                return turnAway(failure.answer(in: exchange.dialect), failure, exchange, now: now)
            }
            if case .length(let length) = head.framing { body.reserveCapacity(min(length, 1 << 20)) }
            phase = .collecting(exchange, limit: limit)
            return proceed + [.alarm(self.limit(now)), .read]
        case .streamed:
            requestStart = nil
            phase = .streaming(exchange, Stream())
            let accepted = Accepted(
                serial: serial, head: head, admission: admission, body: ByteBuffer(), share: share)
            return proceed + [.alarm(exchange.deadline), .serve(accepted), .watch]
        }
    }

    /// When the part of a request that comes next must have come.
    mutating func limit(_ now: NIODeadline) -> NIODeadline {
        let start = requestStart ?? now
        requestStart = start
        let limit = min(start + patience.request, now + patience.stall)
        guard case .collecting(let exchange, _) = phase, let deadline = exchange.deadline else { return limit }
        return min(limit, deadline)
    }

    /// When more of a refused body must have come. The end of a stream ends no connection, so it need not be waited for
    /// as long.
    mutating func restLimit(_ now: NIODeadline) -> NIODeadline {
        carrier == .stream ? min(limit(now), now + patience.linger) : limit(now)
    }

    mutating func collect(
        _ bytes: ByteBuffer, _ exchange: Exchange, _ most: Int, now: NIODeadline
    ) -> [Action] {
        let size = bytes.readableBytes
        var refusal: RequestFailure?
        if body.readableBytes + size > most {
            refusal = Self.tooLarge(most)
        } else if exchange.share?.grow(by: size) != true {
            refusal = .busy(429, "too many large requests at once; send this one again")
        }
        guard let refusal else {
            body.writeImmutableBuffer(bytes)
            return [.alarm(limit(now)), .read]
        }
        body = ByteBuffer()
        var exchange = exchange
        exchange.share = nil
        phase = .discarding(
            exchange, refusal.answer(in: exchange.dialect), refusal, remaining: gate.rules.drainLimit)
        return [.alarm(restLimit(now)), .read]
    }

    /// Answers without work: at once where the rest of the request is not worth reading, else behind it.
    mutating func turnAway(
        _ answer: Answer, _ failure: RequestFailure?, _ exchange: Exchange, now: NIODeadline
    ) -> [Action] {
        var exchange = exchange
        exchange.share = nil
        // Who waits for 100 has not sent the body; whether it will is unknown, so the connection ends here.
        var ends = exchange.head.expectsContinue
        if case .length(let length) = exchange.head.framing, length > gate.rules.drainLimit { ends = true }
        guard !ends else { return answerRefused(exchange, answer, failure, closing: true, now: now) }
        phase = .discarding(exchange, answer, failure, remaining: gate.rules.drainLimit)
        return [.alarm(restLimit(now)), .read]
    }

    mutating func refuse(
        _ failure: RequestFailure, _ exchange: Exchange, closing: Bool, now: NIODeadline
    ) -> [Action] {
        answerRefused(exchange, failure.answer(in: exchange.dialect), failure, closing: closing, now: now)
    }

    mutating func answerRefused(
        _ exchange: Exchange, _ answer: Answer, _ failure: RequestFailure?, closing: Bool, now: NIODeadline
    ) -> [Action] {
        (failure.map { [.refused($0)] } ?? []) + finish(answer, exchange, closing: closing, now: now)
    }

    /// Answers and stays, unless somebody wants the end.
    mutating func finish(
        _ answer: Answer, _ exchange: Exchange, closing: Bool, now: NIODeadline
    ) -> [Action] {
        body = ByteBuffer()
        requestStart = nil
        var exchange = exchange
        exchange.share = nil
        let closes = closing || isDraining || !exchange.head.keepsAlive
        phase = .answering(exchange, closes: closes)
        let parts = answer.adding(exchange.headers)
            .parts(omittingBody: exchange.head.method == "HEAD", closes: closes)
        return [.alarm(now + patience.request), .dismiss, .send(parts, isLast: true)]
    }

    mutating func shut() -> [Action] {
        body = ByteBuffer()
        phase = .closed
        return [.alarm(nil), .dismiss, .close]
    }

    static func tooLarge(_ limit: Int) -> RequestFailure {
        RequestFailure(413, "the body is larger than \(limit) bytes; send smaller batches")
    }

    static let tooLate = RequestFailure(408, "the call's deadline passed before it was done with")
    static let noAnswer = RequestFailure(500, "nobody answered this request")
    static let noHead = RequestHead(
        method: "GET", path: "", query: nil, version: .http11, fields: [], framing: .none, keepsAlive: false,
        expectsContinue: false)
}
