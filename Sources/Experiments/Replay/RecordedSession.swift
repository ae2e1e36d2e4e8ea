public import Assignment
public import TraceModel

/// A recorded session as a simulation replays it.
public struct RecordedSession: Hashable, Sendable {
    /// Where the context comes from.
    public enum ContextSource: Hashable, Sendable {
        /// The attribute `fallom.context` that our SDK sends: what the model was asked with.
        case recorded
        /// Customer and metadata of the session's spans: near, but not known to be what was asked with.
        case inferred
    }

    /// The session.
    public var sessionID: String
    /// The customer.
    public var customerID: String?
    /// The fields.
    public var context: EvaluationContext
    /// Where they come from.
    public var contextSource: ContextSource
    /// The config version of the recorded assignment.
    public var assignedVersion: Int?
    /// The model of the recorded assignment; `nil` where none was recorded.
    public var assignedModel: String?

    /// Makes one.
    public init(
        sessionID: String, customerID: String?, context: EvaluationContext, contextSource: ContextSource,
        assignedVersion: Int? = nil, assignedModel: String? = nil
    ) {
        self.sessionID = sessionID
        self.customerID = customerID
        self.context = context
        self.contextSource = contextSource
        self.assignedVersion = assignedVersion
        self.assignedModel = assignedModel
    }

    /// What the store has of it: replayed with the context that was recorded, else with customer and metadata (docs/codebase.md).
    public init(_ session: ConfigSession) {
        self.init(
            sessionID: session.sessionID, customerID: session.customerID,
            context: EvaluationContext((session.context ?? session.metadata).texts),
            contextSource: session.context == nil ? .inferred : .recorded,
            assignedVersion: session.assignment?.configVersion, assignedModel: session.assignment?.assignedModel)
    }

    /// The session of a call, by what that call alone says.
    public init(_ call: StoredSpan) {
        self.init(
            sessionID: call.sessionID, customerID: call.customerID,
            context: EvaluationContext((call.span.context ?? call.span.metadata).texts),
            contextSource: call.span.context == nil ? .inferred : .recorded)
    }

    /// Whether all is known that the config's targeting needs to decide about it. A context that was recorded is whole: what
    /// is not in it was not asked with.
    public func isDecided(by config: ModelConfig) -> Bool {
        guard contextSource == .inferred, let targeting = config.targeting else { return true }
        return targeting.isDecided(customerID: customerID, knowing: context)
    }

    /// Who asks.
    public var subject: Subject { Subject(sessionID: sessionID, customerID: customerID, context: context) }
}

extension AttributeMap {
    /// The entries that are texts: targeting sees nothing else.
    fileprivate var texts: [(String, String)] {
        entries.compactMap { entry in
            if case .string(let text) = entry.value { (entry.name, text) } else { nil }
        }
    }
}
