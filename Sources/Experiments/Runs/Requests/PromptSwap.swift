import Prompts
import TraceModel

/// A prompt in the place of the one that a call was made with.
struct PromptSwap: Sendable {
    /// What stands where another text stood.
    struct Replacement: Hashable, Sendable {
        let old: String
        let new: String
    }

    private(set) var messages: [Message]
    private(set) var replacements: [Replacement] = []
    /// Whether texts were put where none stood.
    private(set) var hasInserted = false
    private(set) var notes: [String] = []

    /// - Parameter before: the version that the call was made with, where it is known.
    init(
        _ messages: [Message], _ prompt: CallVariant.Prompt, before: PromptRecord?, variables given: PromptVariables
    ) throws(RequestProblem) {
        self.messages = messages
        let system = messages.firstIndex { RequestRole($0.role) == .system }
        let read = Self.read(messages, system, before)
        var variables = read.variables
        for entry in given.entries { variables[entry.name] = entry.value }
        let rendered = PromptRecord(
            key: prompt.key, version: 0, systemPrompt: prompt.system, userTemplate: prompt.user
        ).rendered(with: variables)
        let isUserTouched = read.user != nil
        let missing = rendered.system.missing + (isUserTouched ? rendered.user.missing : [])
        guard missing.isEmpty else {
            throw RequestProblem(
                "\(prompt.key)@\(prompt.label) has {{\(missing[0])}}, for which the recorded call gives no value; give one with --var \(missing[0])=…"
            )
        }
        replaceSystem(system, rendered.system.text)
        if let user = read.user {
            replace(user, rendered.user.text)
        } else if before == nil {
            notes.append("the call names no version of a prompt that is here: only its system text was replaced")
        } else if !prompt.user.isEmpty {
            notes.append("what the user said does not fit the template it was made with: it stays as recorded")
        }
    }

    /// The variables with which the version before gives what was sent, and the message that its user part gave.
    private static func read(
        _ messages: [Message], _ system: Int?, _ before: PromptRecord?
    ) -> (variables: PromptVariables, user: Int?) {
        var variables = PromptVariables()
        guard let before else { return (variables, nil) }
        if let system, let text = messages[system].plainText,
            let found = Template(before.systemPrompt).variables(in: text)
        {
            variables = found
        }
        guard !before.userTemplate.isEmpty else { return (variables, nil) }
        let template = Template(before.userTemplate)
        // A template of a placeholder alone fits anything: the latest message is it.
        for index in messages.indices.reversed() where RequestRole(messages[index].role) == .user {
            guard let text = messages[index].plainText, let found = template.variables(in: text) else { continue }
            for entry in found.entries where variables[entry.name] == nil { variables[entry.name] = entry.value }
            return (variables, index)
        }
        return (variables, nil)
    }

    private mutating func replaceSystem(_ index: Int?, _ text: String) {
        if let index { return replace(index, text) }
        guard !text.isEmpty else { return }
        messages.insert(Message(role: "system", parts: [.text(text)]), at: 0)
        hasInserted = true
    }

    private mutating func replace(_ index: Int, _ text: String) {
        guard let old = messages[index].plainText else { return hasInserted = true }
        guard !old.utf8.elementsEqual(text.utf8) else { return }
        replacements.append(Replacement(old: old, new: text))
        messages[index].parts = [.text(text)]
    }
}

extension Message {
    /// What it says, where that is one text and nothing else.
    var plainText: String? {
        guard parts.count == 1, case .text(let text) = parts[0] else { return nil }
        return text
    }
}

/// Whose turn it is, in the words that all APIs have.
enum RequestRole: Hashable, Sendable {
    case system, user, assistant, tool

    init(_ role: String) {
        switch role.lowercased() {
        case "system", "developer", "instructions": self = .system
        case "assistant", "model", "ai", "choice": self = .assistant
        case "tool", "function", "tool_result": self = .tool
        default: self = .user
        }
    }
}
