import OrderedJSON

extension Condition {
    /// Whether every context that fulfils this condition surely fulfils `other` too. Both must be on one field; `false`
    /// also when it cannot be told.
    func implies(_ other: Condition) -> Bool {
        guard let field, let otherField = other.field, field.hasSameUTF8(as: otherField), canHold else { return false }
        if let values = onlyValues { return values.allSatisfy { other.isFulfilled(by: $0) } }
        if other.holdsForAnyText { return true }
        switch (self.operator, operand, other.operator, other.operand) {
        case (.startsWith, .text(let mine), .startsWith, .text(let theirs)): return mine.hasUTF8Prefix(theirs)
        case (.endsWith, .text(let mine), .endsWith, .text(let theirs)): return mine.hasUTF8Suffix(theirs)
        case (.startsWith, .text(let mine), .contains, .text(let theirs)),
            (.endsWith, .text(let mine), .contains, .text(let theirs)),
            (.contains, .text(let mine), .contains, .text(let theirs)):
            return mine.containsUTF8(theirs)
        case (_, _, .notEqual, .text(let excluded)): return !isFulfilled(by: excluded)
        case (_, _, .noneOf, .texts(let excluded)): return excluded.allSatisfy { !isFulfilled(by: $0) }
        default: return false
        }
    }

    /// Whether any context can fulfil it.
    var canHold: Bool {
        guard field != nil else { return false }
        switch (self.operator, operand) {
        case (.oneOf, .texts(let texts)): return !texts.isEmpty
        case (.equal, .text), (.notEqual, _), (.noneOf, .texts), (.contains, .text), (.startsWith, .text),
            (.endsWith, .text):
            return true
        default: return false
        }
    }

    /// The only values that fulfil it, where they can be listed.
    var onlyValues: [String]? {
        switch (self.operator, operand) {
        case (.equal, .text(let text)): [text]
        case (.oneOf, .texts(let texts)): texts
        default: nil
        }
    }

    /// Whether it holds for every text: only the field has to be there.
    var holdsForAnyText: Bool {
        switch (self.operator, operand) {
        case (.contains, .text("")), (.startsWith, .text("")), (.endsWith, .text("")): true
        case (.noneOf, .texts(let texts)): texts.isEmpty
        case (.notEqual, .other), (.notEqual, .texts): true
        default: false
        }
    }
}

extension IndividualTarget {
    /// The target as a condition; `nil` when it never matches.
    public var condition: Condition? {
        guard let field, let value, value.string != nil else { return nil }
        return Condition(field: field, operatorName: Condition.Operator.equal.rawValue, value: value)
    }
}

extension TargetingRule {
    /// Whether no context can fulfil all conditions, as far as can be told.
    public var isImpossible: Bool {
        guard let conditions else { return true }
        if conditions.contains(where: { !$0.canHold }) { return true }
        return conditions.contains { condition in
            guard let values = condition.onlyValues else { return false }
            let sameField = conditions.filter { $0.isOnField(of: condition) }
            return !values.contains { value in sameField.allSatisfy { $0.isFulfilled(by: value) } }
        }
    }
}

extension Condition {
    func isOnField(of other: Condition) -> Bool {
        guard let field, let otherField = other.field else { return false }
        return field.hasSameUTF8(as: otherField)
    }
}

extension Targeting {
    /// The earlier target or rule that takes everyone whom rule `index` could match; `nil` when there is none, or it
    /// cannot be told.
    public func shadow(ofRule index: Int) -> TargetingMatch? {
        guard let conditions = rules[index].conditions, !rules[index].isImpossible else { return nil }
        if let target = individualTargets.firstIndex(where: { target in
            target.condition.map { wanted in conditions.contains { $0.implies(wanted) } } ?? false
        }) {
            return .target(target)
        }
        return rules[..<index].firstIndex { earlier in
            earlier.conditions?.allSatisfy { wanted in conditions.contains { $0.implies(wanted) } } ?? false
        }.map { .rule($0) }
    }

    /// The first earlier rule that is a special case of rule `index` and sends elsewhere: an exception, meant or not; `nil`
    /// when there is none, or it cannot be told.
    public func exception(toRule index: Int) -> Int? {
        guard let conditions = rules[index].conditions, !conditions.isEmpty else { return nil }
        return rules[..<index].firstIndex { earlier in
            guard let special = earlier.conditions, earlier.variant.index != rules[index].variant.index,
                !earlier.isImpossible
            else { return false }
            return conditions.allSatisfy { wanted in special.contains { $0.implies(wanted) } }
        }
    }

    /// The earlier target with the same field and value; `nil` when there is none.
    public func shadow(ofTarget index: Int) -> TargetingMatch? {
        guard let mine = individualTargets[index].condition else { return nil }
        return individualTargets[..<index].firstIndex { $0.condition.map { mine.implies($0) } ?? false }
            .map { .target($0) }
    }
}
