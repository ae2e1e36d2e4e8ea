import Assignment
import Cells
import OrderedJSON
import TraceModel

/// What follows from a config and who asks: the answer with its reason, who would move, what to beware of.
struct ExperimentPreview: Sendable {
    let evaluation: Evaluation
    /// What the live version answers, where a draft is shown.
    let liveEvaluation: Evaluation?
    let nearMisses: [NearMiss]
    let lints: [ConfigLint]
    /// Other tests that divide the same sessions along the same buckets: the hash has no salt.
    let sharers: [String]
    /// Who moves by weight, where a draft is shown.
    let churn: Churn?
    /// The order of variants that moves fewest, where it is another than the draft's.
    let betterOrder: VariantOrder?

    init(config: ModelConfig, live: ModelConfig?, simulation: Simulation, others: [String]) {
        let subject = simulation.subject
        evaluation = config.evaluate(
            sessionID: subject.sessionID, customerID: subject.customerID, context: subject.context)
        nearMisses = Array(config.nearMisses(customerID: subject.customerID, context: subject.context).prefix(4))
        lints = config.lints()
        sharers = config.variants.count > 1 ? others : []
        guard let live, live != config || live.record != config.record else {
            liveEvaluation = nil
            churn = nil
            betterOrder = nil
            return
        }
        liveEvaluation = live.evaluate(
            sessionID: subject.sessionID, customerID: subject.customerID, context: subject.context)
        let churn = Churn(from: live, to: config)
        self.churn = churn
        let order = VariantOrder.movingFewest(from: live, to: config)
        betterOrder = order.movedShare + 1e-9 < churn.movedShare ? order : nil
    }
}
