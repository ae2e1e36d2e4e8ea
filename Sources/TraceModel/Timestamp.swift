/// A moment: whole nanoseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Nanoseconds since the Unix epoch; negative before it.
    public var unixNanoseconds: Int64

    /// Makes a timestamp from nanoseconds since the Unix epoch.
    public init(unixNanoseconds: Int64) {
        self.unixNanoseconds = unixNanoseconds
    }

    /// Makes a timestamp from whole milliseconds since the Unix epoch; saturates beyond 1677 and 2262.
    public init(unixMilliseconds: Int64) {
        let (nanoseconds, overflow) = unixMilliseconds.multipliedReportingOverflow(by: 1_000_000)
        self.unixNanoseconds = overflow ? (unixMilliseconds > 0 ? .max : .min) : nanoseconds
    }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.unixNanoseconds < right.unixNanoseconds
    }

    /// The nanoseconds from `earlier` to this moment; saturates instead of trapping on absurd clocks.
    public func nanoseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = unixNanoseconds.subtractingReportingOverflow(earlier.unixNanoseconds)
        guard overflow else { return difference }
        return unixNanoseconds > earlier.unixNanoseconds ? .max : .min
    }

    /// This moment moved by `nanoseconds`; saturates.
    public func advanced(byNanoseconds nanoseconds: Int64) -> Timestamp {
        let (sum, overflow) = unixNanoseconds.addingReportingOverflow(nanoseconds)
        return Timestamp(unixNanoseconds: overflow ? (nanoseconds > 0 ? .max : .min) : sum)
    }
}
