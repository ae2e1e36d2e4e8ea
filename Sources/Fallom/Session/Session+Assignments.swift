public import Assignment
public import Prompts

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

    /// A managed prompt with its placeholders filled in (see ``PromptsClient/get(_:variables:version:)``). The calls of
    /// this session that use its text are tagged with it, in whatever task they are made.
    public nonisolated(nonsending) func getPrompt(
        _ key: String, variables: PromptVariables = PromptVariables(), version: Int? = nil
    ) async throws(PromptError) -> PromptResult {
        let result = try await core.prompts.find(key, variables, version)
        core.promptMemory.add(result, sessionID: self.context.sessionID)
        return result
    }

    /// The prompt that an A/B test chooses for this session (see ``PromptsClient/getAB(_:sessionID:variables:)``). The
    /// calls of this session that use its text are tagged with it, with test and variant.
    public nonisolated(nonsending) func getPromptAB(
        _ test: String, variables: PromptVariables = PromptVariables()
    ) async throws(PromptError) -> PromptResult {
        let result = try await core.prompts.findAB(test, context.sessionID, variables)
        core.promptMemory.add(result, sessionID: self.context.sessionID)
        return result
    }
}
