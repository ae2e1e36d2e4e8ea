import Assignment

/// A draft replayed on the recorded sessions of a config: who decided, who would move, and whether what was assigned is
/// what the live version gives.
struct RecordedReplay: Sendable {
    /// Sessions replayed.
    let total: Int
    /// Sessions without any recorded context, customer or metadata: for a config with targeting one cannot tell.
    let unknown: Int
    /// By target, by rule and by weight, those that one can tell.
    let byTarget: [Int]
    let byRule: [Int]
    let byWeight: Int
    /// Sessions that would have another model, with the models.
    let moves: [(session: String, from: String?, to: String?)]
    /// Sessions with a recorded assignment, and how many of them the live version answers otherwise.
    let recorded: Int
    let otherThanRecorded: Int

    init(_ sessions: [RecordedSession], live: ModelConfig, draft: ModelConfig) {
        let needsContext = live.targeting?.isEmpty == false || draft.targeting?.isEmpty == false
        let known = sessions.filter { session in
            !needsContext || session.contextSource == .recorded || session.customerID != nil || !session.context.isEmpty
        }
        let subjects = known.map {
            Subject(sessionID: $0.sessionID, customerID: $0.customerID, context: $0.context)
        }
        let tally = PopulationTally(of: draft, over: subjects)
        let replay = Replay(from: live, to: draft, subjects: subjects)
        total = sessions.count
        unknown = sessions.count - known.count
        byTarget = tally.matchesByTarget
        byRule = tally.matchesByRule
        byWeight = tally.weighted.reduce(0, +)
        moves = replay.moves.map { (subjects[$0.subject].sessionID, $0.oldModel, $0.newModel) }
        let assigned = known.filter { $0.assignedModel != nil && $0.assignedVersion == live.version }
        recorded = assigned.count
        otherThanRecorded = assigned.count { session in
            let model = try? live.assign(
                sessionID: session.sessionID, customerID: session.customerID, context: session.context
            ).model
            return !(model ?? "").utf8.elementsEqual((session.assignedModel ?? "").utf8)
        }
    }
}
