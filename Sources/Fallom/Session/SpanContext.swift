import Instrumentation
import TraceModel

/// Where a span stands in a trace: what a span started inside it becomes a child of.
public struct SpanContext: Hashable, Sendable {
    /// 32 hexadecimal digits.
    public var traceID: String
    /// 16 hexadecimal digits.
    public var spanID: String

    /// Makes a context.
    public init(traceID: String, spanID: String) {
        self.traceID = traceID
        self.spanID = spanID
    }

    /// The span of the current task; `nil` outside of any span. The task's `ServiceContext` holds it, so that spans of
    /// the SDK and of an instrumented library nest in whatever order they are opened.
    public static var current: SpanContext? { ServiceContext.current?.fallomPlace?.span }

    /// Runs `operation` inside of this span: what is started there becomes its child. For a span of elsewhere, such as
    /// the one that a request's `traceparent` names.
    public nonisolated(nonsending) func run<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        var place = ServiceContext.current?.fallomPlace ?? TaskPlace()
        place.span = self
        place.spanOwner = nil
        return try await place.run(operation)
    }
}

extension SpanContext {
    /// Reads a W3C `traceparent` (`version-traceid-spanid-flags`); `nil` for anything else, and for ids that are all
    /// zero.
    public init?(traceparent: String) {
        guard let key = SpanKey(traceparent: traceparent) else { return nil }
        self.init(traceID: key.traceID, spanID: key.spanID)
    }

    /// The W3C `traceparent` that names this span.
    public var traceparent: String { "00-\(traceID)-\(spanID)-01" }
}
