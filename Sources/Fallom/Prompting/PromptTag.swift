package import Prompts
import Synchronization

/// Which managed prompt a call used.
package struct PromptTag: Hashable, Sendable {
    var key: String
    var version: Int
    var abTestKey: String?
    var variantIndex: Int?

    package init(_ result: PromptResult) {
        key = result.key
        version = result.version
        abTestKey = result.abTestKey
        variantIndex = result.variantIndex
    }
}

/// A request that knows the managed prompt it was made from.
protocol PromptTagged {
    /// The prompt; `nil` where it was made from none.
    var promptTag: PromptTag? { get }
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
