extension Figure {
    /// A duration in nanoseconds, at most six characters up to 100 days: `0.42ms`, `310ms`, `1.24s`, `12.4s`, `3m 07s`,
    /// `2h 05m`, `4d 03h`; negative ones carry a minus sign.
    package static func duration(_ nanoseconds: Int64) -> String {
        guard nanoseconds >= 0 else { return "-" + duration(nanoseconds == .min ? .max : -nanoseconds) }
        let microseconds = rounded(nanoseconds, per: 1_000)
        if microseconds < 995 {
            return nanoseconds == 0 ? "0ms" : quotient(microseconds, per: 1_000, places: 2) + "ms"
        }
        if microseconds < 9_950 { return quotient(microseconds, per: 1_000, places: 1) + "ms" }
        let milliseconds = rounded(nanoseconds, per: 1_000_000)
        if milliseconds < 1_000 { return "\(milliseconds)ms" }
        if milliseconds < 9_995 { return quotient(milliseconds, per: 1_000, places: 2) + "s" }
        if milliseconds < 59_950 { return quotient(milliseconds, per: 1_000, places: 1) + "s" }
        return long(seconds: (milliseconds + 500) / 1_000)
    }

    /// An absent duration is an empty cell: nothing is said where nothing is known.
    package static func duration(_ nanoseconds: Int64?) -> String {
        nanoseconds.map { duration($0) } ?? ""
    }

    /// A mean or an end of its interval, in nanoseconds.
    package static func duration(_ nanoseconds: Double) -> String {
        guard nanoseconds.isFinite else { return "?" }
        return duration(Int64(min(max(nanoseconds, -9e18), 9e18)))
    }

    /// The time a running call has taken so far, in steps that a clock of one tick a second can keep: `…`, `3s`,
    /// `3m 07s`.
    package static func elapsed(_ nanoseconds: Int64) -> String {
        let seconds = max(0, nanoseconds) / 1_000_000_000
        if seconds < 1 { return "…" }
        return seconds < 60 ? "\(seconds)s" : long(seconds: seconds)
    }

    private static func long(seconds: Int64) -> String {
        if seconds < 3_600 { return "\(seconds / 60)m \(padded(seconds % 60, 2))s" }
        let minutes = (seconds + 30) / 60
        if minutes < 24 * 60 { return "\(minutes / 60)h \(padded(minutes % 60, 2))m" }
        let hours = (seconds + 1_800) / 3_600
        return "\(hours / 24)d \(padded(hours % 24, 2))h"
    }

    /// `value / unit` with so many places, rounded half up.
    private static func quotient(_ value: Int64, per unit: Int64, places: Int) -> String {
        let scale = (0..<places).reduce(Int64(1)) { scale, _ in scale * 10 }
        let scaled = (value * scale + unit / 2) / unit
        return "\(scaled / scale)." + padded(scaled % scale, places)
    }
}
