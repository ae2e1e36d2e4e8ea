/// What watches an evaluation. The engine is generic over it: with ``NoRecorder`` the calls compile away, so that the
/// answer given to an app and the answer explained to a person come from the same code.
protocol EvaluationRecorder {
    /// Whether it watches at all; what it would be told is not even put together when it does not.
    static var isWatching: Bool { get }
    /// Targeting is switched off in the record.
    mutating func targetingIsDisabled()
    /// A target was tried.
    mutating func tried(target index: Int, _ target: IndividualTarget, seen: String?, matched: Bool)
    /// A condition was tried.
    mutating func tried(condition index: Int, ofRule rule: Int, _ condition: Condition, seen: String?, held: Bool)
    /// A rule was tried.
    mutating func tried(rule index: Int, _ rule: TargetingRule, matched: Bool)
    /// A target or rule matched, but points at no variant.
    mutating func matchedWithoutVariant(_ match: TargetingMatch, _ reference: VariantReference)
}

extension EvaluationRecorder {
    @inline(__always) static var isWatching: Bool { true }
}

/// Watches nothing.
struct NoRecorder: EvaluationRecorder {
    @inline(__always) static var isWatching: Bool { false }
    /// Gives it a place in memory: in a debug build under the thread sanitizer, exclusive access to a value without one
    /// is reported with an address that does not exist, and the process ends there.
    private var _place: UInt8 = 0

    init() {}

    @inline(__always) func targetingIsDisabled() {}
    @inline(__always) func tried(target index: Int, _ target: IndividualTarget, seen: String?, matched: Bool) {}
    @inline(__always) func tried(
        condition index: Int, ofRule rule: Int, _ condition: Condition, seen: String?, held: Bool
    ) {}
    @inline(__always) func tried(rule index: Int, _ rule: TargetingRule, matched: Bool) {}
    @inline(__always) func matchedWithoutVariant(_ match: TargetingMatch, _ reference: VariantReference) {}
}
