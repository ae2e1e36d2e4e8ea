public import NIOCore

/// Some of the server's paths, and who answers there. The server asks its routes in order; host, origin and key of a
/// request were checked before.
public protocol RequestRoute: Sendable {
    /// Says from a request's head how it is taken; `nil` when the path is another's. Throws to refuse it.
    func admit(_ head: RequestHead) throws(RequestFailure) -> Admission?
}

/// How a request is taken.
public struct Admission: Sendable {
    /// What happens to the body.
    public enum Body: Hashable, Sendable {
        /// It is collected, up to so many bytes, before the responder begins.
        case whole(limit: Int)
        /// The responder begins at once and takes the pieces as they come.
        case streamed
    }

    /// What happens to the body.
    public var body: Body
    /// How the client is told of failures.
    public var dialect: AnswerDialect
    /// How long the client waits, from the head on; `nil` for as long as it takes.
    public var timeout: TimeAmount?
    /// Who answers.
    public var responder: any RequestResponder

    /// Makes an admission.
    public init(
        body: Body, dialect: AnswerDialect = .json, timeout: TimeAmount? = nil, responder: any RequestResponder
    ) {
        self.body = body
        self.dialect = dialect
        self.timeout = timeout
        self.responder = responder
    }
}

/// Answers requests, whole or piece by piece.
public protocol RequestResponder: Sendable {
    /// Answers one request: ``AnswerWriter/finish(_:)`` once, or ``AnswerWriter/begin(_:)``,
    /// ``AnswerWriter/write(_:)`` and ``AnswerWriter/end(trailers:)``. Runs on no event loop. The task of a streamed
    /// request is cancelled when the client is gone; that of a collected one is not, its work is finished. Whoever returns
    /// without an answer has the client told so, or, in the middle of one, cut off.
    func respond(to request: IncomingRequest, through answer: AnswerWriter) async
}

/// A request as a responder gets it.
public struct IncomingRequest: Sendable {
    /// Its head.
    public var head: RequestHead
    /// Its body.
    public var body: RequestBody
    /// The connection it came by: a number that no other connection of this server has.
    public var connection: Int
}

/// The client hung up, or its time was over, before the request was done with.
public struct ClientGone: Error, Hashable, Sendable {}

/// A request's body. Asking for the next piece is what makes the server read on from the client.
public struct RequestBody: AsyncSequence, Sendable {
    /// A piece as it came from the client.
    public typealias Element = ByteBuffer

    /// The whole body where it was collected, else nothing.
    public let collected: ByteBuffer
    let link: ExchangeLink?

    /// Gives the pieces.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var collected: ByteBuffer?
        let link: ExchangeLink?

        /// The next piece; `nil` at the body's end. Throws ``ClientGone``.
        public mutating func next() async throws -> ByteBuffer? {
            if let link { return try await link.nextPiece() }
            defer { collected = nil }
            return collected
        }
    }

    /// Begins at the first piece; a streamed body can be gone through once.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(collected: collected.readableBytes > 0 ? collected : nil, link: link)
    }
}

/// The way back to a client.
public struct AnswerWriter: Sendable {
    let link: ExchangeLink

    /// Gives the whole answer. It does not wait; what comes after it is ignored.
    public func finish(_ answer: Answer) {
        link.finish(answer)
    }

    /// Sends the head of an answer whose body follows. Throws ``ClientGone``.
    public func begin(_ head: AnswerHead) async throws {
        try await link.send(.began(head))
    }

    /// Sends a piece of the body, and returns when the client can take more. Throws ``ClientGone``.
    public func write(_ piece: ByteBuffer) async throws {
        try await link.send(.piece(piece))
    }

    /// Gives a whole answer that has a head and no body.
    public func finish(_ head: AnswerHead) {
        link.reply(.bare(head))
    }

    /// Breaks the answer off: what was written goes out, and the client sees that the rest is missing. Before ``begin(_:)``
    /// it is as if nobody had answered.
    public func cut() {
        link.reply(.cut)
    }

    /// Ends the answer. Throws ``ClientGone``.
    public func end(trailers: [Answer.Header] = []) async throws {
        try await link.send(.ended(trailers: trailers))
    }
}
