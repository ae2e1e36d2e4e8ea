import TraceModel

/// One question that a screen asks again and again: which answer it waits for, and whether it must ask once more.
///
/// A person's move supersedes what is on its way (`ask`). News from the store do not: while an answer is on its way they
/// only leave word that it is already old (`refresh`), so that a busy store cannot starve the screen.
struct Loader: Sendable {
    /// What to do with an answer.
    enum Verdict: Equatable {
        /// It is the one that is waited for.
        case current
        /// So it is, and the store has changed since it was asked.
        case currentButOld
        /// It answers a question that is no longer asked.
        case stale
    }

    /// Which of the screen's questions this is.
    let slot: Int
    private var generation = 0
    private(set) var isLoading = false
    private var isOld = false
    private var askedAt: Timestamp?
    /// Until then news wait: a question that took long is not asked again at once, however busy the store is.
    private var restsUntil: Timestamp?
    /// Whether news wait.
    private(set) var isResting = false

    init(slot: Int) {
        self.slot = slot
    }

    /// Asks now, whatever is on its way.
    mutating func ask(_ request: Request, _ scope: inout Scope) {
        generation += 1
        isLoading = true
        (isOld, isResting) = (false, false)
        askedAt = scope.now
        scope.load(request, as: RequestID(owner: scope.owner, slot: slot, generation: generation))
    }

    /// Asks unless an answer is on its way; then the question is to be asked again after it.
    mutating func refresh(_ request: @autoclosure () -> Request, _ scope: inout Scope) {
        if isLoading {
            isOld = true
        } else if let restsUntil, scope.now < restsUntil {
            isResting = true
        } else {
            ask(request(), &scope)
        }
    }

    /// Asks what news have waited for, when the rest is over. A second or less of it is left to the clock's next tick.
    mutating func tick(_ request: @autoclosure () -> Request, _ scope: inout Scope) {
        if isResting, !isLoading { refresh(request(), &scope) }
    }

    /// Rests after an answer, so that no more than a fifth of the time goes into it.
    /// - Parameter least: rests so long in any case, in nanoseconds: to take the answer is work, too.
    mutating func rest(_ least: Int64 = 0, at now: Timestamp) {
        let took = askedAt.map { max(0, now.nanoseconds(since: $0)) } ?? 0
        // What a fast store answers is not worth a rest.
        let rest = max(least, took < Self.fast ? 0 : min(4 * took, Self.longestRest))
        restsUntil = rest > 0 ? now.advanced(byNanoseconds: rest) : nil
    }

    private static let fast: Int64 = 40_000_000
    private static let longestRest: Int64 = 5_000_000_000

    /// Whether an answer to that question is waited for.
    func awaits(_ id: RequestID) -> Bool { id.slot == slot && id.generation == generation && isLoading }

    /// Forgets what is on its way: its answer will be stale.
    mutating func forget() {
        generation += 1
        isLoading = false
        (isOld, isResting, restsUntil) = (false, false, nil)
    }

    /// Takes an answer or a failure.
    mutating func accept(_ id: RequestID) -> Verdict {
        guard id.slot == slot, id.generation == generation, isLoading else { return .stale }
        isLoading = false
        defer { isOld = false }
        return isOld ? .currentButOld : .current
    }
}
