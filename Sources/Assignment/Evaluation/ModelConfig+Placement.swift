/// Where a session goes and whether chance put it there.
public struct Placement: Hashable, Sendable {
    /// The model.
    public let model: String
    /// The variant's index, counted from 0.
    public let variantIndex: Int
    /// Whether a target or a rule sent it there; otherwise the weights did.
    public let isTargeted: Bool
}

extension ModelConfig {
    /// Where a session goes; `nil` when the config gives it no model. Costs what ``assign(sessionID:customerID:context:)``
    /// does.
    public func placement(
        sessionID: String, customerID: String? = nil, context: EvaluationContext = EvaluationContext()
    ) -> Placement? {
        var recorder = NoRecorder()
        do throws(AssignmentError) {
            let decision = try AssignmentEngine.decide(
                self, sessionID: sessionID, customerID: customerID, context: context, recorder: &recorder)
            let isTargeted =
                switch decision.path {
                case .target, .rule: true
                case .weighted, .remainder: false
                }
            return Placement(
                model: try model(at: decision.variantIndex), variantIndex: decision.variantIndex, isTargeted: isTargeted
            )
        } catch {
            return nil
        }
    }
}
