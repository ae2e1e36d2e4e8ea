public import Prompts

/// Variables to try a prompt with, saved under a name.
public struct PromptSample: Hashable, Sendable {
    /// The prompt.
    public var key: String
    /// The sample's name.
    public var name: String
    /// The variables.
    public var variables: PromptVariables

    /// Makes a sample.
    public init(key: String, name: String, variables: PromptVariables) {
        self.key = key
        self.name = name
        self.variables = variables
    }
}
