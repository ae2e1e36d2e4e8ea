/// A model and the variant it belongs to.
public struct AssignedModel: Hashable, Sendable {
    /// The model.
    public let model: String
    /// The variant's index, counted from 0.
    public let variantIndex: Int
}

extension ModelConfig {
    /// The model for a session: the hot path. No lock, no I/O, about one MD5 of the session id.
    ///
    /// - Parameters:
    ///   - sessionID: what the weighted draw depends on, and nothing else.
    ///   - customerID: overrides the context's `customerId` unless empty.
    ///   - context: what targeting is evaluated against.
    /// - Throws: ``AssignmentError`` when the config gives this session no model; a caller's fallback covers it.
    public func assign(
        sessionID: String, customerID: String? = nil, context: EvaluationContext = EvaluationContext()
    ) throws(AssignmentError) -> AssignedModel {
        var recorder = NoRecorder()
        let decision = try AssignmentEngine.decide(
            self, sessionID: sessionID, customerID: customerID, context: context, recorder: &recorder)
        return AssignedModel(model: try model(at: decision.variantIndex), variantIndex: decision.variantIndex)
    }
}
