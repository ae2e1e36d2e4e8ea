/// Something that a coding agent logged about its work (Claude Code, Codex CLI, Gemini CLI): it has no span of its own, so
/// one is made of it, in the trace of the turn it belongs to.
public struct AgentEvent: Hashable, Sendable {
    /// What happened.
    public enum Happening: Hashable, Sendable {
        /// The user asked; `nil` where the agent was told not to say what.
        case prompt(String?)
        /// The agent answered.
        case answer(String)
        /// A request was sent to the provider and its answer began: what is known of a call before its usage is.
        case request
        /// A model call ended.
        case call(Call)
        /// A tool ended.
        case tool(Tool)
    }

    /// A model call.
    public struct Call: Hashable, Sendable {
        /// The model.
        public var model: String?
        /// Tokens, cached ones among the prompt's.
        public var usage: TokenUsage
        /// What the agent says it cost.
        public var cost: Cost?
        /// The provider's word for why it stopped.
        public var finishReason: String?
        /// What was answered.
        public var output: String?
        /// What went wrong; `nil` for a call that went well.
        public var error: String?

        /// Makes a call.
        public init(
            model: String?, usage: TokenUsage = TokenUsage(), cost: Cost? = nil, finishReason: String? = nil,
            output: String? = nil, error: String? = nil
        ) {
            self.model = model
            self.usage = usage
            self.cost = cost
            self.finishReason = finishReason
            self.output = output
            self.error = error
        }
    }

    /// The execution of a tool.
    public struct Tool: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What it was given.
        public var input: String?
        /// What it gave.
        public var output: String?
        /// What went wrong; `nil` where it went well.
        public var error: String?

        /// Makes one.
        public init(name: String, input: String? = nil, output: String? = nil, error: String? = nil) {
            self.name = name
            self.input = input
            self.output = output
            self.error = error
        }
    }

    /// Whose event.
    public var agent: SpanDialect
    /// The session.
    public var sessionID: String
    /// The turn: from one prompt of the user to the next; `nil` where the agent does not number them.
    public var turnID: String?
    /// The event's own id (request, use of a tool, call), the same however often it is sent.
    public var id: String?
    /// The event's place among those of its session, where the agent counts them: tells apart what has neither an id nor a
    /// time of its own.
    public var sequence: Int64?
    /// When it was logged: when what it tells of ended.
    public var time: Timestamp
    /// How long it took, nanoseconds.
    public var durationNanoseconds: Int64?
    /// What happened.
    public var happening: Happening
    /// All that the event says.
    public var attributes: AttributeMap
    /// The resource that logged it.
    public var resource: AttributeMap
    /// The scope that logged it.
    public var scope: String

    /// Makes an event.
    public init(
        agent: SpanDialect, sessionID: String, turnID: String?, id: String?, sequence: Int64?, time: Timestamp,
        durationNanoseconds: Int64?, happening: Happening, attributes: AttributeMap, resource: AttributeMap,
        scope: String
    ) {
        self.agent = agent
        self.sessionID = sessionID
        self.turnID = turnID
        self.id = id
        self.sequence = sequence
        self.time = time
        self.durationNanoseconds = durationNanoseconds
        self.happening = happening
        self.attributes = attributes
        self.resource = resource
        self.scope = scope
    }
}
