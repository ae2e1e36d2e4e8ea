/// The pieces of time that usage is summed by.
public enum UsageBucket: String, Hashable, Sendable, CaseIterable {
    /// A minute.
    case minute
    /// An hour.
    case hour
    /// A day of whoever looks, from midnight.
    case day
    /// A week, from Monday.
    case week

    /// The start of the piece that a moment lies in.
    ///
    /// - Parameter offset: seconds that the wall clock is ahead of UTC at a moment.
    public func start(of moment: Timestamp, offset: (Timestamp) -> Int) -> Timestamp {
        let shift = Int64(offset(moment)) * 1_000_000_000
        let local = moment.advanced(byNanoseconds: shift).unixNanoseconds
        // The epoch was a Thursday: weeks begin three days earlier.
        let phase: Int64 = self == .week ? 3 * 86_400_000_000_000 : 0
        let (shifted, overflow) = local.addingReportingOverflow(phase)
        guard !overflow else { return moment }
        var rest = shifted % nanoseconds
        if rest < 0 { rest += nanoseconds }
        let start = moment.advanced(byNanoseconds: -rest)
        // Where the clock was changed meanwhile, it began by the clock that was then, if that ever told its beginning.
        let change = Int64(offset(start)) * 1_000_000_000 - shift
        let moved = change == 0 ? start : start.advanced(byNanoseconds: -change)
        return moved > moment ? start : moved
    }

    /// How long it is where no clock is changed.
    public var nanoseconds: Int64 {
        switch self {
        case .minute: 60_000_000_000
        case .hour: 3_600_000_000_000
        case .day: 86_400_000_000_000
        case .week: 7 * 86_400_000_000_000
        }
    }
}
