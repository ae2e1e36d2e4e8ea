import Synchronization

/// Which managed prompt a span used.
struct PromptTag: Hashable, Sendable {
    var key: String
    var version: Int
    var abTestKey: String?
    var variantIndex: Int?
}

/// A tag that the next span of a scope takes, once.
final class PromptSlot: Sendable {
    @TaskLocal static var current: PromptSlot?

    private let tag: Mutex<PromptTag?>

    init(_ tag: PromptTag) { self.tag = Mutex(tag) }

    func take() -> PromptTag? {
        tag.withLock { tag in
            defer { tag = nil }
            return tag
        }
    }
}

/// Tags left for the next span of a task. A task takes its own only, once; one that ends without a span leaves its tag
/// behind, and the oldest such tags make room.
final class PromptTagTable: Sendable {
    private struct State {
        var tags: [UInt64: PromptTag] = [:]
        var order: [UInt64] = []
    }

    private static let capacity = 4096
    private let state = Mutex(State())
    private let count = Atomic<Int>(0)

    /// Leaves a tag for the current task's next span, in place of one it has not used.
    func leave(_ tag: PromptTag) {
        guard let task = TaskIdentity.current else { return }
        state.withLock { state in
            if state.tags.updateValue(tag, forKey: task) == nil { state.order.append(task) }
            if state.order.count > 2 * Self.capacity { trim(&state) }
            count.store(state.tags.count, ordering: .relaxed)
        }
    }

    /// The tag for a span that starts now in the current task: handed over explicitly, else left by the task itself.
    func take() -> PromptTag? {
        if let tag = PromptSlot.current?.take() { return tag }
        guard count.load(ordering: .relaxed) > 0, let task = TaskIdentity.current else { return nil }
        return state.withLock { state in
            guard let tag = state.tags.removeValue(forKey: task) else { return nil }
            count.store(state.tags.count, ordering: .relaxed)
            return tag
        }
    }

    private func trim(_ state: inout State) {
        var seen: Set<UInt64> = []
        let live = state.order.reversed().filter { state.tags[$0] != nil && seen.insert($0).inserted }
        for task in live.dropFirst(Self.capacity) { state.tags[task] = nil }
        state.order = Array(live.prefix(Self.capacity).reversed())
    }
}
