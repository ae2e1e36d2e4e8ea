internal import NIOCore
internal import Synchronization

/// Work that keeps a processor for long: as much of it at once as leaves one for everybody else. Who comes later waits, in
/// order.
final class LargeWork: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(width: Int = max(1, System.coreCount - 1)) {
        state = Mutex(State(free: width))
    }

    /// Waits for its turn.
    func begin() async {
        await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(turn)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { turn.resume() }
        }
    }

    /// Gives its turn to the next.
    func end() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
