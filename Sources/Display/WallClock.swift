public import TraceModel

/// Moments on the wall clock of whoever looks. The offset from UTC comes in from outside and may differ by moment.
public struct WallClock: Sendable {
    /// Seconds to add to UTC at that moment.
    public var offset: @Sendable (Timestamp) -> Int

    /// Makes a clock from its offset.
    public init(offset: @escaping @Sendable (Timestamp) -> Int) {
        self.offset = offset
    }

    /// UTC.
    public static let utc = WallClock { _ in 0 }

    /// A moment taken apart.
    private struct Parts {
        var date: CivilDate
        var hour: Int
        var minute: Int
        var second: Int
        var millisecond: Int
    }

    private func parts(_ moment: Timestamp) -> Parts {
        let local = moment.advanced(byNanoseconds: Int64(offset(moment)) * 1_000_000_000)
        let milliseconds = Self.floor(local.unixNanoseconds, 1_000_000)
        let days = Self.floor(milliseconds, 86_400_000)
        let ofDay = Int(milliseconds - days * 86_400_000)
        return Parts(
            date: CivilDate(daysSinceEpoch: Int(days)), hour: ofDay / 3_600_000, minute: ofDay / 60_000 % 60,
            second: ofDay / 1_000 % 60, millisecond: ofDay % 1_000)
    }

    /// `14:02:27.118`.
    package func time(_ moment: Timestamp) -> String {
        let parts = parts(moment)
        return seconds(parts) + "." + Figure.padded(parts.millisecond, 3)
    }

    /// `14:02:27`.
    package func seconds(_ moment: Timestamp) -> String {
        seconds(parts(moment))
    }

    /// `Nov 12 14:02:27`, always fifteen characters; the year instead of the seconds when it is not `now`'s:
    /// `Nov 12 2024    `.
    package func dateAndTime(_ moment: Timestamp, now: Timestamp) -> String {
        let parts = parts(moment)
        let day = Self.month(parts) + " " + Figure.padded(parts.date.day, 2, with: " ") + " "
        return parts.date.year == self.parts(now).date.year ? day + seconds(parts) : day + "\(parts.date.year)    "
    }

    /// Whether both are of one day.
    package func isSameDay(_ left: Timestamp, _ right: Timestamp) -> Bool { parts(left).date == parts(right).date }

    /// The time alone when it is of the same day as `now`, else day and time, in fifteen characters.
    package func short(_ moment: Timestamp, now: Timestamp) -> String {
        isSameDay(moment, now) ? seconds(moment) : dateAndTime(moment, now: now)
    }

    /// A moment in a column of a list: the time when it is of the same day as `now`, else the day with what there is room
    /// for: `14:02:27.118`, `14:02:27`, `Nov 22 14:02`, `Nov 22`, `Nov 2024`. Never more than `width`, which is eight at
    /// least.
    package func cell(_ moment: Timestamp, now: Timestamp, width: Int) -> String {
        if isSameDay(moment, now) { return width >= 12 ? time(moment) : seconds(moment) }
        let parts = parts(moment)
        guard parts.date.year == self.parts(now).date.year else { return Self.month(parts) + " \(parts.date.year)" }
        let day = Self.month(parts) + " " + Figure.padded(parts.date.day, 2, with: " ")
        return width >= 12 ? day + " " + seconds(parts).prefix(5) : day
    }

    /// The time with milliseconds when it is of the same day as `now`, else date and time.
    package func moment(_ moment: Timestamp, now: Timestamp) -> String {
        isSameDay(moment, now) ? time(moment) : full(moment)
    }

    /// `2026-11-23 14:02:27.118`.
    package func full(_ moment: Timestamp) -> String {
        let parts = parts(moment)
        return Figure.padded(parts.date.year, 4) + "-" + Figure.padded(parts.date.month, 2) + "-"
            + Figure.padded(parts.date.day, 2) + " " + time(moment)
    }

    /// `2026-11-23`.
    package func day(_ moment: Timestamp) -> String { String(full(moment).prefix(10)) }

    /// `2026-11-23 14:02`.
    package func dayAndMinute(_ moment: Timestamp) -> String { String(full(moment).prefix(16)) }

    private func seconds(_ parts: Parts) -> String {
        Figure.padded(parts.hour, 2) + ":" + Figure.padded(parts.minute, 2) + ":" + Figure.padded(parts.second, 2)
    }

    private static func month(_ parts: Parts) -> String { months[(parts.date.month - 1) % 12] }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
