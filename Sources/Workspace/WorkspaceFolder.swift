import Synchronization
public import WorkspaceModel

/// Configs, prompts, prompt A/B tests and sample contexts as plain files in a folder (docs/files.md §1).
///
/// Several processes may use one workspace: a saved version is never changed, every write is there wholly or not at all,
/// and two writers never get the same version number. Calls block for the time of the file operations.
public final class WorkspaceFolder: Sendable {
    let layout: Layout
    private let state: Mutex<State>

    private struct State: Sendable {
        var reader: WorkspaceReader
        var revision = 0
    }

    /// What was read last: given out at once, also while it is read anew.
    private let published = Mutex<WorkspaceSnapshot?>(nil)

    /// Follows the folder for everybody who wants to know of changes: one thread, one reading for each change.
    let follower = ChangeFollower()

    /// A workspace in that folder, which need not exist yet.
    public init(path: String) {
        self.layout = Layout(root: path)
        self.state = Mutex(State(reader: WorkspaceReader(layout: layout)))
    }

    deinit { follower.stop() }

    /// The workspace's folder.
    public var path: String { layout.root }

    /// Whether a path is one of a key's files, whatever kind of record it names.
    public func holds(_ path: String, of key: String) -> Bool {
        RecordKind.allCases.contains { kind in
            (try? layout.folder(kind, key: key)).map { path.utf8.starts(with: "\($0)/".utf8) || path == $0 } ?? false
        }
    }

    /// The folder of a prompt's version below the workspace: `prompts/onboarding/3`.
    public func place(ofPrompt key: String, version: Int) throws(WorkspaceError) -> String {
        let folder = try layout.folder(.prompt, key: key)
        return "\(folder.dropFirst(layout.root.count + 1))/\(RecordKind.prompt.name(ofVersion: version))"
    }

    /// Reads what changed since the last call, and gives all of it as one value with a new revision.
    public func load() -> WorkspaceSnapshot {
        state.withLock { state in
            state.revision += 1
            let snapshot = state.reader.read(revision: state.revision)
            published.withLock { $0 = snapshot }
            return snapshot
        }
    }

    /// The value that ``load()`` gave last; loads when it never did.
    public func snapshot() -> WorkspaceSnapshot { latest ?? load() }

    /// The versions that the last reading found.
    var foundVersions: [SeenVersions.Version] { state.withLock(\.reader.found) }

    /// The value that ``load()`` gave last.
    var latest: WorkspaceSnapshot? { published.withLock { $0 } }
}
