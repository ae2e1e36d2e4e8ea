// Metadata and attributes from the app's own values: variables, optionals, dates, lists. Those that are `nil` are left out.

extension FallomClient {
    /// A session of an app's conversation or request.
    @_disfavoredOverload
    public func session(
        configKey: String, sessionID: String, customerID: String? = nil,
        metadata: [String: (any JSONConvertible)?], tags: [String] = []
    ) -> Session {
        session(
            configKey: configKey, sessionID: sessionID, customerID: customerID, metadata: metadata.jsonMembers,
            tags: tags)
    }
}

extension SessionContext {
    /// Makes a context.
    @_disfavoredOverload
    public init(
        configKey: String, sessionID: String, customerID: String? = nil,
        metadata: [String: (any JSONConvertible)?], tags: [String] = []
    ) {
        self.init(
            configKey: configKey, sessionID: sessionID, customerID: customerID, metadata: metadata.jsonMembers,
            tags: tags)
    }
}

extension Session {
    /// Starts a span that lasts until ``TracedSpan/end()``, as ``startSpan(_:kind:attributes:)`` does.
    @_disfavoredOverload
    public func startSpan(
        _ name: String, kind: TracedSpan.Kind = .custom, attributes: [String: (any JSONConvertible)?]
    ) -> TracedSpan {
        startSpan(name, kind: kind, attributes: attributes.jsonMembers)
    }

    /// Runs `operation` as a span, as ``span(_:kind:attributes:operation:)`` does.
    @_disfavoredOverload
    public nonisolated(nonsending) func span<Result, Failure: Error>(
        _ name: String, kind: TracedSpan.Kind = .custom, attributes: [String: (any JSONConvertible)?],
        operation: nonisolated(nonsending) (TracedSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await span(name, kind: kind, attributes: attributes.jsonMembers, operation: operation)
    }
}
