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
        let response: HTTPClientResponse
        do {
            response = try await client.http.execute(outgoing(request, reading), deadline: .distantFuture)
        } catch {
            return neverAnswered(error, answer, reading)
        }
        reading?.answered(status: Int(response.status.code), headers: response.headers)
        do {
            try await passBack(response, isHead: request.head.method == "HEAD", answer, reading)
            reading?.end(.whole)
        } catch {
            reading?.end(Self.isGone(error) ? .letGo : .broken(UpstreamFailure(error, at: target, hasBegun: true)))
            answer.cut()
        }
    }

    private func outgoing(_ request: IncomingRequest, _ reading: CallReading?) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: target)
        outgoing.method = HTTPMethod(rawValue: request.head.method)
        outgoing.headers = PassedHeaders.up(request.head, ownKey: ownKey)
        let body = CopiedRequestBody(base: request.body, reading: reading)
        switch request.head.framing {
        case .none, .length(0): reading?.sentAll()
        case .length(let length): outgoing.body = .stream(body, length: .known(Int64(length)))
        case .streamed: outgoing.body = .stream(body, length: .unknown)
        }
        return outgoing
    }

    private func passBack(
        _ response: HTTPClientResponse, isHead: Bool, _ answer: AnswerWriter, _ reading: CallReading?
    ) async throws {
        let head = AnswerHead(
            status: Int(response.status.code), headers: PassedHeaders.down(response.headers),
            length: response.headers.first(name: "content-length").flatMap { Int($0) },
            reason: response.status.reasonPhrase)
        // These have no body, whatever their headers say of its length.
        guard !isHead, head.status != 204, head.status != 304 else { return answer.finish(head) }
        try await answer.begin(head)
        for try await piece in response.body {
            reading?.took(piece)
            try await answer.write(piece)
        }
        try await answer.end()
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
    let reading: CallReading?

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), reading: reading) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        let reading: CallReading?

        mutating func next() async throws -> ByteBuffer? {
            guard let piece = try await base.next() else {
                reading?.sentAll()
                return nil
            }
            reading?.sent(piece)
            return piece
        }
    }
}
