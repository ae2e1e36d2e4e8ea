public import Fallom
import Synchronization
public import Tracing

/// A tracer for swift-distributed-tracing: every span of any instrumented library lands in a Fallom session.
///
/// ```swift
/// InstrumentationSystem.bootstrap(FallomTracer(session: session))
/// ```
///
/// A span's session is the one of the task (``withSession(_:_:)``), else the tracer's own. Spans of this tracer and
/// spans of the SDK are parents of each other in whatever order they nest.
public struct FallomTracer: Tracer {
    /// A span of this tracer.
    public typealias Span = FallomTracingSpan

    /// The session of spans made where no other is set.
    public let session: Session

    @TaskLocal private static var taskSession: Session?

    /// Makes a tracer.
    public init(session: Session) {
        self.session = session
    }

    /// Runs `operation` with spans in another session.
    public static nonisolated(nonsending) func withSession<Result, Failure: Error>(
        _ session: Session, _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let outcome = await $taskSession.withValue(session) { () async -> Swift.Result<Result, Failure> in
            do throws(Failure) { return .success(try await operation()) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// Starts a span. Its parent is the context's, else the SDK's current one.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: Tracing.SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> FallomTracingSpan {
        FallomTracingSpan(
            session: Self.taskSession ?? session, name: operationName, parent: context(), kind: kind,
            startNanoseconds: Int64(clamping: instant().nanosecondsSinceEpoch))
    }

    /// Nothing to flush here: ``FallomClient/flush()`` does.
    public func forceFlush() {}

    /// Writes a context's span as a W3C `traceparent`.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    )
    where Inject.Carrier == Carrier {
        guard let span = context.fallomSpan ?? SpanContext.current else { return }
        injector.inject("00-\(span.traceID)-\(span.spanID)-01", forKey: "traceparent", into: &carrier)
    }

    /// Reads a W3C `traceparent`.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: "traceparent", from: carrier) else { return }
        context.fallomSpan = Self.spanContext(traceparent: header) ?? context.fallomSpan
    }

    /// Reads `version-traceid-spanid-flags`; `nil` for anything else, and for ids that are all zero.
    static func spanContext(traceparent: String) -> SpanContext? {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff" else { return nil }
        let (trace, span) = (parts[1], parts[2])
        guard trace.utf8.count == 32, span.utf8.count == 16 else { return nil }
        let isHex = { (byte: UInt8) in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        guard trace.utf8.allSatisfy(isHex), span.utf8.allSatisfy(isHex) else { return nil }
        guard trace.contains(where: { $0 != "0" }), span.contains(where: { $0 != "0" }) else { return nil }
        return SpanContext(traceID: String(trace), spanID: String(span))
    }
}

private enum FallomSpanKey: ServiceContextKey {
    typealias Value = SpanContext
    static var nameOverride: String? { "fallom-span" }
}

extension ServiceContext {
    /// The span that this context stands for.
    public var fallomSpan: SpanContext? {
        get { self[FallomSpanKey.self] }
        set { self[FallomSpanKey.self] = newValue }
    }
}
