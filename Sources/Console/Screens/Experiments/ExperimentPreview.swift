import Assignment
import Cells
import OrderedJSON
import TraceModel
import WorkspaceModel

/// What follows from a config and who asks: the answer with its reason, who would move, what to beware of.
struct ExperimentPreview: Sendable {
    let evaluation: Evaluation
    /// What the live version answers, where a draft is shown.
    let liveEvaluation: Evaluation?
    let nearMisses: [NearMiss]
    let lints: [ConfigLint]
    /// Those of targets and rules, by the path of the target or rule.
    let lintsByPath: [String: [ConfigLint]]
    /// What the saved contexts get, where a draft is shown.
    let contexts: [ContextMove]
    /// Other tests that divide the same sessions along the same buckets: the hash has no salt.
    let sharers: [String]
    /// Who moves by weight, where a draft is shown.
    let churn: Churn?
    /// The order of variants that moves fewest, where it is another than the draft's.
    let betterOrder: VariantOrder?

    /// What one saved context gets from the live version and from the draft.
    struct ContextMove: Sendable {
        let name: String
        let from: String?
        let to: String?

        var moves: Bool { !(from ?? "").utf8.elementsEqual((to ?? "").utf8) || (from == nil) != (to == nil) }
    }

    /// So many saved contexts are looked at.
    private static let mostContexts = 500

    init(
        config: ModelConfig, live: ModelConfig?, simulation: Simulation, contexts: [SampleContext], others: [String]
    ) {
        let subject = simulation.subject
        let fallback = simulation.fallback
        evaluation = config.evaluate(
            sessionID: subject.sessionID, customerID: subject.customerID, context: subject.context, fallback: fallback)
        nearMisses = Array(config.nearMisses(customerID: subject.customerID, context: subject.context).prefix(4))
        lints = config.lints()
        lintsByPath = Dictionary(
            grouping: lints.lazy.compactMap { lint in lint.targetingPath.map { ($0, lint) } }, by: \.0
        ).mapValues { $0.map(\.1) }
        sharers = config.variants.count > 1 ? others : []
        guard let live, live != config || live.record != config.record else {
            liveEvaluation = nil
            self.contexts = []
            churn = nil
            betterOrder = nil
            return
        }
        liveEvaluation = live.evaluate(
            sessionID: subject.sessionID, customerID: subject.customerID, context: subject.context, fallback: fallback)
        self.contexts = contexts.prefix(Self.mostContexts).map { context in
            let subject = Subject(
                sessionID: context.sessionID ?? context.name, customerID: context.customerID, context: context.context)
            return ContextMove(name: context.name, from: live.model(for: subject), to: config.model(for: subject))
        }
        let churn = Churn(from: live, to: config)
        self.churn = churn
        let order = VariantOrder.movingFewest(from: live, to: config)
        betterOrder = order.movedShare + 1e-9 < churn.movedShare ? order : nil
    }
}

extension ModelConfig {
    /// The model a subject gets; `nil` for an error.
    fileprivate func model(for subject: Subject) -> String? {
        placement(sessionID: subject.sessionID, customerID: subject.customerID, context: subject.context)?.model
    }
}
