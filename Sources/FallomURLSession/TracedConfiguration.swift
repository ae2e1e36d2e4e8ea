#if canImport(FoundationNetworking)
public import Fallom
public import Foundation
public import FoundationNetworking
import Synchronization

extension URLSessionConfiguration {
    /// A copy whose sessions read along with calls of model APIs made by completion handlers and by async functions, and
    /// make each a span of `session`. For libraries that take a `URLSessionConfiguration`, or a `URLSession` made from one.
    ///
    /// Everything else is done by the protocols of this configuration, as without it: redirects, challenges, uploads,
    /// cancellation, metrics. Of a task that answers to a delegate the answer is read only where the `URLSession` is made by
    /// ``Fallom/Session/urlSession(configuration:delegate:delegateQueue:provider:)``; without, its span says that nobody read
    /// it. A call that is repeated after a challenge shows the challenge alone.
    ///
    /// The last ten thousand copies are remembered: make one for each session that lasts, not one for each request.
    ///
    /// - Parameter provider: who answers, where the address does not tell.
    public func traced(_ session: Session, provider: String? = nil) -> URLSessionConfiguration {
        let copy = URLSession(configuration: self).configuration
        let others = copy.protocolClasses ?? []
        let binding = Binding(session: session, provider: provider, others: others)
        copy.protocolClasses = [Bindings.shared.add(binding)] + others
        return copy
    }
}

extension Session {
    /// A `URLSession` whose calls of model APIs are spans of this session, however its tasks are made: by delegate, by
    /// completion handler, by async functions. `delegate` is asked and told everything that it would be without.
    ///
    /// - Parameter provider: who answers, where the address does not tell.
    public func urlSession(
        configuration: URLSessionConfiguration = .default, delegate: (any URLSessionDelegate)? = nil,
        delegateQueue: OperationQueue? = nil, provider: String? = nil
    ) -> URLSession {
        let reading = ReadingDelegate(delegate)
        let made = URLSession(
            configuration: configuration.traced(self, provider: provider), delegate: reading,
            delegateQueue: delegateQueue)
        reading.use(made.delegateQueue)
        return made
    }
}

/// What the protocol class of one configuration reads for.
struct Binding: Sendable {
    let session: Session
    let provider: String?
    /// The protocols that do the work, first come first asked.
    let others: [AnyClass]
}

/// Which class reads for whom. `URLSession` makes protocols by class alone, so that each configuration has a class of its
/// own: one generic class, specialised by a number written in types.
final class Bindings: Sendable {
    private struct State {
        var bindings: [ObjectIdentifier: Binding] = [:]
        var order: [ObjectIdentifier] = []
        var count = 0
    }

    static let shared = Bindings()
    private static let limit = 10_000

    private let state = Mutex(State())

    /// The binding of a class; `nil` for one that was forgotten, which reads nothing any more.
    subscript(_ type: ReadingProtocol.Type) -> Binding? { state.withLock { $0.bindings[ObjectIdentifier(type)] } }

    func add(_ binding: Binding) -> ReadingProtocol.Type {
        state.withLock { state in
            state.count += 1
            let type = Self.type(state.count)
            let key = ObjectIdentifier(type)
            state.bindings[key] = binding
            state.order.append(key)
            if state.order.count >= 2 * Self.limit {
                for key in state.order.prefix(Self.limit) { state.bindings[key] = nil }
                state.order.removeFirst(Self.limit)
            }
            return type
        }
    }

    private enum End {}
    private enum Zero<Rest> {}
    private enum One<Rest> {}

    private static func type(_ number: Int) -> ReadingProtocol.Type {
        func zero<Rest>(_ rest: Rest.Type) -> Any.Type { Zero<Rest>.self }
        func one<Rest>(_ rest: Rest.Type) -> Any.Type { One<Rest>.self }
        func bound<Mark>(_ mark: Mark.Type) -> ReadingProtocol.Type { BoundProtocol<Mark>.self }
        var mark: Any.Type = End.self
        var rest = number
        while rest > 0 {
            mark = rest % 2 == 0 ? _openExistential(mark, do: zero) : _openExistential(mark, do: one)
            rest /= 2
        }
        return _openExistential(mark, do: bound)
    }
}

/// The class of one configuration.
final class BoundProtocol<Mark>: ReadingProtocol {}
#endif
