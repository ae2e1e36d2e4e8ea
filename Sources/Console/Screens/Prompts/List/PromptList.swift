import Assignment
import Experiments
import Prompts
import WorkspaceModel

/// The prompts of the workspace and the versions of the selected one: which is shown, which it is compared with, and which
/// is made current.
struct PromptList: Sendable {
    var workspace = WorkspaceSnapshot() { didSet { doubtful = Self.doubtful(in: workspace) } }
    /// The prompts whose current version has something that is perhaps meant as a placeholder and is none.
    private(set) var doubtful: Set<String> = []
    /// The A/B tests, drafts among them, as the list tells of them.
    var tests = RecordBoard<PromptABTest>(firstSlot: 0)
    var selectedKey: String?
    /// The version that is shown; `nil` for the current one.
    var shownVersion: Int?
    /// The version marked to be compared with; the one before where none is.
    var marked: Int?
    /// Versions that are being made current.
    var switches: UnderWay<Switch>

    /// - Parameter slot: the screen's slot that is the list's.
    init(slot: Int) {
        switches = UnderWay(slot: slot)
    }

    var keys: [String] { workspace.prompts.keys }
    /// The versions of the selected prompt.
    var versions: VersionCatalog<PromptRecord>.Versions? { selectedKey.flatMap { workspace.prompts[$0] } }
    /// Their numbers, the newest first.
    var numbers: [Int] { (versions?.ascending ?? []).reversed() }
    var shown: PromptRecord? { shownVersion.flatMap { versions?.records[$0] } ?? versions?.current }
    var isShownCurrent: Bool { shown?.version == versions?.currentVersion }

    /// The version the shown one is compared with.
    var other: PromptRecord? {
        guard let versions, let shown else { return nil }
        if let marked, marked != shown.version { return versions.records[marked] }
        return versions.ascending.last { $0 < shown.version }.flatMap { versions.records[$0] }
    }

    /// Samples that were saved with the selected prompt.
    var samples: [PromptSample] { workspace.samples.filter { $0.key == selectedKey } }

    /// Keys of all A/B tests, those of the selected prompt first.
    var testKeys: [String] {
        let all = tests.keys
        return all.filter(concernsTest) + all.filter { !concernsTest($0) }
    }

    func concernsTest(_ key: String) -> Bool {
        selectedKey.map { tests.shown(key)?.concerns($0) == true } ?? false
    }

    func note(_ version: Int) -> VersionNote? {
        selectedKey.flatMap { workspace.note(ofPrompt: $0, version: version) }
    }

    /// What in a version is perhaps meant as a placeholder and is none, as it stands there. A very long text is looked
    /// through in the editor alone, once for each change.
    static func nearPlaceholders(in record: PromptRecord) -> [String] {
        let texts = PromptPart.allCases.map { record[$0] }.filter { $0.utf8.count < 50_000 }
        return texts.flatMap { Template($0).nearPlaceholders.map(\.text) }
    }

    private static func doubtful(in workspace: WorkspaceSnapshot) -> Set<String> {
        Set(workspace.prompts.keys.filter { workspace.prompts[$0]?.current.map(nearPlaceholders)?.isEmpty == false })
    }

    /// What is asked before the shown version is made current.
    var question: String? {
        guard let shown else { return nil }
        // Short: a question stands beside its answers on one row of 80 columns.
        let before = versions?.currentVersion.map { ", not \($0)" } ?? ""
        return "make \(shown.version) current\(before)? all apps get it at their next sync"
    }
}
