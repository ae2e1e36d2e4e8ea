/// ISO 8601 times by integer arithmetic: nothing is rounded, and no date library is started for it.
public enum ISO8601 {
    /// Reads `2026-11-23T15:18:40.079Z` and its relatives: `T` or a space, up to nine digits of fraction (more are cut
    /// off), `Z` or an offset. `nil` for anything else, also without a zone, and for moments outside 1678…2262.
    public static func parse(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text.count >= 20, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "), text[13] == UInt8(ascii: ":"),
            text[16] == UInt8(ascii: ":"), let century = pair(text, 0), let yearOfCentury = pair(text, 2),
            let month = pair(text, 5), let day = pair(text, 8), let hour = pair(text, 11), let minute = pair(text, 14),
            let second = pair(text, 17), (1...12).contains(month), hour < 24, minute < 60, second <= 60
        else { return nil }
        let year = century * 100 + yearOfCentury
        guard day >= 1, day <= daysInMonth(month, year: year) else { return nil }
        var position = 19
        guard let fraction = readFraction(text, &position), let offset = readZone(text, position) else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        let (scaled, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowed) = scaled.addingReportingOverflow(Int64(fraction))
        return overflow || overflowed ? nil : Timestamp(unixNanoseconds: sum)
    }

    /// Reads a time from text.
    public static func parse(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// Writes `2026-11-23T15:18:40.079Z` with three, six or nine digits of fraction, as many as are needed.
    public static func string(_ time: Timestamp) -> String {
        let nanoseconds = time.unixNanoseconds
        // Rounded down without leaving what 64 bits hold: a time may have been moved to the very end of them.
        let isBetween = nanoseconds % 1_000_000_000 < 0
        let seconds = nanoseconds / 1_000_000_000 - (isBetween ? 1 : 0)
        let rest = nanoseconds % 1_000_000_000 + (isBetween ? 1_000_000_000 : 0)
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let secondOfDay = seconds - days * 86_400
        let date = CivilDate(daysSinceEpoch: Int(days))
        let (fraction, width) =
            rest % 1_000_000 == 0 ? (rest / 1_000_000, 3) : rest % 1_000 == 0 ? (rest / 1_000, 6) : (rest, 9)
        // Two of these stand in every record: no piece of text is made on the way.
        return String(unsafeUninitializedCapacity: 30) { buffer in
            var text = FixedText(buffer: buffer)
            text.write(date.year, 4, before: "-")
            text.write(date.month, 2, before: "-")
            text.write(date.day, 2, before: "T")
            text.write(Int(secondOfDay / 3_600), 2, before: ":")
            text.write(Int(secondOfDay / 60 % 60), 2, before: ":")
            text.write(Int(secondOfDay % 60), 2, before: ".")
            text.write(Int(fraction), width, before: "Z")
            return text.count
        }
    }

    /// Text of numbers with a fixed number of digits. The years of a `Timestamp` (1677 to 2262) have four.
    private struct FixedText {
        let buffer: UnsafeMutableBufferPointer<UInt8>
        var count = 0

        init(buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

        mutating func write(_ value: Int, _ width: Int, before separator: Unicode.Scalar) {
            var rest = value
            for place in stride(from: count + width - 1, through: count, by: -1) {
                buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            buffer[count + width] = UInt8(ascii: separator)
            count += width + 1
        }
    }

    @inline(__always)
    private static func pair(_ text: UnsafeRawBufferPointer, _ at: Int) -> Int? {
        let tens = text[at] &- UInt8(ascii: "0")
        let ones = text[at + 1] &- UInt8(ascii: "0")
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
    }

    /// Nanoseconds of a fraction, if one stands at `position`.
    private static func readFraction(_ text: UnsafeRawBufferPointer, _ position: inout Int) -> Int? {
        guard text[position] == UInt8(ascii: ".") || text[position] == UInt8(ascii: ",") else { return 0 }
        position += 1
        var value = 0
        var digits = 0
        while position < text.count, text[position] &- UInt8(ascii: "0") < 10 {
            if digits < 9 { value = value * 10 + Int(text[position] &- UInt8(ascii: "0")) }
            digits += 1
            position += 1
        }
        guard digits > 0, position < text.count else { return nil }
        for _ in 0..<max(0, 9 - digits) { value *= 10 }
        return value
    }

    /// Seconds east of Greenwich.
    private static func readZone(_ text: UnsafeRawBufferPointer, _ position: Int) -> Int? {
        let sign = text[position]
        let left = text.count - position - 1
        if sign | 0x20 == UInt8(ascii: "z") { return left == 0 ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), left >= 2, let hours = pair(text, position + 1)
        else { return nil }
        var minutes = 0
        if left > 2 {
            let at = text[position + 3] == UInt8(ascii: ":") ? position + 4 : position + 3
            guard at + 2 == text.count, let value = pair(text, at) else { return nil }
            minutes = value
        }
        guard hours < 24, minutes < 60 else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
