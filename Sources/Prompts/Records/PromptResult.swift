public import Assignment

/// A prompt as an app gets it.
public struct PromptResult: Hashable, Sendable {
    /// The prompt's key.
    public let key: String
    /// Its version.
    public let version: Int
    /// The system prompt, rendered.
    public let system: String
    /// The user message, rendered.
    public let user: String
    /// The A/B test that chose it, if one did.
    public let abTestKey: String?
    /// The variant it chose, counted from 0.
    public let variantIndex: Int?
    /// Both parts with what became of their placeholders.
    public let rendered: RenderedPrompt
}

extension VersionCatalog where Record == PromptRecord {
    /// A prompt with its placeholders filled in.
    ///
    /// - Parameter version: a pinned version, 0 included; `nil` for the current one.
    public func prompt(
        key: String, version: Int? = nil, variables: PromptVariables = PromptVariables()
    ) throws(PromptError) -> PromptResult {
        guard let versions = self[key] else { throw .promptNotFound(key: key) }
        let wanted = version.map { String($0) } ?? versions.currentVersion.map { String($0) } ?? "None"
        guard let prompt = version.map({ versions.records[$0] }) ?? versions.current else {
            throw .versionNotFound(key: key, version: wanted)
        }
        return prompt.result(variables: variables, abTestKey: nil, variantIndex: nil)
    }

    /// The prompt that an A/B test chooses for a session, with its placeholders filled in.
    public func prompt(
        of test: PromptABTest, sessionID: String, variables: PromptVariables = PromptVariables()
    ) throws(PromptError) -> PromptResult {
        try prompt(for: try test.choose(sessionID: sessionID), of: test.key, variables: variables)
    }

    /// The prompt of a choice, with its placeholders filled in.
    public func prompt(
        for choice: PromptChoice, of testKey: String, variables: PromptVariables = PromptVariables()
    ) throws(PromptError) -> PromptResult {
        let key = choice.promptKey
        guard let versions = self[key] else { throw .abTestPromptNotFound(prompt: key, test: testKey) }
        let prompt: PromptRecord?
        let wanted: String
        switch choice.promptVersion {
        case .current: (prompt, wanted) = (versions.current, versions.currentVersion.map { String($0) } ?? "None")
        case .version(let version): (prompt, wanted) = (versions.records[version], String(version))
        case .malformed(let text): (prompt, wanted) = (nil, text)
        }
        guard let prompt else { throw .versionNotFound(key: key, version: wanted) }
        return prompt.result(variables: variables, abTestKey: testKey, variantIndex: choice.variantIndex)
    }
}

extension VersionCatalog where Record == PromptABTest {
    /// The current version of a test.
    public func test(key: String) throws(PromptError) -> PromptABTest {
        guard let versions = self[key] else { throw .abTestNotFound(key: key) }
        guard let test = versions.current else { throw .abTestHasNoCurrentVersion(key: key) }
        return test
    }
}

extension PromptRecord {
    /// This prompt as an app gets it.
    func result(variables: PromptVariables, abTestKey: String?, variantIndex: Int?) -> PromptResult {
        let rendered = rendered(with: variables)
        return PromptResult(
            key: key, version: version, system: rendered.system.text, user: rendered.user.text, abTestKey: abTestKey,
            variantIndex: variantIndex, rendered: rendered)
    }
}
