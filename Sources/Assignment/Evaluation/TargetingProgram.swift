import OrderedJSON

/// A config's targeting as the hot path reads it: plain numbers and one run of bytes. Nothing in it is counted by
/// reference, so that trying a condition costs its comparison and no more.
///
/// ``Targeting`` stays what people and other code look at; both say the same (a test compares them).
struct TargetingProgram: Sendable {
    /// Some of ``bytes``.
    struct Run: Sendable {
        var start: Int
        var count: Int
    }

    /// One comparison of one field.
    struct Test: Sendable {
        enum Kind: UInt8, Sendable {
            case never, always, equal, notEqual, oneOf, noneOf, contains, startsWith, endsWith
        }

        var kind: Kind
        /// Whether a call's customer id stands in for the context's field.
        var isCustomerID: Bool
        var field: Run
        /// Where the texts to compare with stand in ``texts``.
        var firstText: Int
        var textCount: Int
    }

    /// A rule: where its tests stand, or that it never matches.
    struct Rule: Sendable {
        var firstTest: Int
        /// -1 for a rule without a list of conditions.
        var testCount: Int
    }

    private(set) var bytes: [UInt8] = []
    private(set) var texts: [Run] = []
    /// The individual targets' tests, then the rules'.
    private(set) var tests: [Test] = []
    private(set) var targetCount = 0
    private(set) var rules: [Rule] = []

    init(_ targeting: Targeting) {
        for target in targeting.individualTargets {
            let wanted = target.value?.string
            add(wanted == nil ? .never : .equal, target.field, wanted.map { [$0] } ?? [], target.isCustomerID)
        }
        targetCount = tests.count
        for rule in targeting.rules {
            let first = tests.count
            for condition in rule.conditions ?? [] {
                let (kind, operands) = Self.reading(condition)
                add(kind, condition.field, operands, condition.isCustomerID)
            }
            rules.append(Rule(firstTest: first, testCount: rule.conditions == nil ? -1 : tests.count - first))
        }
    }

    /// What of a field that is there fulfils the condition.
    private static func reading(_ condition: Condition) -> (kind: Test.Kind, operands: [String]) {
        switch (condition.operator, condition.operand) {
        case (.equal, .text(let text)): (.equal, [text])
        case (.notEqual, .text(let text)): (.notEqual, [text])
        case (.notEqual, _): (.always, [])
        case (.oneOf, .texts(let texts)): (.oneOf, texts)
        case (.noneOf, .texts(let texts)): (.noneOf, texts)
        case (.contains, .text(let text)): (.contains, [text])
        case (.startsWith, .text(let text)): (.startsWith, [text])
        case (.endsWith, .text(let text)): (.endsWith, [text])
        default: (.never, [])
        }
    }

    private mutating func add(_ kind: Test.Kind, _ field: String?, _ operands: [String], _ isCustomerID: Bool) {
        let first = texts.count
        for text in operands {
            let run = keep(text)
            texts.append(run)
        }
        tests.append(
            Test(
                kind: field == nil ? .never : kind, isCustomerID: isCustomerID, field: keep(field ?? ""),
                firstText: first, textCount: operands.count))
    }

    private mutating func keep(_ text: String) -> Run {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        return Run(start: start, count: bytes.count - start)
    }
}

extension TargetingProgram {
    /// Where a test's field has its value.
    enum Source {
        case absent
        case customer
        case entry(Int)
    }

    /// Where the field of that test is found; a customer id stands in front of the context's own.
    @inline(__always)
    func source(ofTest index: Int, hasCustomer: Bool, _ context: EvaluationContext) -> Source {
        let isCustomerID = tests[index].isCustomerID
        if isCustomerID, hasCustomer { return .customer }
        let field = tests[index].field
        return bytes.withUnsafeBytes { bytes in
            let name = UnsafeRawBufferPointer(rebasing: bytes[field.start..<field.start &+ field.count])
            return context.entries.withUnsafeBufferPointer { entries in
                for place in entries.indices where entries[place].name.hasUTF8(name) { return .entry(place) }
                return .absent
            }
        }
    }

    /// Whether that value fulfils that test.
    @inline(__always)
    func holds(test index: Int, _ seen: String) -> Bool {
        let test = tests[index]
        switch test.kind {
        case .never: return false
        case .always: return true
        case .equal: return seen.hasUTF8Equal(test, self)
        case .notEqual: return !seen.hasUTF8Equal(test, self)
        default: return holdsOtherwise(test, seen)
        }
    }

    private func holdsOtherwise(_ test: Test, _ seen: String) -> Bool {
        bytes.withUnsafeBytes { bytes in
            for place in test.firstText..<test.firstText + test.textCount {
                let run = texts[place]
                let text = UnsafeRawBufferPointer(rebasing: bytes[run.start..<run.start + run.count])
                let found =
                    switch test.kind {
                    case .oneOf, .noneOf: seen.hasUTF8(text)
                    case .contains: seen.hasUTF8Anywhere(text)
                    case .startsWith: seen.hasUTF8(text, at: 0)
                    case .endsWith: seen.hasUTF8(text, at: seen.utf8.count - text.count)
                    case .never, .always, .equal, .notEqual: false
                    }
                if found { return test.kind != .noneOf }
            }
            return test.kind == .noneOf
        }
    }
}

extension String {
    /// Whether this is the one text of that test.
    @inline(__always)
    fileprivate func hasUTF8Equal(_ test: TargetingProgram.Test, _ program: TargetingProgram) -> Bool {
        let run = program.texts[test.firstText]
        guard utf8.count == run.count else { return false }
        return program.bytes.withUnsafeBytes { bytes in
            hasUTF8(UnsafeRawBufferPointer(rebasing: bytes[run.start..<run.start &+ run.count]))
        }
    }

    /// Whether this is that text.
    @inline(__always)
    fileprivate func hasUTF8(_ text: UnsafeRawBufferPointer) -> Bool {
        guard utf8.count == text.count else { return false }
        return utf8.withContiguousStorageIfAvailable {
            equalBytes(UnsafeRawBufferPointer($0), text, count: text.count)
        } ?? utf8.elementsEqual(text)
    }

    /// Whether that text stands at that place, which may lie outside.
    fileprivate func hasUTF8(_ text: UnsafeRawBufferPointer, at place: Int) -> Bool {
        guard place >= 0, text.count <= utf8.count - place else { return false }
        return utf8.withContiguousStorageIfAvailable { whole in
            let whole = UnsafeRawBufferPointer(whole)
            return equalBytes(
                UnsafeRawBufferPointer(rebasing: whole[place..<place + text.count]), text, count: text.count)
        } ?? utf8.dropFirst(place).starts(with: text)
    }

    /// Whether that text stands anywhere; the empty text stands everywhere.
    fileprivate func hasUTF8Anywhere(_ text: UnsafeRawBufferPointer) -> Bool {
        let last = utf8.count - text.count
        guard last >= 0 else { return false }
        for place in 0...last where hasUTF8(text, at: place) { return true }
        return false
    }
}
