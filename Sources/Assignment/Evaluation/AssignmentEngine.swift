import OrderedJSON

/// The one code path from config, session and context to a variant (docs/assignment.md §1).
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
    static func decide<Recorder: EvaluationRecorder>(
        _ config: ModelConfig, sessionID: String, customerID: String?, context: EvaluationContext,
        recorder: inout Recorder
    ) throws(AssignmentError) -> (variantIndex: Int, path: Path) {
        if let program = config.program {
            if let index = target(config, program, customerID, context, &recorder) { return index }
        } else if Recorder.isWatching, config.targeting != nil {
            recorder.targetingIsDisabled()
        }
        let bucket = Bucket.of(sessionID: sessionID)
        switch WeightWalk.place(bucket: bucket, thresholds: config.thresholds, variantCount: config.variants.count) {
        case .weighted(let index): return (index, .weighted)
        case .remainder(let index): return (index, .remainder)
        case .malformedWeight(let index): throw config.malformedWeight(at: index)
        case .noVariants: throw .noVariants(key: config.key, version: config.version)
        }
    }

    /// The variant that targeting sends to; `nil` when nothing matches, or when what matches first names no variant.
    @inline(__always)
    private static func target<Recorder: EvaluationRecorder>(
        _ config: ModelConfig, _ program: TargetingProgram, _ customerID: String?, _ context: EvaluationContext,
        _ recorder: inout Recorder
    ) -> (variantIndex: Int, path: Path)? {
        let subject = Subject(customerID: customerID ?? "", context: context)
        guard let targeting = config.targeting, let match = firstMatch(targeting, program, subject, &recorder) else {
            return nil
        }
        let reference =
            switch match {
            case .target(let index): targeting.individualTargets[index].variant
            case .rule(let index): targeting.rules[index].variant
            }
        guard let index = reference.index, index >= 0, index < config.variants.count else {
            recorder.matchedWithoutVariant(match, reference)
            return nil
        }
        switch match {
        case .target(let target): return (index, .target(target))
        case .rule(let rule): return (index, .rule(rule))
        }
    }

    /// Who is asked about.
    private struct Subject {
        /// The call's customer id; empty counts as none.
        var customerID: String
        var context: EvaluationContext

        /// The value found there.
        @inline(__always)
        func value(_ source: TargetingProgram.Source) -> String? {
            switch source {
            case .absent: nil
            case .customer: customerID
            case .entry(let place): context.entries[place].value
            }
        }
    }

    /// The first target, else the first rule, that matches.
    @inline(__always)
    private static func firstMatch<Recorder: EvaluationRecorder>(
        _ targeting: Targeting, _ program: TargetingProgram, _ subject: Subject, _ recorder: inout Recorder
    ) -> TargetingMatch? {
        for index in 0..<program.targetCount {
            let (matched, source) = holds(program, index, subject)
            if Recorder.isWatching {
                let target = targeting.individualTargets[index]
                let seen = target.field == nil ? nil : subject.value(source)
                recorder.tried(target: index, target, seen: seen, matched: matched)
            }
            if matched { return .target(index) }
        }
        for index in program.rules.indices {
            let matched = matches(targeting, program, index, subject, &recorder)
            if Recorder.isWatching { recorder.tried(rule: index, targeting.rules[index], matched: matched) }
            if matched { return .rule(index) }
        }
        return nil
    }

    /// Whether all conditions hold; stops at the first that does not.
    @inline(__always)
    private static func matches<Recorder: EvaluationRecorder>(
        _ targeting: Targeting, _ program: TargetingProgram, _ ruleIndex: Int, _ subject: Subject,
        _ recorder: inout Recorder
    ) -> Bool {
        let rule = program.rules[ruleIndex]
        guard rule.testCount >= 0 else { return false }
        for index in 0..<rule.testCount {
            let (held, source) = holds(program, rule.firstTest &+ index, subject)
            if Recorder.isWatching, let condition = targeting.rules[ruleIndex].conditions?[index] {
                let seen = condition.field == nil ? nil : subject.value(source)
                recorder.tried(condition: index, ofRule: ruleIndex, condition, seen: seen, held: held)
            }
            if !held { return false }
        }
        return true
    }

    /// Whether the test holds, false on an absent field whatever the operator, and where its value was found.
    @inline(__always)
    private static func holds(
        _ program: TargetingProgram, _ test: Int, _ subject: Subject
    ) -> (Bool, TargetingProgram.Source) {
        let source = program.source(ofTest: test, hasCustomer: !subject.customerID.isEmpty, subject.context)
        switch source {
        case .absent: return (false, source)
        case .customer: return (program.holds(test: test, subject.customerID), source)
        case .entry(let place): return (program.holds(test: test, subject.context.entries[place].value), source)
        }
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
