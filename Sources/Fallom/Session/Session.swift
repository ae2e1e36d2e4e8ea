/// One conversation or request of an app. Cheap to make, safe to use from any number of tasks; nothing is shared between
/// two sessions but the client they come from.
public struct Session: Sendable {
    /// What all copies of a session share: each call copies its session several times.
    private final class Shared: Sendable {
        let context: SessionContext
        let core: ClientCore

        init(_ context: SessionContext, _ core: ClientCore) {
            self.context = context
            self.core = core
        }
    }

    private let shared: Shared

    package init(context: SessionContext, core: ClientCore) { shared = Shared(context, core) }

    /// Whose spans these are.
    public var context: SessionContext { shared.context }
    package var core: ClientCore { shared.core }

    /// Whether both are one session of one client, however many values stand for it.
    func isSame(as other: Session) -> Bool {
        guard shared !== other.shared else { return true }
        return shared.core === other.shared.core
            && shared.context.sessionID.utf8.elementsEqual(other.shared.context.sessionID.utf8)
    }

    /// Starts a span that lasts until ``TracedSpan/end()``, or until nobody holds it any more. It is a child of the
    /// task's current span, if that is of the same session; inside of another session's span it begins a trace of its
    /// own, with a link to that span.
    ///
    /// Attributes are what the app says about itself: they are sent whether or not content is captured, except
    /// `input`, `output` and the like (see ``ContentPolicy``).
    public func startSpan(
        _ name: String, kind: TracedSpan.Kind = .custom, attributes: [String: JSON] = [:]
    ) -> TracedSpan {
        TracedSpan(session: self, name: name, kind: kind, attributes: attributes)
    }

    /// Runs `operation` as a span. Spans and calls made inside it, child tasks included, become its children. When it
    /// throws, the span carries the error and the caller gets it unchanged.
    public nonisolated(nonsending) func span<Result, Failure: Error>(
        _ name: String, kind: TracedSpan.Kind = .custom, attributes: [String: JSON] = [:],
        operation: nonisolated(nonsending) (TracedSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let span = startSpan(name, kind: kind, attributes: attributes)
        return try await span.run(operation)
    }

    /// A function that does what `operation` does, as a span each time it is called. Its argument and result become the
    /// attributes `input` and `output` where content is captured and they can be written as JSON.
    public func wrapTraced<Input: Sendable, Output>(
        _ name: String, kind: TracedSpan.Kind = .custom,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) -> @Sendable (Input) async throws -> Output {
        { input in
            try await span(name, kind: kind) { span throws(any Error) in
                span.setContent("input", from: input)
                let output = try await operation(input)
                span.setContent("output", from: output)
                return output
            }
        }
    }
}
