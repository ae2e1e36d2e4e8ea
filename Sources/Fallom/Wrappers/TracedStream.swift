import OrderedJSON
import ProviderCalls
import Synchronization

/// A streamed answer that is traced while the app reads it: the same pieces, the same errors, and a piece is asked for
/// only when the app asks for one.
///
/// The span ends with the stream. An app that stops reading, or never begins, gets its span too, when it lets the
/// iterator (or the stream) go.
public struct TracedStream<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element: TraceableJSON {
    /// A piece of the answer.
    public typealias Element = Base.Element
    /// What reading can throw.
    public typealias Failure = Base.Failure

    private let base: Base
    private let observer: StreamObserver<Base.Element>

    init(_ base: Base, observer: StreamObserver<Base.Element>) {
        self.base = base
        self.observer = observer
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), token: IterationToken(observer))
    }

    /// Reads pieces one after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private let token: IterationToken<Base.Element>

        init(base: Base.AsyncIterator, token: IterationToken<Base.Element>) {
            self.base = base
            self.token = token
        }

        /// The next piece; `nil` at the end.
        public mutating func next() async throws(Base.Failure) -> Base.Element? {
            try await next(isolation: #isolation)
        }

        /// The next piece; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(Base.Failure) -> Base.Element? {
            do throws(Base.Failure) {
                guard let element = try await base.next(isolation: actor) else {
                    let arrived = (base as? any ArrivalReporting)?.lastArrival
                    token.observer.finish(Task.isCancelled ? .cancelled : .answered, arrived: arrived)
                    return nil
                }
                token.observer.note(element, arrived: (base as? any ArrivalReporting)?.lastArrival)
                return element
            } catch {
                token.observer.finish(.failed(error))
                throw error
            }
        }
    }
}

/// Ends the span when an iterator is let go before its end.
final class IterationToken<Element: TraceableJSON>: Sendable {
    let observer: StreamObserver<Element>

    init(_ observer: StreamObserver<Element>) { self.observer = observer }

    deinit { observer.finish(.abandoned) }
}

/// Gathers the pieces of a streamed answer.
final class StreamObserver<Element: TraceableJSON>: Sendable {
    private struct State {
        var pieces: [Element] = []
        var sawContent = false
        var isFinished = false
    }

    private let call: TracedCall
    private let dialect: CallDialect
    private let request: any TraceableJSON
    private let state = Mutex(State())

    init(call: TracedCall, dialect: CallDialect, request: any TraceableJSON) {
        self.call = call
        self.dialect = dialect
        self.request = request
    }

    deinit { finish(.abandoned) }

    /// - Parameter arrived: when it came by the monotonic clock, where that is known.
    func note(_ element: Element, arrived: Int64?) {
        let isWaiting = state.withLock { state in
            state.pieces.append(element)
            return !state.sawContent
        }
        guard isWaiting, let json = element.traceableJSON?.value, dialect.hasContent(json) else { return }
        state.withLock { $0.sawContent = true }
        call.noteFirstToken(atMonotonic: arrived)
    }

    /// - Parameter arrived: when the end came by the monotonic clock, where that is known.
    func finish(_ ending: CallEnding, arrived: Int64? = nil) {
        let pieces = state.withLock { state -> [Element]? in
            guard !state.isFinished else { return nil }
            state.isFinished = true
            defer { state.pieces = [] }
            return state.pieces
        }
        guard let pieces else { return }
        call.end(ending, at: arrived.map { call.elapsed(atMonotonic: $0) }) { [dialect, request] in
            dialect.capture(request: request.traceableJSON?.value, pieces: pieces.compactMap(\.traceableJSON?.value))
        } held: { [request] in
            pieces.reduce(request.heldBytes) { $0 + $1.heldBytes }
        }
    }
}
