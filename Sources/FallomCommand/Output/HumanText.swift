import Glibc
import TraceModel

/// Figures as people read them. Every text is as exact as it is long: 310ms, 1.24s, 2m 05s.
enum HumanText {
    /// A length of time, or nothing.
    static func duration(_ nanoseconds: Int64?) -> String {
        guard let nanoseconds else { return "" }
        let milliseconds = Double(nanoseconds) / 1e6
        switch milliseconds {
        case ..<1: return "\(fixed(milliseconds, 2))ms"
        case ..<10: return "\(fixed(milliseconds, 1))ms"
        case ..<1000: return "\(Int64(milliseconds.rounded()))ms"
        case ..<60000: return "\(fixed(milliseconds / 1000, 2))s"
        default:
            let seconds = Int64((milliseconds / 1000).rounded())
            return seconds < 3600
                ? "\(seconds / 60)m \(padded(seconds % 60))s" : "\(seconds / 3600)h \(padded(seconds / 60 % 60))m"
        }
    }

    /// A whole number with commas between thousands.
    static func count(_ count: Int) -> String {
        let digits = Array(String(count.magnitude))
        var text = count < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// Tokens in and out, or nothing where neither is known.
    static func tokens(_ usage: TokenUsage) -> String {
        if usage.prompt == nil, usage.completion == nil { return usage.total.map(count) ?? "" }
        return "\(usage.prompt.map(count) ?? "?") → \(usage.completion.map(count) ?? "?")"
    }

    /// A cost, estimated ones with a tilde.
    static func cost(_ cost: Cost?) -> String {
        guard let cost else { return "" }
        let places = abs(cost.dollars) < 0.995 ? 4 : 2
        return "\(cost.isEstimated ? "~" : "")$\(fixed(cost.dollars, places))"
    }

    /// A number of bytes.
    static func bytes(_ bytes: Int64) -> String {
        var value = Double(bytes)
        for unit in ["B", "KB", "MB", "GB"] {
            if value < 1000 || unit == "GB" { return unit == "B" ? "\(bytes) B" : "\(fixed(value, 1)) \(unit)" }
            value /= 1000
        }
        return "\(bytes) B"
    }

    /// The time of day in this machine's zone, with milliseconds; with the date when it is not the day of `now`.
    static func time(_ time: Timestamp, now: Timestamp) -> String {
        let moment = localTime(time)
        let today = localTime(now)
        let clock = "\(padded(moment.hour)):\(padded(moment.minute)):\(padded(moment.second)).\(moment.milliseconds)"
        return moment.date == today.date ? clock : "\(moment.date) \(clock)"
    }

    private struct LocalTime {
        var date: String
        var hour: Int
        var minute: Int
        var second: Int
        var milliseconds: String
    }

    private static func localTime(_ time: Timestamp) -> LocalTime {
        let (seconds, rest) = time.unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let whole = rest < 0 ? seconds - 1 : seconds
        let fraction = (rest < 0 ? rest + 1_000_000_000 : rest) / 1_000_000
        var clock = time_t(whole)
        var parts = tm()
        localtime_r(&clock, &parts)
        let milliseconds = String(fraction + 1000).dropFirst()
        return LocalTime(
            date: "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))",
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
            milliseconds: String(milliseconds))
    }

    private static func padded(_ number: some BinaryInteger) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// `value` with so many digits after the point.
    static func fixed(_ value: Double, _ places: Int) -> String {
        let scale = (0..<places).reduce(Int64(1)) { scale, _ in scale * 10 }
        guard value.isFinite, abs(value) < 1e15 / Double(scale) else { return "\(value)" }
        let rounded = Int64((abs(value) * Double(scale)).rounded())
        let digits = places == 0 ? "" : "." + String(rounded % scale + scale).dropFirst()
        return (value < 0 && rounded > 0 ? "-" : "") + String(rounded / scale) + digits
    }
}
