import AsyncHTTPClient
import NIOCore
import Synchronization

/// A request's body, as far as it can be known before the request is sent.
enum SentBody: Sendable {
    /// Held in memory: a copy is here, the client reads its own.
    case whole(ByteBuffer)
    /// Comes piece by piece, once: it can only be read along.
    case streamed(HTTPClientRequest.Body.Length)
    /// There is none, or it is held in a way that is not known here.
    case unreadable

    /// Looks at a request's body without taking anything from the client.
    ///
    /// A body shows its pieces, but not whether they can be read twice, nor how long it says it is: for these two the
    /// value is looked into. Should a later version of AsyncHTTPClient keep them elsewhere, the request is sent as it is
    /// and its span shows the answer only.
    static func of(_ request: HTTPClientRequest) async -> SentBody {
        guard let body = request.body, let held = Self.held(body) else { return .unreadable }
        switch held.label {
        case "byteBuffer"?, "sequence"?:
            // Both give one buffer, made again for each reader.
            guard let bytes = try? await body.collect(upTo: BodyCopy.limit) else { return .unreadable }
            return .whole(bytes)
        case "asyncSequence"?:
            return length(held.value).map(SentBody.streamed) ?? .unreadable
        default:
            return .unreadable
        }
    }

    private static func held(_ body: HTTPClientRequest.Body) -> Mirror.Child? {
        let mode = Mirror(reflecting: body).children.first { $0.label == "mode" }
        return mode.flatMap { Mirror(reflecting: $0.value).children.first }
    }

    private static func length(_ held: Any) -> HTTPClientRequest.Body.Length? {
        guard let length = Mirror(reflecting: held).children.first(where: { $0.label == "length" })?.value else {
            return nil
        }
        if let count = Mirror(reflecting: length).children.first?.value as? Int64 { return .known(count) }
        return "\(length)" == "unknown" ? .unknown : nil
    }
}

/// What has been read of a streamed body.
final class BodyCopy: Sendable {
    /// Longer bodies are sent without a copy.
    static let limit = 64 << 20

    private struct State {
        var bytes = ByteBuffer()
        var isWhole = false
        var isTooLong = false
    }

    private let state = Mutex(State())
    private let onEnd: @Sendable (ByteBuffer) -> Void

    /// - Parameter onEnd: is given the whole body, unless it is too long, once it has been read to its end.
    init(onEnd: @escaping @Sendable (ByteBuffer) -> Void = { _ in }) { self.onEnd = onEnd }

    /// The whole body; `nil` until it has been read to its end, and for one that is too long.
    var whole: ByteBuffer? { state.withLock { $0.isWhole && !$0.isTooLong ? $0.bytes : nil } }

    func add(_ piece: ByteBuffer) {
        state.withLock { state in
            if state.isTooLong || state.bytes.readableBytes + piece.readableBytes > Self.limit {
                state.isTooLong = true
                state.bytes = ByteBuffer()
            } else {
                state.bytes.writeImmutableBuffer(piece)
            }
        }
    }

    func end() {
        state.withLock { $0.isWhole = true }
        if let whole { onEnd(whole) }
    }
}

/// A streamed body that is copied while the client reads it: the same pieces, each asked for only when the client asks.
struct CopiedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let base: HTTPClientRequest.Body
    let copy: BodyCopy

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), copy: copy) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: HTTPClientRequest.Body.AsyncIterator
        let copy: BodyCopy

        @concurrent mutating func next() async throws -> ByteBuffer? {
            guard let piece = try await base.next() else {
                copy.end()
                return nil
            }
            copy.add(piece)
            return piece
        }
    }
}
