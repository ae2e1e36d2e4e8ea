extension Timestamp {
    /// ISO 8601 in UTC with milliseconds, the rest cut off: `2026-11-23T15:24:06.704Z`.
    public var iso8601: String {
        let milliseconds = Self.floor(unixNanoseconds, 1_000_000)
        let days = Self.floor(milliseconds, 86_400_000)
        let ofDay = Int(milliseconds - days * 86_400_000)
        let date = CivilDate(daysSinceEpoch: Int(days))
        return Self.padded(date.year, 4) + "-" + Self.padded(date.month, 2) + "-" + Self.padded(date.day, 2) + "T"
            + Self.padded(ofDay / 3_600_000, 2) + ":" + Self.padded(ofDay / 60_000 % 60, 2) + ":"
            + Self.padded(ofDay / 1_000 % 60, 2) + "." + Self.padded(ofDay % 1_000, 3) + "Z"
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
