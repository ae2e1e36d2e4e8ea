extension Session {
    /// The model this session is assigned. Asks with the session's customer and, where given, a context
    /// (see ``ModelsClient/get(_:sessionID:fallback:version:customerID:context:)``).
    ///
    /// - Parameter configKey: another config than the session's own.
    public nonisolated(nonsending) func getModel(
        _ configKey: String? = nil, fallback: String? = nil, version: Int? = nil,
        context: TargetingContext = TargetingContext()
    ) async throws(AssignmentFailure) -> String {
        try await core.models.get(
            configKey ?? self.context.configKey, sessionID: self.context.sessionID, fallback: fallback,
            version: version, customerID: self.context.customerID, context: context)
    }

    /// A managed prompt with its placeholders filled in (see ``PromptsClient/get(_:variables:version:)``). The calls of
    /// this session that use its text are tagged with it, in whatever task they are made.
    public nonisolated(nonsending) func getPrompt(
        _ key: String, variables: PromptValues = PromptValues(), version: Int? = nil
    ) async throws(PromptFailure) -> Prompt {
        try await core.prompts.find(key, variables, version, sessionID: context.sessionID)
    }

    /// The prompt that an A/B test chooses for this session (see ``PromptsClient/getAB(_:sessionID:variables:)``). The
    /// calls of this session that use its text are tagged with it, with test and variant.
    public nonisolated(nonsending) func getPromptAB(
        _ test: String, variables: PromptValues = PromptValues()
    ) async throws(PromptFailure) -> Prompt {
        try await core.prompts.findAB(
            test, variables, choosingFor: context.sessionID, sessionID: context.sessionID)
    }
}
