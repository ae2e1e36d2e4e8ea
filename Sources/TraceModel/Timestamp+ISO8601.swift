extension Timestamp {
    /// ISO 8601 in UTC with milliseconds, the rest cut off: `2026-11-23T15:24:06.704Z`.
    public var iso8601: String {
        let rest = unixNanoseconds % 1_000_000
        let (cut, overflow) = unixNanoseconds.subtractingReportingOverflow(rest < 0 ? rest + 1_000_000 : rest)
        return ISO8601.string(overflow ? self : Timestamp(unixNanoseconds: cut))
    }
}
