import Prompts
import Synchronization

/// Which managed prompt a call used.
struct PromptTag: Hashable, Sendable {
    var key: String
    var version: Int
    var abTestKey: String?
    var variantIndex: Int?

    init(_ result: PromptResult) {
        key = result.key
        version = result.version
        abTestKey = result.abTestKey
        variantIndex = result.variantIndex
    }
}

/// Tags left for the next call, by each task its own: kept by a session, or by the scope that a span opens.
///
/// A tag is taken once, by the task that left it. Children do not take their parent's: a tag that should reach another
/// task is handed over (``Prompts/PromptResult/tagging(_:)``).
final class PromptTags: Sendable {
    /// The scope of this task and its children: the innermost span's.
    @TaskLocal static var scope: PromptTags?

    private struct Entry {
        var task: Int
        var tag: PromptTag
    }

    /// Tasks of one session or scope that may hold an unused tag; the oldest tags make room.
    private static let capacity = 64
    private let entries = Mutex<[Entry]>([])
    private let isUsed = Atomic<Bool>(false)

    /// Leaves a tag for the current task's next call, in place of one it has not used.
    func leave(_ tag: PromptTag) {
        guard let task = Self.currentTask else { return }
        isUsed.store(true, ordering: .releasing)
        entries.withLock { entries in
            entries.removeAll { $0.task == task }
            if entries.count == Self.capacity { entries.removeFirst() }
            entries.append(Entry(task: task, tag: tag))
        }
    }

    /// The current task's tag, which is gone then.
    private func take() -> PromptTag? {
        // Most sessions never hold a tag: their calls take no lock.
        guard isUsed.load(ordering: .acquiring), let task = Self.currentTask else { return nil }
        return entries.withLock { entries in
            entries.firstIndex { $0.task == task }.map { entries.remove(at: $0).tag }
        }
    }

    /// The tag for a call that starts now: the one handed over, else the session's, else the scope's.
    static func take(session: PromptTags) -> PromptTag? {
        HandedPrompt.current?.take() ?? session.take() ?? scope?.take()
    }

    /// A number that tells the running tasks apart; `nil` outside of any task. The number of a task that has ended may
    /// come again, which is why tags live no longer than their session or scope.
    private static var currentTask: Int? { withUnsafeCurrentTask { $0?.hashValue } }
}

/// A tag handed over explicitly: the next call of the scope takes it, in whatever task.
final class HandedPrompt: Sendable {
    @TaskLocal static var current: HandedPrompt?

    private let tag: Mutex<PromptTag?>

    init(_ tag: PromptTag) { self.tag = Mutex(tag) }

    func take() -> PromptTag? {
        tag.withLock { tag in
            defer { tag = nil }
            return tag
        }
    }
}

extension PromptResult {
    /// Hands the prompt's tag to the next call made inside `operation`, in whatever task and session that call is made:
    /// for a prompt got in one task and used in another, or got without a session.
    public nonisolated(nonsending) func tagging<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await HandedPrompt.$current.run(HandedPrompt(PromptTag(self)), operation)
    }
}

extension TaskLocal {
    /// ``withValue(_:operation:)`` with the error's type kept.
    nonisolated(nonsending) func run<Result, Failure: Error>(
        _ value: Value, _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let outcome = await withValue(value) { () async -> Swift.Result<Result, Failure> in
            do throws(Failure) { return .success(try await operation()) } catch { return .failure(error) }
        }
        return try outcome.get()
    }
}
