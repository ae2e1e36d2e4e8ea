import Experiments
import SystemCalls
import TraceModel

/// Works a run off: so many calls at once, so many a minute, no more than the budget.
struct RunExecution: Sendable {
    /// How fast.
    struct Pace: Hashable, Sendable {
        /// Calls at once.
        var concurrency = 4
        /// Calls begun in a minute at most.
        var perMinute: Int?
    }

    let trials: TrialRunner
    let file: RunFile
    var pace = Pace()
    var control = RunControl()

    /// Runs to the end, or to where it is stopped.
    func run(progress: @escaping @Sendable (RunStanding) -> Void) async throws -> RunLedger.End {
        try await recover()
        let interval = pace.perMinute.map { Int64(60_000_000_000) / Int64(max(1, $0)) } ?? 0
        let ledger = RunLedger(file, interval: interval)
        let failures = FailureCount()
        tell(failures.value, progress)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, pace.concurrency) {
                group.addTask { try await work(ledger, failures, progress) }
            }
            try await group.waitForAll()
        }
        // Who was cancelled wants no table either.
        try Task.checkCancellation()
        if let end = await ledger.end { return end }
        return file.state.left.isEmpty ? .done : .stopped
    }

    private func tell(_ failed: Int, _ progress: @Sendable (RunStanding) -> Void) {
        let state = file.state
        progress(
            RunStanding(
                done: state.done.count, total: state.plan.tasks.count, failed: failed, spent: state.committed))
    }

    /// Calls that were under way when the run was cut off, and had been recorded: they are done, and paid for once.
    private func recover() async throws {
        for task in file.state.interrupted {
            guard let outcome = try await TrialRounds.outcome(of: key(of: task), trials.reader) else { continue }
            // Where nobody says what was charged, what was set aside counts.
            let spent = outcome.cost?.nanoDollars ?? file.state.reserved(for: task)
            try file.put(.ended(task, spent: spent, isDone: true))
        }
    }

    private func trial(_ task: RunPlan.Task) -> Trial {
        let plan = file.state.plan
        return Trial(plan.calls[task.call], plan.variants[task.variant], run: plan.name)
    }

    private func key(of task: RunPlan.Task) -> SpanKey { TrialRecord.key(of: trial(task), variant: task.variant) }

    private func work(
        _ ledger: RunLedger, _ failures: FailureCount, _ progress: @escaping @Sendable (RunStanding) -> Void
    ) async throws {
        while await control.mayGoOn(), let task = await ledger.next() {
            let early = await ledger.turn(now: MonotonicClock.nanoseconds)
            if early > 0 { try await trials.wait(Double(early) / 1e9) }
            guard await control.mayGoOn() else { break }
            let ready: TrialRunner.Ready
            do {
                let plan = file.state.plan
                ready = try await trials.ready(trial(task), longest: plan.longest, isBounded: plan.budget != nil)
            } catch {
                try Task.checkCancellation()
                // What cannot be asked costs nothing, and is told in the table.
                guard try await ledger.begin(task, reserving: 0) else { break }
                try await ledger.ended(task, spent: 0, isDone: true, refusal: nil)
                failures.add()
                tell(failures.value, progress)
                continue
            }
            let reserve = RunEstimate.most(ready.prepared, of: ready, trials.pricer, now: trials.now())
            guard try await ledger.begin(task, reserving: reserve) else { break }
            do {
                let ended = try await trials.run(
                    ready, as: key(of: task), mayGoOn: { try await ledger.raise(task, to: $0) }, progress: { _ in })
                try await ledger.ended(
                    task, spent: ended.spent, isDone: ended.isWhole && ended.refusal == nil, refusal: ended.refusal)
                if ended.state.outcome.error != nil { failures.add() }
            } catch {
                await ledger.dropped()
                throw error
            }
            tell(failures.value, progress)
        }
    }
}
