import Assignment

/// What differs between two versions of a prompt: both parts, and the placeholders that callers must know of.
public struct PromptDiff: Sendable {
    /// The system part.
    public let system: TextDiff
    /// The user part.
    public let user: TextDiff
    /// Placeholders of either part that changed.
    public let placeholders: PlaceholderChanges

    /// Compares two versions, or a version and a draft.
    public init(from old: PromptRecord, to new: PromptRecord) {
        self.system = TextDiff(old: old.systemPrompt, new: new.systemPrompt)
        self.user = TextDiff(old: old.userTemplate, new: new.userTemplate)
        self.placeholders = PlaceholderChanges(
            old: Template(old.systemPrompt).variables + Template(old.userTemplate).variables,
            new: Template(new.systemPrompt).variables + Template(new.userTemplate).variables,
            pairs: system.placeholderPairs + user.placeholderPairs)
    }
}

/// Placeholders that came, went or changed their name: calls that fill the old ones break.
public struct PlaceholderChanges: Hashable, Sendable {
    /// One that changed its name.
    public struct Rename: Hashable, Sendable {
        /// The name it had.
        public let old: String
        /// The name it has.
        public let new: String
    }

    /// Those only the new text has, without the renamed.
    public let added: [String]
    /// Those only the old text has, without the renamed.
    public let removed: [String]
    /// Those that stand where another one stood, one gone altogether and one wholly new.
    public let renamed: [Rename]

    /// Whether there is none.
    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && renamed.isEmpty }

    /// Compares the placeholders of two texts.
    public init(old: Template, new: Template, diff: TextDiff) {
        self.init(old: old.variables, new: new.variables, pairs: diff.placeholderPairs)
    }

    init(old: [String], new: [String], pairs: [(old: String, new: String)]) {
        let (oldKeys, newKeys) = (Set(old.map(UTF8Key.init)), Set(new.map(UTF8Key.init)))
        let gone = oldKeys.subtracting(newKeys)
        let come = newKeys.subtracting(oldKeys)
        var votes: [Rename: Int] = [:]
        for pair in pairs where gone.contains(UTF8Key(pair.old)) && come.contains(UTF8Key(pair.new)) {
            votes[Rename(old: pair.old, new: pair.new), default: 0] += 1
        }
        var renamed: [Rename] = []
        for (rename, _) in votes.sorted(by: { ($1.value, $0.key.old, $0.key.new) < ($0.value, $1.key.old, $1.key.new) })
        {
            let isUsed = renamed.contains { $0.old == rename.old || $0.new == rename.new }
            if !isUsed { renamed.append(rename) }
        }
        let (from, to) = (Set(renamed.map { UTF8Key($0.old) }), Set(renamed.map { UTF8Key($0.new) }))
        self.renamed = renamed
        self.added = Template.distinct(new).filter { come.contains(UTF8Key($0)) && !to.contains(UTF8Key($0)) }
        self.removed = Template.distinct(old).filter { gone.contains(UTF8Key($0)) && !from.contains(UTF8Key($0)) }
    }
}
