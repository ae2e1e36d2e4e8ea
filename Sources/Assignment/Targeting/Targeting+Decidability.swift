internal import OrderedJSON

extension Targeting {
    /// Whether one can tell what targeting does with somebody of whom only these fields are known; what is not among them may
    /// have had any value, or none.
    ///
    /// "Something is known" is not enough: a customer id says nothing of a rule on `plan`. Whoever cannot be told belongs
    /// neither among the targeted nor among those whom chance placed; taking them for either makes figures of customers
    /// look like figures of models.
    public func isDecided(customerID: String?, knowing context: EvaluationContext) -> Bool {
        guard isEnabled else { return true }
        let known = context.applying(customerID: customerID)
        for target in individualTargets {
            if let decided = Self.isDecided(target.outcome(known)) { return decided }
        }
        for rule in rules {
            if let decided = Self.isDecided(rule.outcome(known)) { return decided }
        }
        return true
    }

    /// The first that matches wins: a match decides, an unknown one leaves everything open, a miss asks the next.
    private static func isDecided(_ outcome: Outcome) -> Bool? {
        switch outcome {
        case .holds: true
        case .unknown: false
        case .fails: nil
        }
    }

    /// What can be said of a test whose field may not be known.
    enum Outcome {
        case holds, fails, unknown
    }
}

extension IndividualTarget {
    fileprivate func outcome(_ known: EvaluationContext) -> Targeting.Outcome {
        guard let field, let wanted = value?.string else { return .fails }
        guard let seen = known[field] else { return .unknown }
        return seen.hasSameUTF8(as: wanted) ? .holds : .fails
    }
}

extension TargetingRule {
    /// One condition that fails is enough, whatever the others would say.
    fileprivate func outcome(_ known: EvaluationContext) -> Targeting.Outcome {
        guard let conditions else { return .fails }
        var outcome = Targeting.Outcome.holds
        for condition in conditions {
            switch condition.outcome(known) {
            case .fails: return .fails
            case .unknown: outcome = .unknown
            case .holds: break
            }
        }
        return outcome
    }
}

extension Condition {
    fileprivate func outcome(_ known: EvaluationContext) -> Targeting.Outcome {
        guard let field, mayHold else { return .fails }
        guard let seen = known[field] else { return .unknown }
        return isFulfilled(by: seen) ? .holds : .fails
    }

    /// Whether any value at all fulfils it.
    private var mayHold: Bool {
        switch (self.operator, operand) {
        case (.equal, .text), (.notEqual, _), (.noneOf, .texts), (.contains, .text), (.startsWith, .text),
            (.endsWith, .text):
            true
        case (.oneOf, .texts(let texts)): !texts.isEmpty
        default: false
        }
    }
}
