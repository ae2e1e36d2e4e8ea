package import TraceModel

/// Which answers of a service pass, and what it says about coming back.
package enum RetryPolicy {
    /// Longer than this nobody is kept waiting by a header.
    private static let longestWait: Duration = .seconds(3600)

    /// Whether the same request may succeed later.
    package static func isRetryable(_ status: Int) -> Bool { [408, 429, 500, 502, 503, 504].contains(status) }

    /// How long a `Retry-After` asks to wait: seconds, or until a date (`Sun, 06 Nov 1994 08:49:37 GMT`). An hour at most;
    /// `nil` for nonsense.
    package static func wait(_ header: String, now: Timestamp) -> Duration? {
        if let seconds = Double(header), seconds.isFinite {
            return seconds < 0 ? nil : min(.seconds(seconds), longestWait)
        }
        guard let date = date(header) else { return nil }
        return min(max(.zero, .nanoseconds(date.nanoseconds(since: now))), longestWait)
    }

    /// An HTTP date in the form that RFC 9110 tells servers to send.
    static func date(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].last == ",", parts[5] == "GMT", let day = Int(parts[1]) else { return nil }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = parts[4].split(separator: ":")
        guard let month = months.firstIndex(where: { $0 == parts[2] }), let year = Int(parts[3]), clock.count == 3
        else {
            return nil
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return ISO8601.parse("\(year)-\(two(month + 1))-\(two(day))T\(parts[4])Z")
    }
}
