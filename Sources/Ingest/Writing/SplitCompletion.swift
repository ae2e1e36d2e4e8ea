internal import Synchronization
internal import TraceModel

/// Waits for all parts of a batch and tells once what became of it: a receipt for all, or the first refusal. As with a
/// batch that is whole, the receipt is that of the commits it was in, which others may have been in, too.
final class SplitCompletion: Sendable {
    private struct State {
        var left: Int
        var receipt = AppendReceipt(stored: 0, replaced: 0, revision: 0)
        var refusal: BatchWriter.Refusal?
    }

    private let state: Mutex<State>
    private let whole: WriteQueues.Completion

    init(parts: Int, _ whole: @escaping WriteQueues.Completion) {
        state = Mutex(State(left: parts))
        self.whole = whole
    }

    /// Takes what became of one part.
    func settle(_ result: Result<AppendReceipt, BatchWriter.Refusal>) {
        let outcome = state.withLock { state -> Result<AppendReceipt, BatchWriter.Refusal>? in
            state.left -= 1
            switch result {
            case .success(let receipt):
                // Several parts may have been in one commit.
                guard receipt.revision != state.receipt.revision else { break }
                state.receipt.stored += receipt.stored
                state.receipt.replaced += receipt.replaced
                state.receipt.beyond += receipt.beyond
                state.receipt.revision = max(state.receipt.revision, receipt.revision)
            case .failure(let refusal): state.refusal = state.refusal ?? refusal
            }
            guard state.left == 0 else { return nil }
            return state.refusal.map { .failure($0) } ?? .success(state.receipt)
        }
        if let outcome { whole(outcome) }
    }
}
