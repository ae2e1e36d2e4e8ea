public import Assignment

/// A draft replayed on the recorded sessions of a config: who decided, who would move, and whether what was assigned is
/// what the live version gives.
public struct RecordedReplay: Sendable {
    /// Somebody who would have another model.
    public struct Move: Hashable, Sendable {
        /// The session.
        public let sessionID: String
        /// The model the live version gives; `nil` for an error.
        public let from: String?
        /// The model the draft gives; `nil` for an error.
        public let to: String?
    }

    /// One model's sessions.
    public struct ModelCount: Hashable, Sendable {
        /// The model; `nil` for those that get an error.
        public let model: String?
        /// As the live version gives it.
        public internal(set) var live = 0
        /// As the draft gives it.
        public internal(set) var draft = 0
        /// As it was recorded, with whatever version.
        public internal(set) var assigned = 0
    }

    /// Sessions replayed.
    public let total: Int
    /// Sessions of which something was not recorded that the targeting of either version looks at: one cannot tell.
    public let unknown: Int
    /// Of those one can tell, how many have a recorded context, not one inferred from customer and metadata.
    public let recordedContexts: Int
    /// How many each target decides about, of those that one can tell; none where its index names no variant.
    public let byTarget: [Int]
    /// How many each rule decides about.
    public let byRule: [Int]
    /// How many the weights decide about.
    public let byWeight: Int
    /// Of those, how many matched a target or rule whose index names no variant.
    public let matchedWithoutVariant: Int
    /// Sessions that get no model from the draft.
    public let errors: Int
    /// Simulated beside actually assigned, in the order of the variants.
    public let models: [ModelCount]
    /// Sessions that would have another model, the latest first.
    public let moves: [Move]
    /// Sessions with a recorded assignment of the live version.
    public let recorded: Int
    /// How many of them the live version answers otherwise.
    public let otherThanRecorded: Int

    /// Replays. About two microseconds a session.
    public init(_ sessions: [RecordedSession], live: ModelConfig, draft: ModelConfig) {
        let known = sessions.filter { $0.isDecided(by: live) && $0.isDecided(by: draft) }
        let subjects = known.map(\.subject)
        let tally = PopulationTally(of: draft, over: subjects)
        let replay = Replay(from: live, to: draft, subjects: subjects)
        total = sessions.count
        unknown = sessions.count - known.count
        recordedContexts = known.count { $0.contextSource == .recorded }
        let isUsable = { (reference: VariantReference) in reference.index.map(draft.variants.indices.contains) ?? false
        }
        let targets = zip(tally.matchesByTarget, draft.targeting?.individualTargets.map(\.variant) ?? [])
        let rules = zip(tally.matchesByRule, draft.targeting?.rules.map(\.variant) ?? [])
        byTarget = targets.map { isUsable($1) ? $0 : 0 }
        byRule = rules.map { isUsable($1) ? $0 : 0 }
        matchedWithoutVariant = (Array(targets) + Array(rules)).reduce(0) { isUsable($1.1) ? $0 : $0 + $1.0 }
        byWeight = tally.weighted.reduce(0, +)
        errors = tally.errors
        moves = replay.moves.map { Move(sessionID: subjects[$0.subject].sessionID, from: $0.oldModel, to: $0.newModel) }
        models = Self.models(replay, live: live, draft: draft, known)
        let assigned = known.filter { $0.assignedModel != nil && $0.assignedVersion == live.version }
        recorded = assigned.count
        otherThanRecorded = assigned.count { session in
            let model = live.placement(
                sessionID: session.sessionID, customerID: session.customerID, context: session.context)?.model
            return !(model ?? "").utf8.elementsEqual((session.assignedModel ?? "").utf8)
        }
    }

    private static func models(
        _ replay: Replay, live: ModelConfig, draft: ModelConfig, _ sessions: [RecordedSession]
    ) -> [ModelCount] {
        var models: [ModelCount] = []
        func place(_ model: String?) -> Int {
            if let place = models.firstIndex(where: { sameModel($0.model, model) }) { return place }
            models.append(ModelCount(model: model))
            return models.count - 1
        }
        for (index, row) in replay.counts.enumerated() {
            let model = index < live.variants.count ? live.variants[index].model : nil
            let count = row.reduce(0, +)
            if model != nil || count > 0 { models[place(model)].live += count }
        }
        for index in 0...draft.variants.count {
            let model = index < draft.variants.count ? draft.variants[index].model : nil
            let count = replay.counts.reduce(0) { $0 + $1[index] }
            if model != nil || count > 0 { models[place(model)].draft += count }
        }
        for session in sessions {
            if let model = session.assignedModel { models[place(model)].assigned += 1 }
        }
        return models
    }

    private static func sameModel(_ left: String?, _ right: String?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }
}
