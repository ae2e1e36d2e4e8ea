/// How long an answer of a provider asks to wait: `retry-after-ms`, or `Retry-After` as seconds or as a date.
enum RetryAfter {
    /// - Parameter headers: names in lower case.
    static func duration(_ headers: [String: String]) -> Duration? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text), (0...1e9).contains(milliseconds) {
            return .milliseconds(Int64(milliseconds))
        }
        // The answer's own clock tells how far away a date is, whatever ours says.
        let now = headers["date"].flatMap(RetryPolicy.date) ?? TimeSource.system.now()
        return headers["retry-after"].flatMap { RetryPolicy.wait($0, now: now) }
    }
}
