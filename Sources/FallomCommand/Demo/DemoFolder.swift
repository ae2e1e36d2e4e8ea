import SystemCalls

/// The demo's temporary folder: its store, workspace and spilled spans, the user's alone, gone when the demo ends.
///
/// A demo that was killed outright leaves its folder; the next demo finds that nobody holds its lock, and removes it.
struct DemoFolder: Sendable {
    /// The folder, mode 0700.
    let path: String
    private let lock: Descriptor
    private static let prefix = "fallom-demo-"

    /// Makes a new folder below `TMPDIR`, after removing what dead demos of this user left there.
    static func create(_ environment: ProcessEnvironment) throws -> DemoFolder {
        let parent = environment["TMPDIR"].map(environment.absolute) ?? "/tmp"
        removeLeftovers(in: parent)
        return try CommandFailure.telling("cannot make a temporary folder in", parent) {
            let path = try Files.makeTemporaryFolder("\(parent)/\(prefix)")
            let lock = try Descriptor.open(path + "/lock", for: .updating)
            try lock.lock()
            return DemoFolder(path: path, lock: lock)
        }
    }

    /// The store's file.
    var store: String { path + "/traces.sqlite" }
    /// Spans that fit no datagram.
    var spill: String { path + "/spill" }
    /// The workspace.
    var workspace: String { path + "/workspace" }

    /// Removes everything. Called once, at the end, whatever the end is.
    func remove() {
        try? Files.removeTree(path)
        lock.unlock()
    }

    /// The folder's lock; `nil` when a demo that runs holds it.
    private static func lock(_ folder: String) throws(SystemError) -> Descriptor? {
        let file = try Descriptor.open(folder + "/lock", for: .updating, followsLinks: false)
        return try file.tryLock() ? file : nil
    }

    /// Removes folders of demos that died, which is where the lock can be had. A folder without a lock file is younger
    /// than its demo's first breath, or none of ours.
    private static func removeLeftovers(in parent: String) {
        for name in TextFile.names(in: parent) where name.hasPrefix(prefix) {
            let folder = "\(parent)/\(name)"
            guard let facts = FileFacts(at: folder, followsLinks: false), facts.kind == .folder, facts.isOwn,
                Files.exists(folder + "/lock"), let lock = try? lock(folder)
            else { continue }
            try? Files.removeTree(folder)
            lock.unlock()
        }
    }
}
