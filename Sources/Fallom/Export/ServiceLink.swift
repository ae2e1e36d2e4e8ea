/// Whether a service answers, and when it is to be asked again while it does not. A value, told what happened.
struct ServiceLink: Sendable {
    /// Between two questions to a service that is away, at most.
    static let longestWait: Duration = .seconds(30)

    /// Since when it is away; `nil` while it answers.
    private(set) var awaySince: Duration?
    /// When the next question may be asked.
    private(set) var nextQuestion: Duration = .zero
    /// Questions in a row that were not answered.
    private(set) var failures = 0
    /// Whether the service itself said when to come back.
    private var isToldToWait = false
    private var lastFailure: Duration = .zero

    init() {}

    var isAway: Bool { awaySince != nil }

    /// Notes a failure that passes. What was under way when the service was found to be away says nothing new.
    ///
    /// - Parameters:
    ///   - asked: when the question was asked.
    ///   - wait: what the service asked for (`Retry-After`).
    ///   - fraction: a number from 0 up to 1, so that many processes do not ask at the same moment.
    mutating func failed(asked: Duration, now: Duration, wait: Duration?, fraction: Double) {
        if isAway, asked < lastFailure, wait == nil { return }
        lastFailure = now
        awaySince = awaySince ?? now
        let backoff = min(Duration.seconds(0.25 * Double(1 << min(failures, 7))), Self.longestWait)
        failures += 1
        isToldToWait = wait != nil
        nextQuestion = now + (wait ?? backoff * (0.5 + fraction / 2))
    }

    /// Notes an answer; for how long the service was away, if it was.
    mutating func answered(now: Duration) -> Duration? {
        defer { self = ServiceLink() }
        return awaySince.map { now - $0 }
    }

    /// Notes that the wait for the next question is over.
    mutating func waited(now: Duration) { nextQuestion = min(nextQuestion, now) }

    /// Lets the next question be asked now, unless the service said when: somebody waits for an answer.
    mutating func hurry(now: Duration) {
        if !isToldToWait { waited(now: now) }
    }
}
