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

extension SpanContext {
    /// Runs `operation` inside of this span: what is started there becomes its child, and prompts got there tag the calls
    /// made there.
    nonisolated(nonsending) func run<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await SpanContext.$current.run(self) { () async throws(Failure) in
            try await PromptTags.$scope.run(PromptTags(), operation)
        }
    }
}
