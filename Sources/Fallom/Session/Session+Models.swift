public import Assignment

extension Session {
    /// The model this session is assigned. Asks with the session's customer and, where given, a context
    /// (see ``ModelsClient/get(_:sessionID:fallback:version:customerID:context:)``).
    ///
    /// - Parameter configKey: another config than the session's own.
    public nonisolated(nonsending) func getModel(
        _ configKey: String? = nil, fallback: String? = nil, version: Int? = nil,
        context: EvaluationContext = EvaluationContext()
    ) async throws(AssignmentError) -> String {
        try await core.models.get(
            configKey ?? self.context.configKey, sessionID: self.context.sessionID, fallback: fallback,
            version: version, customerID: self.context.customerID, context: context)
    }
}
