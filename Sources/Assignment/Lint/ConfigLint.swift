/// Something in a config that its author should look at (docs/assignment.md §6).
public struct ConfigLint: Hashable, Sendable {
    /// What it is about.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A part is malformed.
        case malformed
        /// The weights do not sum to 100.
        case weightSum = "weight_sum"
        /// The weights look like fractions of one.
        case fractions
        /// A variant that no session gets by weight.
        case unreachable
        /// JavaScript walks the variants in another order.
        case objectOrder = "object_order"
        /// A negated operator is false when the field is absent.
        case negatedOperator = "negated_operator"
        /// A target or rule that an earlier one always forestalls.
        case shadowed
        /// A rule of whose people an earlier one takes some elsewhere.
        case partlyShadowed = "partly_shadowed"
        /// A rule that nothing can match.
        case impossible
        /// A text that is compared has something that cannot be seen.
        case hiddenText = "hidden_text"
        /// Targeting is written and switched off.
        case disabled
        /// Another running test divides the same buckets.
        case sharedBuckets = "shared_buckets"
        /// A variant names a prompt, or a version of one, that is not there.
        case unknownPrompt = "unknown_prompt"
        /// Two variants are the same, so that they cannot be told apart.
        case sameVariants = "same_variants"
    }

    /// How much it matters.
    public enum Severity: String, Hashable, Sendable, CaseIterable {
        /// Somebody gets an error, or something else than is written.
        case error
        /// Perhaps not what was meant.
        case warning
        /// Good to know.
        case note
    }

    /// What it is about.
    public let kind: Kind
    /// How much it matters.
    public let severity: Severity
    /// The field, as a path from the record.
    public let path: String
    /// What it is and what follows, as one sentence.
    public let message: String

    /// Makes a lint.
    public init(kind: Kind, severity: Severity, path: String, message: String) {
        self.kind = kind
        self.severity = severity
        self.path = path
        self.message = message
    }
}

extension ModelConfig {
    /// What the author of this config should look at, in document order within each kind.
    ///
    /// - Parameter others: keys of the other configs and A/B tests that run: they divide the same buckets.
    public func lints(runningBeside others: [String] = []) -> [ConfigLint] {
        problems.map { ConfigLint(kind: .malformed, severity: .error, path: $0.path, message: $0.message) }
            + WeightLint.lints(variants: variants, split: split)
            + orderLints + targetingLints + sharedLints(others)
    }

    private var orderLints: [ConfigLint] {
        guard hasJavaScriptOrder else { return [] }
        return [
            ConfigLint(
                kind: .objectOrder, severity: .warning, path: "variants",
                message: "has whole numbers as names: the TypeScript SDK walks them first and assigns other models; "
                    + "a list has one order everywhere")
        ]
    }

    private var targetingLints: [ConfigLint] {
        guard let targeting, !targeting.isEmpty else { return [] }
        var lints: [ConfigLint] = []
        if !targeting.isEnabled {
            lints.append(
                ConfigLint(
                    kind: .disabled, severity: .note, path: "targeting.enabled",
                    message: "is false: the targets and rules are not used"))
        }
        for index in targeting.individualTargets.indices {
            let path = "targeting.individualTargets[\(index)]"
            if let condition = targeting.individualTargets[index].condition { lints += hiddenLints(condition, path) }
            guard let shadow = targeting.shadow(ofTarget: index) else { continue }
            lints.append(shadowLint(path, shadow))
        }
        for (index, rule) in targeting.rules.enumerated() {
            let path = "targeting.rules[\(index)]"
            if rule.conditions != nil, rule.isImpossible {
                lints.append(
                    ConfigLint(kind: .impossible, severity: .warning, path: path, message: "no context can match it"))
            } else if let shadow = targeting.shadow(ofRule: index) {
                lints.append(shadowLint(path, shadow))
            } else if let earlier = targeting.exception(toRule: index) {
                lints.append(
                    ConfigLint(
                        kind: .partlyShadowed, severity: .note, path: path,
                        message: "partly shadowed: targeting.rules[\(earlier)] takes some of them elsewhere first"))
            }
            for (place, condition) in (rule.conditions ?? []).enumerated() {
                lints += hiddenLints(condition, "\(path).conditions[\(place)]")
                guard condition.operator == .notEqual || condition.operator == .noneOf else { continue }
                lints.append(
                    ConfigLint(
                        kind: .negatedOperator, severity: .note, path: "\(path).conditions[\(place)]",
                        message: "is false for whoever lacks the field, unlike in most other products"))
            }
        }
        return lints
    }

    private func hiddenLints(_ condition: Condition, _ path: String) -> [ConfigLint] {
        condition.hiddenFeatures.map {
            ConfigLint(
                kind: .hiddenText, severity: .warning, path: path,
                message: "\($0): only what has it too will match, and the eye does not see it")
        }
    }

    private func shadowLint(_ path: String, _ shadow: TargetingMatch) -> ConfigLint {
        let earlier =
            switch shadow {
            case .target(let index): "targeting.individualTargets[\(index)]"
            case .rule(let index): "targeting.rules[\(index)]"
            }
        return ConfigLint(
            kind: .shadowed, severity: .warning, path: path, message: "never decides: \(earlier) matches first")
    }

    private func sharedLints(_ others: [String]) -> [ConfigLint] {
        guard variants.count > 1, !others.isEmpty else { return [] }
        let names = others.map { "'\($0)'" }.joined(separator: ", ")
        return [
            ConfigLint(
                kind: .sharedBuckets, severity: .note, path: "variants",
                message: "the hash has no salt, so \(names) divides the same sessions along the same buckets: "
                    + "results of one are not independent of the other")
        ]
    }
}

/// Lints of weights, for configs and prompt A/B tests alike.
public enum WeightLint {
    /// What should be looked at in the weights.
    ///
    /// - Parameters:
    ///   - weights: the variants' weights.
    ///   - names: what to call the variants.
    ///   - split: how they divide the buckets.
    public static func lints(weights: [Weight], names: [String], split: WeightedSplit) -> [ConfigLint] {
        var lints: [ConfigLint] = []
        let percents = weights.compactMap(\.percent)
        let sum = percents.reduce(0, +)
        if percents.count == weights.count, !weights.isEmpty, !(abs(sum - 100) <= 1e-6) {
            lints.append(sumLint(sum, names: names, split: split, isFraction: sum > 0 && sum <= 1 + 1e-9))
        }
        for (index, weight) in weights.enumerated() {
            guard let percent = weight.percent, split.buckets(of: index) == 0 else { continue }
            let why =
                percent == 0
                ? "has no weight" : percent < 0 ? "has a negative weight" : "comes after the weights have reached 100"
            lints.append(
                ConfigLint(
                    kind: .unreachable, severity: percent == 0 ? .note : .warning, path: "variants[\(index)].weight",
                    message: "'\(names[index])' \(why): no session gets it by weight"))
        }
        return lints
    }

    static func lints(variants: [Variant], split: WeightedSplit) -> [ConfigLint] {
        lints(
            weights: variants.map(\.weight),
            names: variants.enumerated().map { $1.model ?? $1.name ?? "variant \($0)" }, split: split)
    }

    private static func sumLint(
        _ sum: Double, names: [String], split: WeightedSplit, isFraction: Bool
    ) -> ConfigLint {
        let last = names.last ?? ""
        if isFraction {
            return ConfigLint(
                kind: .fractions, severity: .warning, path: "variants",
                message: "the weights sum to \(sum): they are percent, not fractions of one, so '\(last)' gets almost "
                    + "everyone")
        }
        let message =
            sum < 100
            ? "the weights sum to \(sum), not 100: '\(last)' takes what they leave, too"
            : "the weights sum to \(sum), not 100: what lies beyond 100 gets nobody"
        return ConfigLint(kind: .weightSum, severity: .warning, path: "variants", message: message)
    }
}
