import Synchronization

/// What a person asks of a run that goes on: to hold, to go on, to end after the calls under way.
final class RunControl: Sendable {
    private struct State {
        var isHeld = false
        var isStopped = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var isHeld: Bool { state.withLock { $0.isHeld && !$0.isStopped } }

    /// Begins no further call until it is let go.
    func hold(_ isHeld: Bool) { change { $0.isHeld = isHeld } }

    /// Begins no further call at all.
    func stop() { change { $0.isStopped = true } }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            body(&state)
            guard !state.isHeld || state.isStopped else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Waits while it is held; `false` where it is to end, which being cancelled asks for too: nobody is left to let it go.
    func mayGoOn() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state -> Bool in
                    guard state.isHeld, !state.isStopped else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            stop()
        }
        return state.withLock { !$0.isStopped }
    }
}
