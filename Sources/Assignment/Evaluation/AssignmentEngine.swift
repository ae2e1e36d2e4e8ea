import OrderedJSON

/// The one code path from config, session and context to a variant (contract §1).
enum AssignmentEngine {
    /// What decided.
    enum Path {
        case target(Int)
        case rule(Int)
        case weighted
        case remainder
    }

    /// The variant and what decided on it.
    @inline(__always)
    static func decide(
        _ config: ModelConfig, sessionID: String, customerID: String?, context: EvaluationContext,
        recorder: inout some EvaluationRecorder
    ) throws(AssignmentError) -> (variantIndex: Int, path: Path) {
        if let targeting = config.targeting {
            if !targeting.isEnabled {
                recorder.targetingIsDisabled()
            } else if let match = firstMatch(targeting, customerID: customerID, context: context, recorder: &recorder) {
                if let index = match.reference.index, index >= 0, index < config.variants.count {
                    return (index, match.path)
                }
                recorder.matchedWithoutVariant(match.match, match.reference)
            }
        }
        let bucket = Bucket.of(sessionID: sessionID)
        recorder.drew(bucket: bucket)
        switch WeightWalk.place(bucket: bucket, thresholds: config.thresholds, variantCount: config.variants.count) {
        case .weighted(let index): return (index, .weighted)
        case .remainder(let index): return (index, .remainder)
        case .malformedWeight(let index): throw config.malformedWeight(at: index)
        case .noVariants: throw .noVariants(key: config.key, version: config.version)
        }
    }

    /// A match, whether or not its variant exists.
    private struct Match {
        var match: TargetingMatch
        var reference: VariantReference
        var path: Path
    }

    /// The first target, else the first rule, that matches.
    @inline(__always)
    private static func firstMatch(
        _ targeting: Targeting, customerID: String?, context: EvaluationContext,
        recorder: inout some EvaluationRecorder
    ) -> Match? {
        let customer = customerID.flatMap { $0.isEmpty ? nil : $0 }
        for (index, target) in targeting.individualTargets.enumerated() {
            let seen = lookUp(target.field, isCustomerID: target.isCustomerID, customer, context)
            var matched = false
            if let seen, let wanted = target.value?.string { matched = seen.hasSameUTF8(as: wanted) }
            recorder.tried(target: index, target, seen: seen, matched: matched)
            if matched { return Match(match: .target(index), reference: target.variant, path: .target(index)) }
        }
        for (index, rule) in targeting.rules.enumerated() {
            let matched = matches(rule, index, customer, context, &recorder)
            recorder.tried(rule: index, rule, matched: matched)
            if matched { return Match(match: .rule(index), reference: rule.variant, path: .rule(index)) }
        }
        return nil
    }

    /// Whether all conditions hold; stops at the first that does not.
    @inline(__always)
    private static func matches(
        _ rule: TargetingRule, _ ruleIndex: Int, _ customer: String?, _ context: EvaluationContext,
        _ recorder: inout some EvaluationRecorder
    ) -> Bool {
        guard let conditions = rule.conditions else { return false }
        for (index, condition) in conditions.enumerated() {
            let seen = lookUp(condition.field, isCustomerID: condition.isCustomerID, customer, context)
            let held = seen.map { condition.isFulfilled(by: $0) } ?? false
            recorder.tried(condition: index, ofRule: ruleIndex, condition, seen: seen, held: held)
            if !held { return false }
        }
        return true
    }

    /// The field's value; a customer id stands in front of the context's own.
    @inline(__always)
    private static func lookUp(
        _ field: String?, isCustomerID: Bool, _ customer: String?, _ context: EvaluationContext
    ) -> String? {
        guard let field else { return nil }
        if isCustomerID, let customer { return customer }
        return context[field]
    }
}

extension ModelConfig {
    /// The model of that variant.
    @inline(__always)
    func model(at index: Int) throws(AssignmentError) -> String {
        guard let model = variants[index].model else { throw malformedModel(at: index) }
        return model
    }

    func malformedWeight(at index: Int) -> AssignmentError {
        let found = variants[index].weight.written?.kindInWords ?? "missing"
        return .malformedWeight(key: key, version: version, variantIndex: index, found: found)
    }

    func malformedModel(at index: Int) -> AssignmentError {
        .malformedModel(key: key, version: version, variantIndex: index, found: modelInWords(at: index))
    }

    /// What the record has in the place of a variant's model.
    private func modelInWords(at index: Int) -> String {
        let elements: [JSONValue]
        switch record["variants"] {
        case .array(let list): elements = list
        case let other: elements = other?.objectValuesInOrder?.map(\.value) ?? []
        }
        guard index < elements.count else { return "missing" }
        return elements[index]["model"]?.kindInWords ?? "missing"
    }
}
