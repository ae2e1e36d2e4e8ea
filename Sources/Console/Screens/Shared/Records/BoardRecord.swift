import Assignment
import Experiments
import OrderedJSON
import Prompts
import WorkspaceModel

/// What a ``RecordBoard`` has to know of a kind of record: where it lies, how it is saved, and its words.
protocol BoardRecord: RecordBased {
    static var kind: RecordKind { get }
    /// The kind as paths name it: `configs`.
    static var folder: String { get }
    /// One of the kind, in a word.
    static var word: String { get }

    static func all(in workspace: WorkspaceSnapshot) -> VersionCatalog<Self>
    static func save(_ record: JSONValue, key: String, seen: Int?, makesCurrent: Bool) -> WorkspaceAction
    /// What a record that has no version yet is compared with; `nil` where none can be begun on the screen.
    static func nothing(_ key: String) -> Self?
}

extension ModelConfig: BoardRecord {
    static var kind: RecordKind { .config }
    static var folder: String { "configs" }
    static var word: String { "config" }

    static func all(in workspace: WorkspaceSnapshot) -> VersionCatalog<ModelConfig> { workspace.configs }
    static func nothing(_ key: String) -> ModelConfig? { nil }

    static func save(_ record: JSONValue, key: String, seen: Int?, makesCurrent: Bool) -> WorkspaceAction {
        .saveConfig(record, key: key, seen: seen, makesCurrent: makesCurrent)
    }
}

extension PromptABTest: BoardRecord {
    static var kind: RecordKind { .abTest }
    static var folder: String { "A/B tests" }
    static var word: String { "test" }

    static func all(in workspace: WorkspaceSnapshot) -> VersionCatalog<PromptABTest> { workspace.abTests }
    static func nothing(_ key: String) -> PromptABTest? { ABTestDraft(new: key, prompt: nil)?.base }

    static func save(_ record: JSONValue, key: String, seen: Int?, makesCurrent: Bool) -> WorkspaceAction {
        .saveABTest(record, key: key, seen: seen, makesCurrent: makesCurrent)
    }
}
