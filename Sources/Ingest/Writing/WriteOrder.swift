internal import Synchronization

/// What is stored in its order or not at all: once a part of it was refused, what comes behind it is refused, too, until
/// whoever brings it begins anew there, in another order. So how far a file was read never stands in the store before what
/// was read.
final class WriteOrder: Sendable {
    private let refusal = Mutex<BatchWriter.Refusal?>(nil)

    /// Why no more of it is stored; `nil` while it is whole.
    var broken: BatchWriter.Refusal? { refusal.withLock { $0 } }

    func breakOff(_ why: BatchWriter.Refusal) {
        refusal.withLock { $0 = $0 ?? why }
    }
}
