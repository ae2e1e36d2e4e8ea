import Prompts
import Synchronization

/// What becomes of a prompt's placeholder that no variable is given for.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum MissingPromptVariables: Hashable, Sendable {
    /// It goes to the model as it is written; a warning names it, once for each prompt and name.
    case warn
    /// The prompt is not given: ``PromptFailure/Kind/missingVariables``.
    case fail
}

/// Looks whether a rendered prompt has all its values.
final class PromptVariableCheck: Sendable {
    private struct Told: Hashable {
        var prompt: String
        var name: String
    }

    /// Prompts and names that are remembered; beyond it nothing is said any more.
    private static let capacity = 10_000

    private let handling: MissingPromptVariables
    private let log: DebugLog
    private let told = Mutex<Set<Told>>([])

    init(_ handling: MissingPromptVariables, log: DebugLog) {
        self.handling = handling
        self.log = log
    }

    /// The prompt, if it may go out.
    func complete(_ result: PromptResult) throws(PromptError) -> PromptResult {
        let missing = result.rendered.missing
        guard !missing.isEmpty else { return result }
        if handling == .fail { throw .missingVariables(prompt: result.key, names: missing) }
        for name in missing where isNew(Told(prompt: result.key, name: name)) {
            log.warning(
                "prompt '\(result.key)': no value for {{\(name)}}: the model gets the placeholder as it is written")
        }
        return result
    }

    private func isNew(_ entry: Told) -> Bool {
        told.withLock { $0.count < Self.capacity && $0.insert(entry).inserted }
    }
}
