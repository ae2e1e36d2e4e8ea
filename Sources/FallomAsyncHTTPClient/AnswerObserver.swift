import AsyncHTTPClient
import Fallom
import NIOCore
import NIOHTTP1
import OrderedJSON
import Synchronization

/// Reads along while the app reads an answer's body.
final class AnswerObserver: Sendable {
    private struct State {
        var parser = ServerSentEventParser()
        var pieces: [JSONValue] = []
        var bytes: [UInt8] = []
        var isTooLong = false
        var sawContent = false
        var failure: ProviderError?
        var isFinished = false
    }

    /// What is kept of an answer at most.
    private static let longestAnswer = 64 << 20

    private let call: TracedCall
    private let request: ProviderRequest
    private let status: Int
    private let retryAfter: String?
    private let isEventStream: Bool
    private let isReadable: Bool
    private let state = Mutex(State())

    init(call: TracedCall, request: ProviderRequest, response: HTTPClientResponse) {
        self.call = call
        self.request = request
        status = Int(response.status.code)
        retryAfter = response.headers.first(name: "retry-after")
        let type = response.headers.first(name: "content-type") ?? ""
        isEventStream = type.lowercased().hasPrefix("text/event-stream")
        // Compressed bytes that the client did not inflate are the app's to read, not ours.
        isReadable = response.headers.first(name: "content-encoding").map { $0 == "identity" } ?? true
    }

    deinit { finish(.abandoned) }

    func note(_ buffer: ByteBuffer) {
        guard isReadable else { return }
        let hasContent = state.withLock { state in
            isEventStream ? noteEvents(buffer, &state) : noteBytes(buffer, &state)
        }
        if hasContent { call.noteFirstToken() }
    }

    func finish(_ ending: CallEnding) {
        let final = state.withLock { state -> State? in
            guard !state.isFinished else { return nil }
            state.isFinished = true
            return state
        }
        guard let final else { return }
        var ending = ending
        if case .answered = ending, let failure = failure(final) { ending = .failed(failure) }
        call.end(ending) { [request, isEventStream] in
            if isEventStream || !final.pieces.isEmpty {
                var captured = request.capture(pieces: final.pieces)
                captured.isStreaming = true
                return captured
            }
            let json = try? JSONValue(parsing: final.bytes, allowsLoneSurrogates: true)
            if let pieces = json?.array { return request.capture(pieces: pieces) }
            return request.capture(response: json)
        }
    }

    private func failure(_ state: State) -> ProviderError? {
        if (200..<300).contains(status) { return state.failure }
        return ProviderError(httpStatus: status, body: state.bytes, retryAfter: retryAfter)
    }

    private func noteEvents(_ buffer: ByteBuffer, _ state: inout State) -> Bool {
        guard let events = try? state.parser.take(buffer.readableBytesView) else { return false }
        var isFirst = false
        for event in events where event.data != "[DONE]" {
            guard let json = try? JSONValue(parsing: event.data, allowsLoneSurrogates: true) else { continue }
            if event.name == "error" || json["type"]?.string == "error" {
                state.failure = ProviderError(httpStatus: nil, body: Array(event.data.utf8), retryAfter: nil)
            }
            state.pieces.append(json)
            if !state.sawContent, request.dialect.hasContent(json) {
                state.sawContent = true
                isFirst = true
            }
        }
        return isFirst
    }

    private func noteBytes(_ buffer: ByteBuffer, _ state: inout State) -> Bool {
        if state.isTooLong || state.bytes.count + buffer.readableBytes > Self.longestAnswer {
            state.isTooLong = true
            state.bytes = []
            return false
        }
        let isFirst = request.isStreaming && !state.sawContent && buffer.readableBytes > 0
        state.sawContent = state.sawContent || isFirst
        state.bytes.append(contentsOf: buffer.readableBytesView)
        return isFirst && (200..<300).contains(status)
    }
}

/// An answer's body, read along. A part is asked for only when the app asks for one.
struct ObservedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    let base: HTTPClientResponse.Body
    let observer: AnswerObserver

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), token: ReadingToken(observer))
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: HTTPClientResponse.Body.AsyncIterator
        let token: ReadingToken

        mutating func next() async throws -> ByteBuffer? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> ByteBuffer? {
            do {
                guard let buffer = try await base.next(isolation: actor) else {
                    token.observer.finish(.answered)
                    return nil
                }
                token.observer.note(buffer)
                return buffer
            } catch {
                token.observer.finish(.failed(error))
                throw error
            }
        }
    }
}

/// Ends the span when the body is let go before its end.
final class ReadingToken: Sendable {
    let observer: AnswerObserver
    init(_ observer: AnswerObserver) { self.observer = observer }
    deinit { observer.finish(.abandoned) }
}
