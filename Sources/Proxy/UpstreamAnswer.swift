internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// What a provider answers, as it comes. What has come is never lost when the provider then breaks off: the client's own
/// sequence of pieces drops what nobody has asked for by then.
final class UpstreamAnswer: HTTPClientResponseDelegate {
    typealias Response = Void

    /// What comes, in its order.
    enum Arrival: Sendable {
        case head(HTTPResponseHead)
        case piece(ByteBuffer)
        /// The answer came to its end.
        case end
        case failure(any Error)
    }

    private struct State {
        var arrivals: [Arrival] = []
        var bytes = 0
        /// Who waits for the next.
        var taker: CheckedContinuation<Arrival, Never>?
        /// What the provider waits for when it has sent ahead of its reader.
        var room: EventLoopPromise<Void>?
        /// Nobody takes any more.
        var isLetGo = false
    }

    /// The provider is read so far ahead of the app.
    private static let mostBytes = 128 << 10

    private let state = Mutex(State())
    private let reading: CallReading?

    init(_ reading: CallReading?) {
        self.reading = reading
    }

    /// Waits for what comes next. Nothing comes behind an end or a failure.
    func next() async -> Arrival {
        await withCheckedContinuation { taker in
            let (arrival, room) = state.withLock { state -> (Arrival?, EventLoopPromise<Void>?) in
                guard !state.arrivals.isEmpty else {
                    state.taker = taker
                    return (nil, nil)
                }
                let arrival = state.arrivals.removeFirst()
                if case .piece(let bytes) = arrival { state.bytes -= bytes.readableBytes }
                guard state.bytes < Self.mostBytes else { return (arrival, nil) }
                defer { state.room = nil }
                return (arrival, state.room)
            }
            room?.succeed()
            if let arrival { taker.resume(returning: arrival) }
        }
    }

    /// Nobody asks for what comes next: what the provider waits for is not to come. Left open it would hold the request, and
    /// with it this answer and what is in it, for good.
    func letGo() {
        let room = state.withLock { state in
            defer { state.room = nil }
            state.isLetGo = true
            state.arrivals = []
            return state.room
        }
        room?.fail(HTTPClientError.cancelled)
    }

    private func add(_ arrival: Arrival) {
        let taker = state.withLock { state in
            guard let taker = state.taker else {
                guard !state.isLetGo else { return nil as CheckedContinuation<Arrival, Never>? }
                if case .piece(let bytes) = arrival { state.bytes += bytes.readableBytes }
                state.arrivals.append(arrival)
                return nil
            }
            state.taker = nil
            return taker
        }
        taker?.resume(returning: arrival)
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        reading?.answered(status: Int(head.status.code), headers: head.headers)
        add(.head(head))
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ piece: ByteBuffer) -> EventLoopFuture<Void> {
        reading?.took(piece)
        add(.piece(piece))
        let loop = task.eventLoop
        return state.withLock { state in
            guard !state.isLetGo else { return loop.makeFailedFuture(HTTPClientError.cancelled) }
            guard state.bytes >= Self.mostBytes else { return loop.makeSucceededVoidFuture() }
            let room = loop.makePromise(of: Void.self)
            state.room = room
            return room.futureResult
        }
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {
        add(.end)
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        add(.failure(error))
    }
}
