/// How long a client of a model API waits, and how often it tries.
public struct CallLimits: Hashable, Sendable {
    /// Until an answer begins. Reasoning takes its time.
    public var head: Duration
    /// Between two pieces of an answer.
    public var idle: Duration
    /// Further tries after 408, 409, 429, 5xx and connections that failed; `Retry-After` is obeyed up to a minute.
    public var retries: Int

    /// Makes limits.
    public init(head: Duration = .seconds(600), idle: Duration = .seconds(300), retries: Int = 2) {
        self.head = head
        self.idle = idle
        self.retries = max(0, retries)
    }

    /// What a longer wait makes pointless: then the error is the app's.
    static let longestWait = Duration.seconds(60)

    /// How long to wait before a further try; `nil` when there is none.
    ///
    /// - Parameters:
    ///   - failures: how many tries have failed.
    ///   - chance: from 0 to 1: how much of the wait is left to it.
    func wait(after error: ProviderError, failures: Int, chance: Double) -> Duration? {
        guard failures <= retries, error.isRetryable else { return nil }
        if let asked = error.retryAfter { return asked <= Self.longestWait ? asked : nil }
        let steps = min(failures - 1, 4)
        return .milliseconds(500 << steps) * (1 - chance / 4)
    }
}
