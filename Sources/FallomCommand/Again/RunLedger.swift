import Experiments
import SystemCalls

/// What is left to do of a run, and how much of its budget: asked by all that work on it.
actor RunLedger {
    /// Why a run is over.
    enum End: Hashable, Sendable {
        /// All is done.
        case done
        /// What is left of the budget is not enough for another call.
        case budget
        /// A person stopped it.
        case stopped
        /// No provider would take its calls.
        case refused(String)
    }

    private let file: RunFile
    private var left: [RunPlan.Task]
    private var underWay = 0
    /// Those of them that wait to go on.
    private var raising = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private(set) var end: End?
    /// The earliest moment for the next call, by the monotonic clock.
    private var nextStart: Int64 = 0
    private let interval: Int64
    private var refusals = 0

    /// Refusals in a row after which it is of no use to go on.
    private static let mostRefusals = 5

    /// - Parameter interval: nanoseconds between the beginnings of two calls.
    init(_ file: RunFile, interval: Int64) {
        self.file = file
        self.interval = interval
        left = file.state.left.reversed()
    }

    /// The next call; `nil` where there is none, or no more is to be begun.
    func next() -> RunPlan.Task? {
        guard end == nil else { return nil }
        return left.popLast()
    }

    /// Nanoseconds to wait before the next call may begin.
    func turn(now: Int64) -> Int64 {
        let start = max(now, nextStart)
        nextStart = start + interval
        return start - now
    }

    /// Sets money aside for a call; waits for those under way where it would be too much. `false` where it is too much.
    func begin(_ task: RunPlan.Task, reserving cost: Int64) async throws -> Bool {
        while isTooMuch(cost) {
            guard underWay > 0, end == nil else {
                finish(.budget)
                return false
            }
            await withCheckedContinuation { waiting.append($0) }
        }
        guard end == nil else { return false }
        try file.put(.begun(task, reserved: cost))
        underWay += 1
        return true
    }

    /// Sets aside in all so much for a call under way, before its next round is sent; waits for the others where it would be
    /// too much. `false` where it is too much.
    func raise(_ task: RunPlan.Task, to cost: Int64) async throws -> Bool {
        while isTooMuch(cost - file.state.reserved(for: task)) {
            // Those that wait here give nothing back either: the last of them gives way to the others.
            guard underWay - raising > 1 else {
                finish(.budget)
                return false
            }
            raising += 1
            await withCheckedContinuation { waiting.append($0) }
            raising -= 1
        }
        try file.put(.raised(task, reserved: cost))
        return true
    }

    private func isTooMuch(_ cost: Int64) -> Bool {
        let state = file.state
        guard let budget = state.plan.budget else { return false }
        let (sum, isOver) = state.committed.addingReportingOverflow(cost)
        return isOver || sum > budget
    }

    /// A call is over.
    ///
    /// - Parameter isDone: `false` where it is to be asked again when the run goes on.
    func ended(_ task: RunPlan.Task, spent: Int64, isDone: Bool, refusal: String?) throws {
        underWay -= 1
        try file.put(.ended(task, spent: spent, isDone: isDone))
        refusals = refusal == nil ? 0 : refusals + 1
        if let refusal, refusals >= Self.mostRefusals { finish(.refused(refusal)) }
        wake()
    }

    /// A call was cancelled, or failed here: what was set aside for it stays so.
    func dropped() {
        underWay -= 1
        wake()
    }

    /// No further call is begun.
    func finish(_ reason: End) {
        if end == nil { end = reason }
        wake()
    }

    private func wake() {
        let all = waiting
        waiting = []
        for waiter in all { waiter.resume() }
    }
}
