/// Why there is no prompt. The messages are the published SDKs' own (docs/assignment.md §3), where they have one.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum PromptError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no prompt of that key; `service` says where it was looked for.
    case promptNotFound(key: String, service: String? = nil)
    /// The prompt or A/B test is not known, because the service that has it gave no answer; `reason` says which, and why.
    case serviceUnavailable(key: String, reason: String)
    /// There is no such version of it. `version` is written as the A/B test or the caller gave it.
    case versionNotFound(key: String, version: String)
    /// There is no A/B test of that key; `service` says where it was looked for.
    case abTestNotFound(key: String, service: String? = nil)
    /// The A/B test is known, and its current version is not there.
    case abTestHasNoCurrentVersion(key: String)
    /// The A/B test has no variants.
    case abTestHasNoVariants(key: String)
    /// The variant's prompt is unknown.
    case abTestPromptNotFound(prompt: String, test: String)
    /// The walk reached a variant whose weight is no number. `found` says what stands there.
    case malformedWeight(test: String, variantIndex: Int, found: String)
    /// The chosen variant names no prompt.
    case malformedPromptKey(test: String, variantIndex: Int)
    /// The prompt has placeholders that no variable was given for, and that was to be an error.
    case missingVariables(prompt: String, names: [String])

    /// The message.
    public var description: String {
        switch self {
        case .promptNotFound(let key, let service?):
            "Prompt '\(key)' not found: \(service)."
        case .abTestNotFound(let key, let service?):
            "Prompt A/B test '\(key)' not found: \(service)."
        case .serviceUnavailable(let key, let reason):
            "Prompt or A/B test '\(key)' is not known: \(reason)."
        case .promptNotFound(let key, nil):
            "Prompt '\(key)' not found. Check that it exists in your Fallom dashboard."
        case .versionNotFound(let key, let version):
            "Prompt '\(key)' version \(version) not found."
        case .abTestNotFound(let key, nil):
            "Prompt A/B test '\(key)' not found. Check that it exists in your Fallom dashboard."
        case .abTestHasNoCurrentVersion(let key):
            "Prompt A/B test '\(key)' has no current version."
        case .abTestHasNoVariants(let key):
            "Prompt A/B test '\(key)' has no variants configured."
        case .abTestPromptNotFound(let prompt, let test):
            "Prompt '\(prompt)' (from A/B test '\(test)') not found."
        case .malformedWeight(let test, let index, let found):
            "Prompt A/B test '\(test)': the weight of variant \(index) is \(found), not a number."
        case .malformedPromptKey(let test, let index):
            "Prompt A/B test '\(test)': variant \(index) names no prompt."
        case .missingVariables(let prompt, let names):
            "Prompt '\(prompt)': no value for \(names.map { "{{\($0)}}" }.joined(separator: ", "))."
        }
    }
}
