import OrderedJSON
import ProviderCalls
import TraceModel

/// An agent whose runs are spans of a session; whatever is traced inside a run becomes its child.
public struct TracedAgent<Base: Agent>: Agent {
    /// The agent inside.
    public let base: Base
    private let session: Session

    init(_ base: Base, session: Session) {
        self.base = base
        self.session = session
    }

    /// The agent's name.
    public var name: String { base.name }

    /// Does the agent's work: the same answers, the same errors.
    public func generate(_ input: Base.Input) async throws -> Base.Output {
        let call = TracedCall(
            session: session,
            TracedCall.Description(
                name: "agent.\(base.name).generate", method: "agent.generate", kind: .agent, model: nil))
        let capturesContent = session.core.policy.capturesContent
        let shown = capturesContent ? ContentValue(input) : nil
        let name = base.name
        do {
            let output = try await call.place.run { try await base.generate(input) }
            call.end(.answered) { AgentCapture.capture(name: name, input: shown, output: output) }
            return output
        } catch {
            call.end(.failed(error)) { AgentCapture.capture(name: name, input: shown, output: nil) }
            throw error
        }
    }
}

enum AgentCapture {
    static func capture(name: String, input: ContentValue?, output: (any AgentOutput)?) -> CapturedCall {
        var captured = CapturedCall()
        captured.request = input?.json
        captured.attributes = [JSONMember("fallom.agent_name", .string(name))]
        guard let output else { return captured }
        let steps = output.agentSteps
        var response = ObjectBuilder()
        response.add("text", output.text)
        response.add("finishReason", output.agentFinishReason)
        let shown = steps.map { step in
            var made = ObjectBuilder()
            made.add("text", step.text)
            made.add("toolCalls", .array(step.toolCalls.map(\.json)))
            made.add("toolResults", .array(step.toolResults.map(\.json)))
            return made.object
        }
        response.add("steps", .array(shown))
        captured.response = response.object
        captured.usage = output.agentUsage?.json
        var metadata = ObjectBuilder()
        metadata.add("finishReason", output.agentFinishReason)
        metadata.add("steps", .number(steps.count))
        captured.metadata = metadata.object
        return captured
    }
}

extension Session {
    /// An agent whose runs are spans of this session.
    public func wrapMastraAgent<Base: Agent>(_ agent: Base) -> TracedAgent<Base> {
        TracedAgent(agent, session: self)
    }
}
