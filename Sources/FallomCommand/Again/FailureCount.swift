import Synchronization

/// Counts what failed, from several tasks at once.
final class FailureCount: Sendable {
    private let count = Atomic<Int>(0)

    func add() { count.add(1, ordering: .relaxed) }

    func set(_ value: Int) { count.store(value, ordering: .relaxed) }

    var value: Int { count.load(ordering: .relaxed) }
}
