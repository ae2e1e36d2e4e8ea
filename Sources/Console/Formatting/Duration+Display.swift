/// Durations as a person reads them, at most six characters up to 100 days: `0.42ms`, `310ms`, `1.24s`, `12.4s`,
/// `3m 07s`, `2h 05m`, `4d 03h`.
enum DurationDisplay {
    /// A duration in nanoseconds; negative ones carry a minus sign.
    static func text(nanoseconds: Int64) -> String {
        guard nanoseconds >= 0 else { return "-" + text(nanoseconds: nanoseconds == .min ? .max : -nanoseconds) }
        let microseconds = rounded(nanoseconds, per: 1_000)
        if microseconds < 995 {
            return nanoseconds == 0 ? "0ms" : decimal(microseconds, per: 1_000, places: 2) + "ms"
        }
        if microseconds < 9_950 { return decimal(microseconds, per: 1_000, places: 1) + "ms" }
        let milliseconds = rounded(nanoseconds, per: 1_000_000)
        if milliseconds < 1_000 { return "\(milliseconds)ms" }
        if milliseconds < 9_995 { return decimal(milliseconds, per: 1_000, places: 2) + "s" }
        if milliseconds < 59_950 { return decimal(milliseconds, per: 1_000, places: 1) + "s" }
        return long(seconds: (milliseconds + 500) / 1_000)
    }

    /// An absent duration is an empty cell: nothing is said where nothing is known.
    static func text(nanoseconds: Int64?) -> String {
        nanoseconds.map { text(nanoseconds: $0) } ?? ""
    }

    /// The time a running call has taken so far, in steps that a clock of one tick a second can keep: `…`, `3s`,
    /// `3m 07s`.
    static func elapsed(nanoseconds: Int64) -> String {
        let seconds = max(0, nanoseconds) / 1_000_000_000
        if seconds < 1 { return "…" }
        return seconds < 60 ? "\(seconds)s" : long(seconds: seconds)
    }

    /// Rounded half up, without a sum that could overflow.
    private static func rounded(_ value: Int64, per unit: Int64) -> Int64 {
        value / unit + (value % unit >= unit / 2 ? 1 : 0)
    }

    private static func long(seconds: Int64) -> String {
        if seconds < 3_600 { return "\(seconds / 60)m \(twoDigits(seconds % 60))s" }
        let minutes = (seconds + 30) / 60
        if minutes < 24 * 60 { return "\(minutes / 60)h \(twoDigits(minutes % 60))m" }
        let hours = (seconds + 1_800) / 3_600
        return "\(hours / 24)d \(twoDigits(hours % 24))h"
    }

    private static func twoDigits(_ value: Int64) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }

    /// `value / unit` with so many places, rounded half up.
    private static func decimal(_ value: Int64, per unit: Int64, places: Int) -> String {
        var scale: Int64 = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = (value * scale + unit / 2) / unit
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
