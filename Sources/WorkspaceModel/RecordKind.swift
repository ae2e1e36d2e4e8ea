/// What a workspace keeps in versions. The raw value is the folder it lies in.
public enum RecordKind: String, Hashable, Sendable, CaseIterable {
    /// A model config.
    case config = "configs"
    /// A prompt.
    case prompt = "prompts"
    /// A prompt A/B test.
    case abTest = "prompt-ab-tests"

    /// The kind in words.
    public var inWords: String {
        switch self {
        case .config: "config"
        case .prompt: "prompt"
        case .abTest: "prompt A/B test"
        }
    }
}
