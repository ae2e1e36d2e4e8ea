/// Somebody who asks for a model.
public struct Subject: Hashable, Sendable {
    /// The session.
    public var sessionID: String
    /// The customer, where known.
    public var customerID: String?
    /// The context, where known.
    public var context: EvaluationContext

    /// Makes a subject.
    public init(sessionID: String, customerID: String? = nil, context: EvaluationContext = EvaluationContext()) {
        self.sessionID = sessionID
        self.customerID = customerID
        self.context = context
    }
}

/// What a population gets from a config: counted, not estimated.
public struct PopulationTally: Hashable, Sendable {
    /// Subjects by variant that targeting sent there.
    public private(set) var targeted: [Int]
    /// Subjects by variant that the weights sent there, remainder included.
    public private(set) var weighted: [Int]
    /// Subjects whose bucket lies beyond all weights, whom the last variant takes; they are in ``weighted``, too.
    public private(set) var remainder = 0
    /// Subjects who get an error.
    public private(set) var errors = 0
    /// Subjects by target: how often each matched first, usable index or not.
    public private(set) var matchesByTarget: [Int]
    /// Subjects by rule: how often each matched first, usable index or not.
    public private(set) var matchesByRule: [Int]

    /// Asks the config for every subject.
    public init(of config: ModelConfig, over subjects: some Sequence<Subject>) {
        self.targeted = Array(repeating: 0, count: config.variants.count)
        self.weighted = targeted
        self.matchesByTarget = Array(repeating: 0, count: config.targeting?.individualTargets.count ?? 0)
        self.matchesByRule = Array(repeating: 0, count: config.targeting?.rules.count ?? 0)
        for subject in subjects { add(subject, config) }
    }

    private mutating func add(_ subject: Subject, _ config: ModelConfig) {
        var recorder = MatchRecorder()
        do throws(AssignmentError) {
            let decision = try AssignmentEngine.decide(
                config, sessionID: subject.sessionID, customerID: subject.customerID, context: subject.context,
                recorder: &recorder)
            _ = try config.model(at: decision.variantIndex)
            switch decision.path {
            case .target, .rule: targeted[decision.variantIndex] += 1
            case .weighted: weighted[decision.variantIndex] += 1
            case .remainder:
                weighted[decision.variantIndex] += 1
                remainder += 1
            }
        } catch {
            errors += 1
        }
        switch recorder.match {
        case .target(let index): matchesByTarget[index] += 1
        case .rule(let index): matchesByRule[index] += 1
        case nil: break
        }
    }

    /// How many subjects there were.
    public var total: Int { targeted.reduce(0, +) + weighted.reduce(0, +) + errors }
}

/// Remembers the match alone.
private struct MatchRecorder: EvaluationRecorder {
    private(set) var match: TargetingMatch?

    func targetingIsDisabled() {}
    mutating func tried(target index: Int, _ target: IndividualTarget, seen: String?, matched: Bool) {
        if matched { match = .target(index) }
    }
    func tried(condition index: Int, ofRule rule: Int, _ condition: Condition, seen: String?, held: Bool) {}
    mutating func tried(rule index: Int, _ rule: TargetingRule, matched: Bool) {
        if matched { match = .rule(index) }
    }
    func matchedWithoutVariant(_ match: TargetingMatch, _ reference: VariantReference) {}
}

/// Who of a population gets another model from a draft than from what is live.
public struct Replay: Sendable {
    /// Somebody who moves.
    public struct Move: Hashable, Sendable {
        /// The subject's place in the population.
        public let subject: Int
        /// The variant before; `nil` for an error.
        public let oldVariant: Int?
        /// The model before; `nil` for an error.
        public let oldModel: String?
        /// The variant after; `nil` for an error.
        public let newVariant: Int?
        /// The model after; `nil` for an error.
        public let newModel: String?
    }

    /// Those who move, in the population's order.
    public let moves: [Move]
    /// How many were asked for.
    public let total: Int
    /// Subjects by old variant (rows; the last one for errors) and new variant (columns; the last one for errors).
    public let counts: [[Int]]

    /// Asks both versions for every subject. About a microsecond a subject.
    public init(from old: ModelConfig, to new: ModelConfig, subjects: some Sequence<Subject>) {
        var moves: [Move] = []
        var counts = Array(
            repeating: Array(repeating: 0, count: new.variants.count + 1), count: old.variants.count + 1)
        var total = 0
        for subject in subjects {
            let before = Replay.answer(old, subject)
            let after = Replay.answer(new, subject)
            counts[before?.variantIndex ?? old.variants.count][after?.variantIndex ?? new.variants.count] += 1
            if !sameModel(before?.model, after?.model) {
                moves.append(
                    Move(
                        subject: total, oldVariant: before?.variantIndex, oldModel: before?.model,
                        newVariant: after?.variantIndex, newModel: after?.model))
            }
            total += 1
        }
        self.moves = moves
        self.counts = counts
        self.total = total
    }

    private static func answer(_ config: ModelConfig, _ subject: Subject) -> AssignedModel? {
        try? config.assign(sessionID: subject.sessionID, customerID: subject.customerID, context: subject.context)
    }
}
