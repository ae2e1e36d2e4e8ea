import Synchronization

/// A value that many read and one now and then replaces, where a reader never waits for the one who replaces it.
///
/// Two slots; readers use the current one, the writer fills the other and then makes it current. A reader that finds its
/// slot taken looks at the other one.
final class SnapshotCell<Value: Sendable>: Sendable {
    private let first: Mutex<Value>
    private let second: Mutex<Value>
    private let isSecondCurrent = Atomic<Bool>(false)
    private let writers = Mutex(())

    init(_ value: Value) {
        first = Mutex(value)
        second = Mutex(value)
    }

    /// The value.
    var value: Value {
        while true {
            let useSecond = isSecondCurrent.load(ordering: .acquiring)
            if let value = (useSecond ? copy(second) : copy(first)) { return value }
            // Another reader copies in this very moment: the slot that is not current is free, and as good unless a
            // writer is filling it.
            if let value = copyIfCurrent(not: useSecond) { return value }
        }
    }

    /// Changes the value. Writers wait for each other; what takes long is to be done before.
    func update(_ change: (inout Value) -> Void) {
        writers.withLock { _ in
            let secondIsCurrent = isSecondCurrent.load(ordering: .relaxed)
            var value = secondIsCurrent ? second.withLock { $0 } : first.withLock { $0 }
            change(&value)
            if secondIsCurrent {
                first.withLock { $0 = value }
            } else {
                second.withLock { $0 = value }
            }
            isSecondCurrent.store(!secondIsCurrent, ordering: .releasing)
            if secondIsCurrent {
                second.withLock { $0 = value }
            } else {
                first.withLock { $0 = value }
            }
        }
    }

    private func copy(_ slot: borrowing Mutex<Value>) -> Value? {
        slot.withLockIfAvailable { $0 }
    }

    private func copyIfCurrent(not useSecond: Bool) -> Value? {
        useSecond ? copy(first) : copy(second)
    }
}
