import Display
import Synchronization

/// Tells a person without a screen how the sending on fares: when it begins to stand still, when it goes on, what is refused.
final class ForwardNews: Sendable {
    private let warn: @Sendable (String) -> Void
    private let last = Mutex<Forwarder.Health?>(nil)
    /// Of how many calls that were not waited for the person will be told next.
    private let nextUnended = Mutex(1)

    init(warn: @escaping @Sendable (String) -> Void) {
        self.warn = warn
    }

    /// Takes how it is now.
    func tell(_ health: Forwarder.Health) {
        let before = last.withLock { last in
            defer { last = health }
            return last
        }
        if let trouble = health.trouble {
            guard before?.trouble != trouble else { return }
            warn("forward: \(health.target) does not take spans (\(trouble)); they wait in the store")
        } else if before?.trouble != nil {
            warn("forward: \(health.target) takes spans again, \(Figure.count(health.behind)) behind")
        }
        if health.refused > (before?.refused ?? 0) {
            let why = health.lastRefusal.map { " (\($0))" } ?? ""
            warn("forward: \(health.target) would not have \(Figure.count(health.refused, "span")) so far\(why)")
        }
        // At first, and whenever ten times as many are gone.
        let isTold = nextUnended.withLock { next in
            guard health.unended >= next else { return false }
            next = health.unended * 10
            return true
        }
        guard isTold else { return }
        let calls = Figure.count(health.unended, "call")
        warn("forward: too many calls are in flight: \(calls) so far, the oldest, were sent as they stand")
    }
}
