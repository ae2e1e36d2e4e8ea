public import TraceModel

/// A recorded call to be tried again.
public struct Trial: Hashable, Sendable {
    /// The call.
    public var key: SpanKey
    /// What is asked differently.
    public var variant: CallVariant
    /// The run that it counts to.
    public var run: String

    /// The run of what people try by hand.
    public static let byHand = "tries"

    /// Makes one.
    public init(_ key: SpanKey, _ variant: CallVariant, run: String = Trial.byHand) {
        self.key = key
        self.variant = variant
        self.run = run
    }
}

/// How far a trial has come.
public struct TrialState: Hashable, Sendable {
    /// What has come of the answer, or all of it.
    public var outcome: CallOutcome
    /// Where it was recorded, once it is over.
    public var recorded: SpanKey?
    /// What was not as recorded, and why.
    public var notes: [String]
    /// Which round it is in, from 0: a tool's answer begins another.
    public var round: Int
    /// Whether it is over.
    public var isOver: Bool

    /// Makes a state.
    public init(
        _ outcome: CallOutcome, recorded: SpanKey? = nil, notes: [String] = [], round: Int = 0, isOver: Bool = false
    ) {
        self.outcome = outcome
        self.recorded = recorded
        self.notes = notes
        self.round = round
        self.isOver = isOver
    }
}
