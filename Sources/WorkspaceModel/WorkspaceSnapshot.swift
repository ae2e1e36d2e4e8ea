public import Assignment
public import Prompts

/// All of a workspace at one moment, as a value.
public struct WorkspaceSnapshot: Sendable {
    /// The workspace's folder, for people.
    public var path: String
    /// Grows with every change that was seen.
    public var revision: Int
    /// Model configs; each key's current version as its pointer says, else the highest.
    public var configs = VersionCatalog<ModelConfig>()
    /// Prompts.
    public var prompts = VersionCatalog<PromptRecord>()
    /// Prompt A/B tests.
    public var abTests = VersionCatalog<PromptABTest>()
    /// Sample contexts, sorted by name.
    public var contexts: [SampleContext] = []
    /// Saved variables to try prompts with, those of a prompt in their order.
    public var samples: [PromptSample] = []
    /// What could not be used, sorted by path.
    public var problems: [WorkspaceProblem] = []
    private var plans: [UTF8Key: DecisionPlan] = [:]
    private var notes: [UTF8Key: [Int: VersionNote]] = [:]

    /// A snapshot of nothing.
    public init(path: String = "", revision: Int = 0) {
        self.path = path
        self.revision = revision
    }

    /// What was noted when a prompt version was saved.
    public func note(ofPrompt key: String, version: Int) -> VersionNote? {
        notes[UTF8Key(key)]?[version]
    }

    /// By what a config is decided; a plan without a goal where none is kept.
    public func plan(ofConfig key: String) -> DecisionPlan { plans[UTF8Key(key)] ?? DecisionPlan() }

    /// Takes in by what a config is decided.
    public mutating func add(_ plan: DecisionPlan, ofConfig key: String) {
        plans[UTF8Key(key)] = plan
    }

    /// Takes in what was noted of a prompt version.
    public mutating func add(_ note: VersionNote, ofPrompt key: String, version: Int) {
        notes[UTF8Key(key), default: [:]][version] = note
    }
}
