import Assignment
import OrderedJSON
import Synchronization

/// The contexts that sessions' models were asked with, the latest few thousand.
final class ContextTable: Sendable {
    private struct State {
        var contexts: [String: EvaluationContext] = [:]
        var order: [String] = []
    }

    private static let capacity = 8192
    private let state = Mutex(State())
    private let isEmpty = Atomic<Bool>(true)

    func keep(_ context: EvaluationContext, sessionID: String) {
        guard !context.isEmpty else { return }
        state.withLock { state in
            if state.contexts[sessionID] == context { return }
            if state.contexts.updateValue(context, forKey: sessionID) == nil { state.order.append(sessionID) }
            guard state.order.count > Self.capacity else { return }
            for old in state.order.prefix(Self.capacity / 4) { state.contexts[old] = nil }
            state.order.removeFirst(Self.capacity / 4)
        }
        isEmpty.store(false, ordering: .releasing)
    }

    /// The session's context as compact JSON.
    func text(sessionID: String) -> String? {
        guard !isEmpty.load(ordering: .acquiring) else { return nil }
        guard let context = state.withLock({ $0.contexts[sessionID] }) else { return nil }
        return JSONValue.object(context.entries.map { JSONMember($0.name, .string($0.value)) }).compactText
    }
}
