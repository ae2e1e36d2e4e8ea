public import Fallom
import TraceModel
public import Tracing

/// A tracer for swift-distributed-tracing: every span of any instrumented library lands in a Fallom session.
///
/// ```swift
/// InstrumentationSystem.bootstrap(FallomTracer(session: session))
/// ```
///
/// A span's session is the one of the task (``Fallom/Session/asCurrent(_:)``, ``withSession(_:_:)``, or the SDK's span
/// around it), else the tracer's own. Spans of this tracer and spans of the SDK nest in whatever order they are opened:
/// the task's `ServiceContext` holds the current one of both. A span of the tracer's own session is continued by any
/// session's calls, so that a server's requests are one tree each, whatever session answers them.
public struct FallomTracer: Tracer {
    /// A span of this tracer.
    public typealias Span = FallomTracingSpan

    /// The session of spans made where no other is set.
    public let session: Session

    /// Makes a tracer.
    public init(session: Session) {
        self.session = session
    }

    /// Runs `operation` with spans in another session.
    public static nonisolated(nonsending) func withSession<Result, Failure: Error>(
        _ session: Session, _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await session.asCurrent(operation)
    }

    /// Starts a span. Its parent is the context's span; a span of `.topLevel` is a root.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: Tracing.SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> FallomTracingSpan {
        FallomTracingSpan(
            fallback: session, name: operationName, parent: context(), kind: kind,
            startNanoseconds: Timestamp(instant()).unixNanoseconds)
    }

    /// Nothing to flush here: ``FallomClient/flush()`` does.
    public func forceFlush() {}

    /// Writes a context's span as a W3C `traceparent`, with the `tracestate` and `baggage` that came with its trace.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    )
    where Inject.Carrier == Carrier {
        let passed = context.passedHeaders
        if let baggage = passed?.baggage { injector.inject(baggage, forKey: "baggage", into: &carrier) }
        guard let span = context.fallomSpan else { return }
        injector.inject(span.traceparent, forKey: "traceparent", into: &carrier)
        if let state = passed?.state { injector.inject(state, forKey: "tracestate", into: &carrier) }
    }

    /// Reads a W3C `traceparent`, and keeps `tracestate` and `baggage` as they are, to be sent on.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        var passed = context.passedHeaders ?? PassedHeaders()
        passed.baggage = extractor.extract(key: "baggage", from: carrier) ?? passed.baggage
        if let span = extractor.extract(key: "traceparent", from: carrier).flatMap(SpanContext.init(traceparent:)) {
            context.fallomSpan = span
            passed.state = extractor.extract(key: "tracestate", from: carrier)
        }
        if passed != PassedHeaders() { context.passedHeaders = passed }
    }
}

/// What a request's trace brought with it beside its span: sent on as it came.
private struct PassedHeaders: Hashable, Sendable {
    var state: String?
    var baggage: String?
}

private enum PassedHeadersKey: ServiceContextKey {
    typealias Value = PassedHeaders
    static var nameOverride: String? { "fallom-passed-headers" }
}

extension ServiceContext {
    /// The span that this context stands for. Set, it is a span of elsewhere, which any session may continue.
    public var fallomSpan: SpanContext? {
        get { fallomPlace?.span }
        set {
            var place = fallomPlace ?? TaskPlace()
            place.span = newValue
            place.spanOwner = nil
            fallomPlace = place
        }
    }

    fileprivate var passedHeaders: PassedHeaders? {
        get { self[PassedHeadersKey.self] }
        set { self[PassedHeadersKey.self] = newValue }
    }
}
