extension ModelConfig {
    /// The model for a session, why, and every condition tried on the way: by the same code as
    /// ``assign(sessionID:customerID:context:)``.
    ///
    /// - Parameters:
    ///   - sessionID: what the weighted draw depends on.
    ///   - customerID: overrides the context's `customerId` unless empty.
    ///   - context: what targeting is evaluated against.
    ///   - fallback: what the caller would give as fallback; empty counts as none.
    public func evaluate(
        sessionID: String, customerID: String? = nil, context: EvaluationContext = EvaluationContext(),
        fallback: String? = nil
    ) -> Evaluation {
        var recorder = TraceRecorder(hasTargeting: targeting != nil)
        let bucket = Bucket.of(sessionID: sessionID)
        var assigned: AssignedModel?
        let reason: AssignmentReason
        do throws(AssignmentError) {
            let decision = try AssignmentEngine.decide(
                self, sessionID: sessionID, customerID: customerID, context: context, recorder: &recorder)
            assigned = AssignedModel(
                model: try model(at: decision.variantIndex), variantIndex: decision.variantIndex)
            reason = self.reason(for: decision.path, bucket: bucket, targeting: recorder.outcome)
        } catch {
            reason = (fallback ?? "").isEmpty ? .error(error) : .fallback(error)
        }
        var answer = assigned?.model
        if case .fallback = reason { answer = fallback }
        return Evaluation(
            configKey: key, configVersion: version, sessionID: sessionID,
            context: context.applying(customerID: customerID), bucket: bucket, model: answer,
            variantIndex: assigned?.variantIndex, reason: reason, targeting: recorder.outcome, steps: recorder.steps,
            notices: notices(
                sessionID: sessionID, customerID: customerID, context: context, ours: assigned?.model,
                hasFallback: !(fallback ?? "").isEmpty))
    }

    private func reason(
        for path: AssignmentEngine.Path, bucket: Int, targeting: TargetingOutcome
    ) -> AssignmentReason {
        switch path {
        case .target(let index): return .target(index: index)
        case .rule(let index): return .rule(index: index)
        case .weighted, .remainder:
            let place = split.piece(at: bucket)
            let draw = WeightedDraw(bucket: bucket, interval: place.interval, isRemainder: place.isRemainder)
            if targeting == .disabled { return .disabled(draw) }
            return draw.isRemainder ? .remainder(draw) : .weighted(draw)
        }
    }
}
