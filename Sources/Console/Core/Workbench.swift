public import Assignment
public import Prompts
public import TraceModel

/// What the workspace holds, as the console sees it: configs, prompts, A/B tests, sample contexts and drafts at one moment.
public struct Workbench: Sendable {
    /// The workspace's folder, for people.
    public var path: String
    /// Model configs by key and version.
    public var configs: VersionCatalog<ModelConfig>
    /// Prompts by key and version.
    public var prompts: VersionCatalog<PromptRecord>
    /// Prompt A/B tests by key and version.
    public var abTests: VersionCatalog<PromptABTest>
    /// Sample contexts, sorted by name.
    public var contexts: [SampleContext]
    /// What was noted of prompt versions.
    public var notes: [PromptNote]
    /// Saved variables to try prompts with, in their order.
    public var samples: [PromptSample]
    /// Work that is not saved as a version, the latest first.
    public var drafts: [WorkDraft]
    /// Files that could not be used, each with its place and why.
    public var problems: [String]

    /// Makes a workbench; what is left out is empty.
    public init(
        path: String = "", configs: VersionCatalog<ModelConfig> = VersionCatalog(),
        prompts: VersionCatalog<PromptRecord> = VersionCatalog(),
        abTests: VersionCatalog<PromptABTest> = VersionCatalog(), contexts: [SampleContext] = [],
        notes: [PromptNote] = [], samples: [PromptSample] = [], drafts: [WorkDraft] = [], problems: [String] = []
    ) {
        self.path = path
        self.configs = configs
        self.prompts = prompts
        self.abTests = abTests
        self.contexts = contexts
        self.notes = notes
        self.samples = samples
        self.drafts = drafts
        self.problems = problems
    }
}

/// Who asks for a model or a prompt, with what, under a name.
public struct SampleContext: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The session; `nil` where the context names none.
    public var sessionID: String?
    /// The customer; `nil` where the context names none.
    public var customerID: String?
    /// The fields targeting sees.
    public var context: EvaluationContext

    /// Makes a context.
    public init(name: String, sessionID: String? = nil, customerID: String? = nil, context: EvaluationContext) {
        self.name = name
        self.sessionID = sessionID
        self.customerID = customerID
        self.context = context
    }
}

/// Variables to try a prompt with, saved under a name.
public struct PromptSample: Hashable, Sendable {
    /// The prompt.
    public var key: String
    /// The sample's name.
    public var name: String
    /// The variables.
    public var variables: PromptVariables

    /// Makes a sample.
    public init(key: String, name: String, variables: PromptVariables) {
        self.key = key
        self.name = name
        self.variables = variables
    }
}

/// What was noted when a prompt version was saved.
public struct PromptNote: Hashable, Sendable {
    /// The prompt.
    public var key: String
    /// Its version.
    public var version: Int
    /// Why this version.
    public var note: String?
    /// Who wrote it.
    public var author: String?
    /// When.
    public var createdAt: Timestamp?

    /// Makes a note.
    public init(key: String, version: Int, note: String?, author: String?, createdAt: Timestamp?) {
        self.key = key
        self.version = version
        self.note = note
        self.author = author
        self.createdAt = createdAt
    }
}

/// Work in an editor that is not saved as a version yet; it outlives the process.
public struct WorkDraft: Hashable, Sendable {
    /// What is being written.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// A model config; its one part is `record`, JSON text.
        case config
        /// A prompt; its parts are `system` and `user`.
        case prompt
        /// A prompt A/B test; its one part is `record`.
        case abTest
    }

    /// One text.
    public struct Part: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// The text.
        public var text: String

        /// Makes a part.
        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// What is being written.
    public var kind: Kind
    /// The key it is for.
    public var key: String
    /// The version it was begun from.
    public var basedOn: Int?
    /// The highest version there was when it was begun: later ones are others'.
    public var seen: Int?
    /// When it was kept last.
    public var savedAt: Timestamp
    /// The texts.
    public var parts: [Part]

    /// Makes a draft.
    public init(kind: Kind, key: String, basedOn: Int?, seen: Int? = nil, savedAt: Timestamp, parts: [Part]) {
        self.kind = kind
        self.key = key
        self.basedOn = basedOn
        self.seen = seen
        self.savedAt = savedAt
        self.parts = parts
    }

    /// The text of that part; `nil` when there is none.
    public subscript(part name: String) -> String? { parts.first { $0.name == name }?.text }
}

/// A change of the workspace that a screen asks for.
public enum WorkspaceAction: Sendable {
    /// Save a config as a new version; the record is JSON text, key and version in it are set. Versions above `seen` are
    /// told as saved by others.
    case saveConfig(record: String, key: String, seen: Int?, makesCurrent: Bool)
    /// Make a config's version current; fails when `expecting` is not the current one any more.
    case useConfig(key: String, version: Int, expecting: Int?)
    /// Save a prompt as a new version.
    case savePrompt(WorkDraft, note: String?, makesCurrent: Bool)
    /// Make a prompt's version current.
    case usePrompt(key: String, version: Int, expecting: Int?)
    /// Save a prompt A/B test as a new version; the record is JSON text.
    case saveABTest(record: String, key: String, seen: Int?, makesCurrent: Bool)
    /// Make a test's version current.
    case useABTest(key: String, version: Int, expecting: Int?)
    /// End a test: a new version with everybody on one variant.
    case stopABTest(key: String, winner: Int)
    /// Save a sample context, in the place of one of the same name.
    case saveContext(SampleContext)
    /// Remove a sample context.
    case removeContext(name: String)
    /// Save variables to try a prompt with, in the place of those of the same name.
    case saveSample(PromptSample)
    /// Keep a draft, in the place of its earlier state.
    case saveDraft(WorkDraft)
    /// Forget a draft.
    case removeDraft(WorkDraft)
}

/// What an action on the workspace did.
public enum WorkspaceOutcome: Hashable, Sendable {
    /// A version was saved. `savedByOthers` are versions that came in between: a conflict to show, all are kept.
    case saved(version: Int, savedByOthers: [Int], isCurrent: Bool)
    /// It was done.
    case done
}
