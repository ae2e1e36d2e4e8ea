internal import AsyncHTTPClient
internal import Ingest
internal import NIOCore
internal import NIOHTTP1

/// Passes one request on and its answer back, piece by piece as they come: each side is read only as fast as the other
/// takes, and who hangs up on us has us hang up on the other. What is recorded is read from copies, elsewhere.
struct PassingCall: RequestResponder {
    let upstream: ProxyUpstream
    let target: String
    let ownKey: String?
    let client: UpstreamClient
    let desk: CallDesk

    func respond(to request: IncomingRequest, through answer: AnswerWriter) async {
        let reading = desk.reading(of: request, to: upstream, target)
        await pass(request, answer, reading)
        await reading?.settled()
    }

    private func pass(_ request: IncomingRequest, _ answer: AnswerWriter, _ reading: CallReading?) async {
        let arriving = UpstreamAnswer(reading)
        defer { arriving.letGo() }
        do {
            let sending = try send(request, arriving, reading)
            await withTaskCancellationHandler {
                await passBack(arriving, isHead: request.head.method == "HEAD", answer, reading)
                // Whatever is still under way is of no use to anybody.
                sending.fail(reason: HTTPClientError.cancelled)
            } onCancel: {
                sending.fail(reason: HTTPClientError.cancelled)
            }
        } catch {
            neverAnswered(error, answer, reading)
        }
    }

    private func send(
        _ request: IncomingRequest, _ arriving: UpstreamAnswer, _ reading: CallReading?
    ) throws -> HTTPClient.Task<Void> {
        var body: CopiedRequestBody?
        switch request.head.framing {
        case .none, .length(0): reading?.sentAll()
        case .length(let length): body = CopiedRequestBody(base: request.body, length: length, reading: reading)
        case .streamed: body = CopiedRequestBody(base: request.body, length: nil, reading: reading)
        }
        return try client.send(
            request.head, PassedHeaders.up(request.head, ownKey: ownKey), body, to: target, arriving)
    }

    private func passBack(
        _ arriving: UpstreamAnswer, isHead: Bool, _ answer: AnswerWriter, _ reading: CallReading?
    ) async {
        switch await arriving.next() {
        case .head(let head):
            do {
                try await passBack(head, arriving, isHead: isHead, answer)
                reading?.end(.whole)
            } catch {
                reading?.end(Self.isGone(error) ? .letGo : .broken(UpstreamFailure(error, at: target, hasBegun: true)))
                answer.cut()
            }
        case .failure(let error): neverAnswered(error, answer, reading)
        case .piece, .end: neverAnswered(HTTPClientError.remoteConnectionClosed, answer, reading)
        }
    }

    private func passBack(
        _ received: HTTPResponseHead, _ arriving: UpstreamAnswer, isHead: Bool, _ answer: AnswerWriter
    ) async throws {
        let head = AnswerHead(
            status: Int(received.status.code), headers: PassedHeaders.down(received.headers),
            length: received.headers.first(name: "content-length").flatMap { Int($0) },
            reason: received.status.reasonPhrase)
        // These have no body, whatever their headers say of its length.
        guard !isHead, head.status != 204, head.status != 304 else { return answer.finish(head) }
        try await answer.begin(head)
        while true {
            switch await arriving.next() {
            case .piece(let piece): try await answer.write(piece)
            case .end: return try await answer.end()
            case .failure(let error): throw error
            case .head: throw HTTPClientError.remoteConnectionClosed
            }
        }
    }

    /// What the app sees where no answer came: the same as without us where the connection was cut, else why there is none.
    private func neverAnswered(_ error: any Error, _ answer: AnswerWriter, _ reading: CallReading?) {
        guard !Self.isGone(error) else {
            reading?.end(.cancelled)
            return answer.cut()
        }
        let failure = UpstreamFailure(error, at: target, hasBegun: false)
        reading?.end(.broken(failure))
        if failure.wasConnected { return answer.cut() }
        answer.finish(RequestFailure(502, "fallom's proxy: \(failure)").answer(in: .json))
    }

    /// Whether it was the app that hung up.
    private static func isGone(_ error: any Error) -> Bool {
        error is ClientGone || error is CancellationError || Task.isCancelled
            || (error as? HTTPClientError) == .cancelled
    }
}

/// A request's body on its way to the provider, copied piece by piece as it is asked for.
struct CopiedRequestBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let base: RequestBody
    /// How many bytes it has, where that was announced: the provider may answer before its end is asked for.
    let length: Int?
    let reading: CallReading?

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), left: length, reading: reading)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        var left: Int?
        let reading: CallReading?

        mutating func next() async throws -> ByteBuffer? {
            guard let piece = try await base.next() else {
                reading?.sentAll()
                return nil
            }
            reading?.sent(piece)
            left = left.map { $0 - piece.readableBytes }
            if left == 0 { reading?.sentAll() }
            return piece
        }
    }
}
