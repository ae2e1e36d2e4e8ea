internal import NIOCore

extension RequestMachine {
    /// The first that a responder of a streamed request says.
    mutating func beganAnswer(
        _ reply: Reply, _ exchange: Exchange, _ stream: Stream, now: NIODeadline
    ) -> [Action] {
        switch reply {
        case .whole(let answer): return finish(answer, exchange, closing: !stream.hasEnded, now: now)
        case .began(let head): return begin(head, exchange, stream, now: now)
        case .bare(let head): return finish(head, exchange, closing: !stream.hasEnded, now: now)
        case .cut: return shut()
        case .returned:
            return finish(
                Self.noAnswer.answer(in: exchange.dialect), exchange, closing: !stream.hasEnded, now: now)
        case .piece, .ended: return []
        }
    }

    mutating func begin(
        _ head: AnswerHead, _ exchange: Exchange, _ stream: Stream, now: NIODeadline
    ) -> [Action] {
        var exchange = exchange
        var stream = stream
        stream.hasBegunAnswer = true
        // Without a length and without chunks only the connection's end ends the answer.
        if exchange.head.version == .http10, head.length == nil { exchange.head.keepsAlive = false }
        phase = .streaming(exchange, stream)
        var head = head
        head.headers += exchange.headers
        let closes = isDraining || !exchange.head.keepsAlive
        return [.alarm(nil), .send([.head(head, closes: closes, ends: false)], isLast: false)]
    }

    /// What a responder says behind an answer's head.
    mutating func went(
        on reply: Reply, _ exchange: Exchange, _ stream: Stream, now: NIODeadline
    ) -> [Action] {
        switch reply {
        case .piece(let bytes):
            return exchange.head.method == "HEAD" ? [] : [.send([.piece(bytes)], isLast: false)]
        case .ended(let trailers):
            let closes = isDraining || !exchange.head.keepsAlive || !stream.hasEnded
            phase = .answering(exchange, closes: closes)
            return [
                .alarm(now + patience.request), .dismiss, .send([.end(trailers: trailers)], isLast: true),
            ]
        // An answer that breaks off must not look whole; what was written of it goes out.
        case .cut, .returned:
            phase = .answering(exchange, closes: true)
            return [
                .alarm(now + patience.request), .dismiss, .send([.piece(ByteBuffer())], isLast: true),
            ]
        case .whole, .began, .bare: return []
        }
    }

    /// An answer that has a head and no body.
    mutating func finish(
        _ head: AnswerHead, _ exchange: Exchange, closing: Bool, now: NIODeadline
    ) -> [Action] {
        body = ByteBuffer()
        let closes = closing || isDraining || !exchange.head.keepsAlive
        phase = .answering(exchange, closes: closes)
        var head = head
        head.headers += exchange.headers
        return [
            .alarm(now + patience.request), .dismiss, .send([.head(head, closes: closes, ends: true)], isLast: true),
        ]
    }
}
