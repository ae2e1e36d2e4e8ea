/// An agent: something that reaches an answer by itself, in as many steps as it takes.
public protocol Agent: Sendable {
    /// What it is given. `String`, ``JSON`` and anything `Encodable` can be shown on the span.
    associatedtype Input: Sendable
    /// What it answers.
    associatedtype Output: AgentOutput

    /// Its name.
    var name: String { get }
    /// Does its work.
    func generate(_ input: Input) async throws -> Output
}

/// What an agent answers, as far as a span can show it.
public protocol AgentOutput: Sendable {
    /// The answer's text.
    var text: String { get }
    /// The agent's own account of its steps.
    var agentSteps: [AgentStep] { get }
    /// Tokens of the whole run, where the agent knows them. Calls of traced clients inside count by themselves.
    var agentUsage: ModelUsage? { get }
    /// Why it stopped.
    var agentFinishReason: String? { get }
}

extension AgentOutput {
    /// None.
    public var agentSteps: [AgentStep] { [] }
    /// Unknown.
    public var agentUsage: ModelUsage? { nil }
    /// Unknown.
    public var agentFinishReason: String? { nil }
}

extension TextResult: AgentOutput {
    /// Tokens of all steps.
    public var agentUsage: ModelUsage? { usage }
    /// Why the last step ended.
    public var agentFinishReason: String? { finishReason }
    /// The steps with their tools.
    public var agentSteps: [AgentStep] {
        steps.map { AgentStep(text: $0.reply.text, toolCalls: $0.reply.toolCalls, toolResults: $0.toolResults) }
    }
}

/// One step of an agent.
public struct AgentStep: Hashable, Sendable {
    /// What the agent said.
    public var text: String
    /// The tools it called.
    public var toolCalls: [ToolCall]
    /// What they answered.
    public var toolResults: [ToolResult]

    /// Makes a step.
    public init(text: String = "", toolCalls: [ToolCall] = [], toolResults: [ToolResult] = []) {
        self.text = text
        self.toolCalls = toolCalls
        self.toolResults = toolResults
    }
}
