import Fallom

#if canImport(SwiftAISDK)
import SwiftAISDK
// Both libraries have a type of that name.
typealias AISpanContext = SwiftAISDK.SpanContext
#endif

/// Makes the AI SDK's own telemetry spans of a session: agents, steps, tools and calls, with its attributes (`ai.*`).
/// `TelemetrySettings(isEnabled: true, tracer: AISDKTracer(session: session))`, or `globalDefaultTelemetryTracer` for all.
struct AISDKTracer: Tracer {
    let session: Fallom.Session

    func startSpan(name: String, options: SpanOptions?) -> any Span {
        let attributes = (options?.attributes ?? [:]).compactMapValues { try? JSON(encoding: $0) }
        return AISDKSpan(span: session.startSpan(name, kind: Self.kind(of: name), attributes: attributes))
    }

    func startActiveSpan<T>(
        _ name: String, options: SpanOptions?, _ fn: @Sendable (any Span) async throws -> T
    ) async rethrows -> T {
        let made = startSpan(name: name, options: options)
        guard let span = (made as? AISDKSpan)?.span else { return try await fn(made) }
        return try await span.context.run { try await fn(made) }
    }

    private static func kind(of name: String) -> TracedSpan.Kind {
        if name.hasPrefix("ai.toolCall") { return .tool }
        if name.hasSuffix(".doGenerate") || name.hasSuffix(".doStream") { return .llm }
        return name.contains("embed") ? .embedding : .agent
    }
}

struct AISDKSpan: Span {
    private struct Failure: Error, CustomStringConvertible { var description: String }
    let span: TracedSpan

    func spanContext() -> AISpanContext {
        AISpanContext(traceId: span.context.traceID, spanId: span.context.spanID, traceFlags: 1)
    }
    func setAttribute(_ key: String, value: AttributeValue) -> AISDKSpan { setAttributes([key: value]) }
    func setAttributes(_ attributes: Attributes) -> AISDKSpan {
        span.set(attributes.compactMapValues { try? JSON(encoding: $0) })
        return self
    }
    func setStatus(_ status: SpanStatus) -> AISDKSpan {
        if status.code == .error { span.fail(Failure(description: status.message ?? "failed")) }
        return self
    }
    func recordException(_ exception: ExceptionEvent) -> AISDKSpan {
        span.fail(Failure(description: exception.message ?? exception.name ?? "failed"))
        return self
    }
    func addEvent(_ name: String, attributes: Attributes?) -> AISDKSpan { self }
    func updateName(_ name: String) -> AISDKSpan { self }
    func isRecording() -> Bool { true }
    func end() { span.end() }
}
