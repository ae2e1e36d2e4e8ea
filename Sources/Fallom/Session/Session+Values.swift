public import OrderedJSON
public import TraceModel

// Metadata and attributes from the app's own values: variables, optionals, dates, lists. Those that are `nil` are left out.

extension FallomClient {
    /// A session of an app's conversation or request.
    @_disfavoredOverload
    public func session(
        configKey: String, sessionID: String, customerID: String? = nil,
        metadata: [String: (any JSONRepresentable)?], tags: [String] = []
    ) -> Session {
        session(
            configKey: configKey, sessionID: sessionID, customerID: customerID, metadata: metadata.jsonValues,
            tags: tags)
    }
}

extension SessionContext {
    /// Makes a context.
    @_disfavoredOverload
    public init(
        configKey: String, sessionID: String, customerID: String? = nil,
        metadata: [String: (any JSONRepresentable)?], tags: [String] = []
    ) {
        self.init(
            configKey: configKey, sessionID: sessionID, customerID: customerID, metadata: metadata.jsonValues,
            tags: tags)
    }
}

extension Session {
    /// Starts a span that lasts until ``TracedSpan/end()``, as ``startSpan(_:kind:attributes:)`` does.
    @_disfavoredOverload
    public func startSpan(
        _ name: String, kind: SpanKind = .custom, attributes: [String: (any JSONRepresentable)?]
    ) -> TracedSpan {
        startSpan(name, kind: kind, attributes: attributes.jsonValues)
    }

    /// Runs `operation` as a span, as ``span(_:kind:attributes:operation:)`` does.
    @_disfavoredOverload
    public nonisolated(nonsending) func span<Result, Failure: Error>(
        _ name: String, kind: SpanKind = .custom, attributes: [String: (any JSONRepresentable)?],
        operation: nonisolated(nonsending) (TracedSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await span(name, kind: kind, attributes: attributes.jsonValues, operation: operation)
    }
}
