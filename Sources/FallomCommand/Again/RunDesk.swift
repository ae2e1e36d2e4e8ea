import Display
import Experiments
import Synchronization
import TraceModel

/// Runs as a console orders them: begun, held, stopped, gone on with.
final class RunDesk: Sendable {
    private let trials: TrialRunner
    private let settings: Settings
    /// Those that go on now.
    private let controls = Mutex<[String: RunControl]>([:])

    init(_ trials: TrialRunner, _ settings: Settings) {
        self.trials = trials
        self.settings = settings
    }

    /// Answers, and tells meanwhile how far it has come.
    func answer(_ request: RunRequest, progress: @escaping @Sendable (RunNews) -> Void) async throws -> RunNews {
        switch request {
        case .estimate(let order):
            let calls = try await calls(order)
            let estimate = RunEstimate(calls, order.variants, trials.pricer, now: trials.now())
            return .estimate(calls: calls.count, likely: estimate.likely, unknown: estimate.unknown)
        case .start(let order):
            let control = begin(order.name)
            defer { end(order.name) }
            let calls = try await calls(order)
            let estimate = RunEstimate(calls, order.variants, trials.pricer, now: trials.now())
            guard !calls.isEmpty else { throw CommandFailure("no recorded call matches") }
            if order.budget != nil, let model = estimate.unpriced.sorted().first {
                throw CommandFailure("no price is known of \(model), so no budget can be kept")
            }
            let plan = RunPlan(
                name: order.name, filter: order.filterText, calls: calls.map(\.span.key), variants: order.variants,
                budget: order.budget)
            return try await work(
                try explained { try RunFile.begin(plan, settings) }, order.concurrency, control, progress)
        case .resume(let name, let concurrency):
            let control = begin(name)
            defer { end(name) }
            return try await work(try explained { try RunFile.resume(name, settings) }, concurrency, control, progress)
        case .table(let name):
            guard let journal = try explained({ try RunFile.read(name, settings) }) else {
                throw CommandFailure("there is no run '\(name)'")
            }
            return try await table(journal, failed: 0, message: nil)
        }
    }

    /// What a person asks of a run reaches it while its calls are still looked for, too.
    private func begin(_ name: String) -> RunControl {
        let control = RunControl()
        controls.withLock { $0[name] = control }
        return control
    }

    private func end(_ name: String) { controls.withLock { $0[name] = nil } }

    /// Begins no further call of a run, or goes on.
    func hold(_ name: String, _ isHeld: Bool) { controls.withLock { $0[name]?.hold(isHeld) } }

    /// Ends a run after the calls under way.
    func stop(_ name: String) { controls.withLock { $0[name]?.stop() } }

    /// What a command would advise is not for the console's line.
    private func explained<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw CommandFailure(CommandFailure(explaining: error).message)
        }
    }

    private func calls(_ order: RunOrder) async throws -> [StoredSpan] {
        try await SpanListing(reader: trials.reader).calls(order.filter, limit: order.limit)
    }

    private func work(
        _ file: RunFile, _ concurrency: Int, _ control: RunControl, _ progress: @escaping @Sendable (RunNews) -> Void
    ) async throws -> RunNews {
        let execution = RunExecution(
            trials: trials, file: file, pace: RunExecution.Pace(concurrency: concurrency), control: control)
        let failures = FailureCount()
        let end = try await execution.run { standing in
            failures.set(standing.failed)
            progress(.standing(standing))
        }
        let message: String? =
            switch end {
            case .done: nil
            case .budget: "what is left of the budget is not enough for another call"
            case .stopped: "\(Figure.count(file.state.left.count, "call")) left"
            case .refused(let why): "no call is taken: \(why)"
            }
        return try await table(file.state, failed: failures.value, message: message)
    }

    private func table(_ journal: RunJournal, failed: Int, message: String?) async throws -> RunNews {
        let report = try await RunReport.read(journal, base: .recorded, trials.reader)
        let standing = RunStanding(
            done: journal.done.count, total: journal.plan.tasks.count, failed: failed, spent: journal.committed)
        return .table(report.table, standing, message: message)
    }
}
