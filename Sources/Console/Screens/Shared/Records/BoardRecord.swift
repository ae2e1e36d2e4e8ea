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
    /// What the current version is called: `live`.
    static var current: String { get }

    static func all(in workspace: WorkspaceSnapshot) -> VersionCatalog<Self>
    static func save(_ record: JSONValue, key: String, seen: Int?, makesCurrent: Bool) -> WorkspaceAction
    /// What a record that has no version yet is compared with; `nil` where none can be begun on the screen.
    static func nothing(_ key: String) -> Self?
    /// What was done, and what is to be done to have it served.
    static func told(saved version: Int, of key: String, isCurrent: Bool) -> String
    /// Asks whether a version, or a draft, is to be made current.
    static func question(_ subject: String) -> String
}

extension ModelConfig: BoardRecord {
    static var kind: RecordKind { .config }
    static var folder: String { "configs" }
    static var word: String { "config" }
    static var current: String { "live" }

    static func all(in workspace: WorkspaceSnapshot) -> VersionCatalog<ModelConfig> { workspace.configs }
    static func nothing(_ key: String) -> ModelConfig? { nil }
    static func question(_ subject: String) -> String { "make \(subject) live?" }

    static func save(_ record: JSONValue, key: String, seen: Int?, makesCurrent: Bool) -> WorkspaceAction {
        .saveConfig(record, key: key, seen: seen, makesCurrent: makesCurrent)
    }

    static func told(saved version: Int, of key: String, isCurrent: Bool) -> String {
        "saved version \(version)" + (isCurrent ? ", now live" : ", not live yet: L makes it live")
    }
}

extension PromptABTest: BoardRecord {
    static var kind: RecordKind { .abTest }
    static var folder: String { "A/B tests" }
    static var word: String { "test" }
    static var current: String { "served" }

    static func all(in workspace: WorkspaceSnapshot) -> VersionCatalog<PromptABTest> { workspace.abTests }
    static func nothing(_ key: String) -> PromptABTest? { ABTestDraft(new: key, prompt: nil)?.base }
    static func question(_ subject: String) -> String { "serve \(subject)?" }

    static func save(_ record: JSONValue, key: String, seen: Int?, makesCurrent: Bool) -> WorkspaceAction {
        .saveABTest(record, key: key, seen: seen, makesCurrent: makesCurrent)
    }

    static func told(saved version: Int, of key: String, isCurrent: Bool) -> String {
        "saved version \(version) of \(key)"
            + (isCurrent ? ", served: apps get it at their next sync" : ", not served yet: L serves it")
    }
}
