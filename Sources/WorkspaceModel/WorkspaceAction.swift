public import Assignment
public import OrderedJSON

/// A change of the workspace that an editor asks for.
public enum WorkspaceAction: Sendable {
    /// Save a config as a new version; key and version in the record are set. Versions above `seen` are told as saved by
    /// others.
    case saveConfig(JSONValue, key: String, seen: Int?, makesCurrent: Bool)
    /// Save a prompt A/B test as a new version, as a config.
    case saveABTest(JSONValue, key: String, seen: Int?, makesCurrent: Bool)
    /// Save a prompt as a new version.
    case savePrompt(Draft, note: String?, makesCurrent: Bool)
    /// Make a version current; fails when `expecting` is not the current one any more.
    case use(RecordKind, key: String, version: Int, expecting: Int?)
    /// Say by what a config is decided; a plan of nothing forgets it.
    case savePlan(DecisionPlan, ofConfig: String)
    /// End a test: a new version with everybody on one variant.
    case stopABTest(key: String, winner: Int)
    /// Save a sample context, in the place of one of the same name.
    case saveContext(SampleContext)
    /// Remove a sample context.
    case removeContext(name: String)
    /// Save variables to try a prompt with, in the place of those of the same name.
    case saveSample(PromptSample)
    /// Keep a draft, in the place of its earlier state.
    case saveDraft(Draft)
    /// Forget a draft.
    case removeDraft(Draft)
}

/// What an action on the workspace did.
public enum WorkspaceOutcome: Hashable, Sendable {
    /// A version was saved.
    case saved(SavedVersion)
    /// It was done.
    case done
}

/// A version that was saved.
public struct SavedVersion: Hashable, Sendable {
    /// Its number.
    public let version: Int
    /// Versions that others saved and the writer had not seen: a conflict to show, all are kept.
    public let savedByOthers: [Int]
    /// Whether it was made current.
    public let isCurrent: Bool

    /// Makes one.
    public init(version: Int, savedByOthers: [Int], isCurrent: Bool) {
        self.version = version
        self.savedByOthers = savedByOthers
        self.isCurrent = isCurrent
    }
}
