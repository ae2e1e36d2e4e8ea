import Synchronization

/// Tasks that are under way, at most one under each name. One that has ended is let go of: a finished task that somebody still
/// holds keeps the memory it worked in, 32 kB or more.
final class TaskRegister<Name: Hashable & Sendable>: Sendable {
    private struct State {
        var tasks: [Name: (number: Int, task: Task<Void, Never>)] = [:]
        var number = 0
    }

    private let state = Mutex(State())

    /// Begins a task; one of that name that is under way is cancelled.
    func begin(_ name: Name, _ body: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.tasks[name]?.task.cancel()
            state.number += 1
            let number = state.number
            // Its end waits for this lock, so that it finds itself.
            let task = Task.detached {
                await body()
                self.end(name, number)
            }
            state.tasks[name] = (number, task)
        }
    }

    private func end(_ name: Name, _ number: Int) {
        state.withLock { if $0.tasks[name]?.number == number { $0.tasks[name] = nil } }
    }

    /// How many are under way.
    var count: Int { state.withLock { $0.tasks.count } }

    /// Cancels all that are under way.
    func cancel() {
        for entry in state.withLock({ Array($0.tasks.values) }) { entry.task.cancel() }
    }

    /// Waits for the end of all that are under way.
    func wait() async {
        for entry in state.withLock({ Array($0.tasks.values) }) { await entry.task.value }
    }
}
