import Prompts

/// One of the two texts of a prompt.
enum PromptPart: Hashable, Sendable, CaseIterable {
    case system, user

    var name: String { self == .system ? "system" : "user" }
    var other: PromptPart { self == .system ? .user : .system }
}

extension PromptRecord {
    subscript(part: PromptPart) -> String { part == .system ? systemPrompt : userTemplate }
}
