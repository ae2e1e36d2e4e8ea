extension Span {
    /// How fast the answer was written: thousandths of a completion token per second of generating, rounded down.
    ///
    /// Generating is what the duration leaves after the first token, all of it where no time to first token is known.
    /// `nil` when tokens or time are unknown, or when no time is left; more than 9 · 10¹⁸ is that. Stores ask for it in
    /// SQL by the same steps in the same order, since each step rounds: `TraceStore/Reading/FilterSQL.swift`,
    /// `ClickHouseStore/Reading/PushedCondition.swift`.
    public var outputMilliTokensPerSecond: Int64? {
        guard let completion = usage.completion, completion >= 0, let duration = durationNanoseconds else { return nil }
        let (generating, isTooLarge) = duration.subtractingReportingOverflow(timeToFirstTokenNanoseconds ?? 0)
        guard !isTooLarge, generating > 0 else { return nil }
        return Int64(min(Double(completion) * 1e12 / Double(generating), 9e18))
    }
}
