public import OrderedJSON
public import TraceModel

/// One conversation or request of an app. Cheap to make, safe to use from any number of tasks; nothing is shared between
/// two sessions but the client they come from.
public struct Session: Sendable {
    /// Whose spans these are.
    public let context: SessionContext
    package let core: ClientCore

    package init(context: SessionContext, core: ClientCore) {
        self.context = context
        self.core = core
    }

    /// Starts a span that lasts until ``TracedSpan/end()``, or until nobody holds it any more. It is a child of the
    /// task's current span, if that is of the same session; inside of another session's span it begins a trace of its
    /// own, with a link to that span.
    ///
    /// Attributes are what the app says about itself: they are sent whether or not content is captured, except
    /// `input`, `output` and the like (see ``ContentPolicy``).
    public func startSpan(
        _ name: String, kind: SpanKind = .custom, attributes: [String: JSONValue] = [:]
    ) -> TracedSpan {
        TracedSpan(session: self, name: name, kind: kind, attributes: attributes)
    }

    /// Runs `operation` as a span. Spans and calls made inside it, child tasks included, become its children. When it
    /// throws, the span carries the error and the caller gets it unchanged.
    public nonisolated(nonsending) func span<Result, Failure: Error>(
        _ name: String, kind: SpanKind = .custom, attributes: [String: JSONValue] = [:],
        operation: nonisolated(nonsending) (TracedSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let span = startSpan(name, kind: kind, attributes: attributes)
        return try await span.run(operation)
    }

    /// A function that does what `operation` does, as a span each time it is called. Its argument and result become the
    /// attributes `input` and `output` where content is captured and they can be written as JSON.
    public func wrapTraced<Input: Sendable, Output>(
        _ name: String, kind: SpanKind = .custom,
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
