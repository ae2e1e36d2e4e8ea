import ProviderCalls

/// How often, and after how long, a call is sent again that a provider would not take just now.
struct CallRetries: Hashable, Sendable {
    /// Times a call is sent again at most.
    var most = 6
    /// Longer waits than this are not waited for, in seconds: the call fails with what was answered.
    var longest = 120.0

    /// Seconds until it is sent again; `nil` where it is over.
    ///
    /// - Parameters:
    ///   - attempt: sendings so far.
    ///   - chance: 0 to 1: so that those who were turned away together do not come back together.
    func wait(after sent: CallSender.Sent, attempt: Int, chance: Double) -> Double? {
        guard attempt <= most else { return nil }
        let isTurnedAway = sent.call.status.map { [408, 429, 500, 502, 503, 504, 529].contains($0) } ?? false
        let isUnreached = sent.trouble != nil && sent.call.status == nil
        guard isTurnedAway || isUnreached else { return nil }
        if let asked = sent.retryAfter { return Double(asked) <= longest ? Double(asked) : nil }
        var seconds = 0.5
        for _ in 1..<max(1, attempt) { seconds = min(30, seconds * 2) }
        return seconds * (0.5 + chance)
    }
}
