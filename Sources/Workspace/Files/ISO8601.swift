/// Moments as text: `2026-11-23T19:00:00.000Z`.
enum ISO8601 {
    /// The text of a moment, to the millisecond, in UTC.
    static func text(unixMilliseconds: Int64) -> String {
        let (days, inDay) = unixMilliseconds.flooredDivision(by: 86_400_000)
        let (year, month, day) = civil(daysSinceEpoch: days)
        let (hour, rest) = inDay.flooredDivision(by: 3_600_000)
        let (minute, seconds) = rest.flooredDivision(by: 60_000)
        let (second, millisecond) = seconds.flooredDivision(by: 1000)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2)).\(padded(millisecond, 3))Z"
    }

    /// The moment of a text of that form, the fraction optional; `nil` for anything else.
    static func unixMilliseconds(_ text: String) -> Int64? {
        let parts = text.utf8.split(maxSplits: 20, omittingEmptySubsequences: false) { byte in
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: "T") || byte == UInt8(ascii: ":")
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "Z")
        }
        let numbers = parts.dropLast().compactMap { Int64(String(Substring($0))) }
        guard text.hasSuffix("Z"), numbers.count == parts.count - 1, numbers.count == 6 || numbers.count == 7 else {
            return nil
        }
        var fraction: Int64 = 0
        if numbers.count == 7 {
            let digits = String(Substring(parts[6])).prefix(3)
            fraction = (Int64(digits) ?? 0) * [100, 10, 1][max(0, min(2, digits.count - 1))]
        }
        let days = daysSinceEpoch(year: numbers[0], month: numbers[1], day: numbers[2])
        return ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60_000 + numbers[5] * 1000 + fraction
    }

    /// Days since 1970-01-01 of a Gregorian date, counted in years that begin in March, so that the leap day is last.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.flooredDivision(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// Quotient rounded down and the remainder that goes with it.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
