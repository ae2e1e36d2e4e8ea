/// The smallest change of a context that would make a target or rule match.
public struct NearMiss: Hashable, Sendable {
    /// One field to change.
    public struct Change: Hashable, Sendable {
        /// The field.
        public let field: String
        /// Its value now; `nil` when absent.
        public let from: String?
        /// A value with which all conditions on the field hold.
        public let to: String
    }

    /// What would match.
    public let match: TargetingMatch
    /// The fields to change, fewest possible, in the rule's order.
    public let changes: [Change]
    /// What the changed context meets first, when that is something earlier: then the change does not lead to this match.
    public let takenBy: TargetingMatch?
    /// The variant it would lead to; `nil` when the index is unusable.
    public let variantIndex: Int?
}

extension ModelConfig {
    /// For every target and rule that a context does not match, what it would take: fewest changes first. What no context
    /// can match is left out.
    public func nearMisses(
        customerID: String? = nil, context: EvaluationContext = EvaluationContext()
    ) -> [NearMiss] {
        guard let targeting, targeting.isEnabled else { return [] }
        let seen = context.applying(customerID: customerID)
        var misses: [NearMiss] = []
        for (index, target) in targeting.individualTargets.enumerated() {
            guard let condition = target.condition else { continue }
            add([condition], .target(index), target.variant, seen, &misses)
        }
        for (index, rule) in targeting.rules.enumerated() {
            guard let conditions = rule.conditions else { continue }
            add(conditions, .rule(index), rule.variant, seen, &misses)
        }
        // Few misses, and the sort must keep the order of the record among equals.
        return misses.enumerated().sorted { ($0.1.changes.count, $0.0) < ($1.1.changes.count, $1.0) }.map(\.1)
    }

    private func add(
        _ conditions: [Condition], _ match: TargetingMatch, _ reference: VariantReference, _ seen: EvaluationContext,
        _ misses: inout [NearMiss]
    ) {
        guard let changes = ContextChange.smallest(fulfilling: conditions, in: seen), !changes.isEmpty else { return }
        var changed = seen
        for change in changes { changed[change.field] = change.to }
        var first: TargetingMatch?
        switch evaluate(sessionID: "", context: changed).targeting {
        case .matched(let met), .matchedWithoutVariant(let met, _): first = met
        default: break
        }
        let index = reference.index.flatMap { variants.indices.contains($0) ? $0 : nil }
        misses.append(
            NearMiss(match: match, changes: changes, takenBy: first == match ? nil : first, variantIndex: index))
    }
}

/// Searches values for fields.
enum ContextChange {
    /// One change for every field on which a condition fails; `nil` when no value was found for one of them.
    static func smallest(fulfilling conditions: [Condition], in context: EvaluationContext) -> [NearMiss.Change]? {
        var changes: [NearMiss.Change] = []
        var done: Set<UTF8Key> = []
        for condition in conditions {
            guard condition.canHold, let field = condition.field else { return nil }
            guard done.insert(UTF8Key(field)).inserted else { continue }
            let onField = conditions.filter { $0.isOnField(of: condition) }
            let now = context[field]
            if let now, onField.allSatisfy({ $0.isFulfilled(by: now) }) { continue }
            guard let value = value(fulfilling: onField, now: now) else { return nil }
            changes.append(NearMiss.Change(field: field, from: now, to: value))
        }
        return changes
    }

    /// A value that fulfils all of them: listed ones first, then the present one with what is missing added.
    private static func value(fulfilling conditions: [Condition], now: String?) -> String? {
        var candidates = conditions.flatMap { $0.onlyValues ?? [] }
        var (start, middle, end) = ("", "", "")
        for condition in conditions {
            guard case .text(let text) = condition.operand else { continue }
            switch condition.operator {
            case .startsWith: if text.hasUTF8Prefix(start) { start = text }
            case .endsWith: if text.hasUTF8Suffix(end) { end = text }
            case .contains: if !middle.containsUTF8(text) { middle += text }
            default: break
            }
        }
        let base = now ?? ""
        candidates += [
            middle, start + middle + end, start, end, start + base + middle + end, start + end, base + middle,
            start + base + end, "other", start + middle + "other" + end,
        ]
        return candidates.first { value in conditions.allSatisfy { $0.isFulfilled(by: value) } }
    }
}
