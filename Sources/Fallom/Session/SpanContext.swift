/// Where the current task stands in a trace: what a span started now becomes a child of.
public struct SpanContext: Hashable, Sendable {
    /// 32 hexadecimal digits.
    public var traceID: String
    /// 16 hexadecimal digits.
    public var spanID: String

    /// Makes a context, for instance from a request's `traceparent` header.
    public init(traceID: String, spanID: String) {
        self.traceID = traceID
        self.spanID = spanID
    }

    /// The context of the current task; `nil` outside of any span.
    @TaskLocal public static var current: SpanContext?
}
