internal import NIOCore

/// What ties the task of a responder to the connection on its event loop. What comes too late, when the connection is
/// about another request or gone, is ignored.
struct ExchangeLink: Sendable {
    let loop: any EventLoop
    let handler: NIOLoopBound<RequestHandler>
    let serial: Int
    let answers: WorkBudget
    let dialect: AnswerDialect

    /// An answer of so many bytes costs nothing to speak of while it waits for its client.
    private static let small = 64 << 10

    /// Gives the whole answer. A large one has its share of what answers may take together until it is out.
    func finish(_ answer: Answer) {
        guard answer.body.count > Self.small else { return reply(.whole(answer)) }
        guard let share = answers.share(), share.grow(by: answer.body.count) else {
            return reply(.whole(Self.tooMuch.answer(in: dialect)))
        }
        reply(.whole(answer), keeping: share)
    }

    /// Says something that nobody waits for.
    func reply(_ reply: RequestMachine.Reply, keeping share: WorkBudget.Share? = nil) {
        loop.execute { handler.value.take(reply, of: serial, keeping: share, room: nil) }
    }

    /// Sends a part of an answer and waits for room behind it.
    func send(_ reply: RequestMachine.Reply) async throws {
        try await withCheckedThrowingContinuation { continuation in
            loop.execute { handler.value.take(reply, of: serial, keeping: nil, room: continuation) }
        }
    }

    /// The next piece of the body; `nil` at its end.
    func nextPiece() async throws -> ByteBuffer? {
        try await withCheckedThrowingContinuation { continuation in
            loop.execute { handler.value.give(continuation, of: serial) }
        }
    }

    private static let tooMuch = RequestFailure.busy(503, "too many large answers are on their way; ask again")
}

/// A request that is to be answered, and the way to do it.
struct PendingRequest: Sendable {
    let accepted: RequestMachine.Accepted
    let link: ExchangeLink
    /// Ends when nobody waits for the answer any longer.
    let dismissal: AsyncStream<Never>
    /// The connection's number.
    let connection: Int

    /// Has it answered.
    func run() async {
        switch accepted.admission.body {
        case .whole: await respond()
        case .streamed:
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await respond() }
                group.addTask { for await _ in dismissal {} }
                await group.next()
                group.cancelAll()
            }
        }
        link.reply(.returned)
    }

    private func respond() async {
        let isStreamed = accepted.admission.body == .streamed
        let body = RequestBody(collected: accepted.body, link: isStreamed ? link : nil)
        await accepted.admission.responder.respond(
            to: IncomingRequest(head: accepted.head, body: body, connection: connection),
            through: AnswerWriter(link: link))
    }
}
