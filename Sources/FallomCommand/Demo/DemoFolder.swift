import Glibc

/// The demo's temporary folder: its store, workspace and spilled spans, the user's alone, gone when the demo ends.
///
/// A demo that was killed outright leaves its folder; the next demo finds that nobody holds its lock, and removes it.
struct DemoFolder: Sendable {
    /// The folder, mode 0700.
    let path: String
    private let lock: Int32
    private static let prefix = "fallom-demo-"

    /// Makes a new folder below `TMPDIR`, after removing what dead demos of this user left there.
    static func create(_ environment: ProcessEnvironment) throws -> DemoFolder {
        let parent = environment["TMPDIR"].map(environment.absolute) ?? "/tmp"
        removeLeftovers(in: parent)
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard let name = mkdtemp(&template) else {
            throw CommandFailure.system("cannot make a temporary folder in", parent)
        }
        let path = String(cString: name)
        guard let lock = lock(path) else {
            throw CommandFailure.system("cannot lock", path)
        }
        return DemoFolder(path: path, lock: lock)
    }

    /// The store's file.
    var store: String { path + "/traces.sqlite" }
    /// Spans that fit no datagram.
    var spill: String { path + "/spill" }
    /// The workspace.
    var workspace: String { path + "/workspace" }

    /// Removes everything. Called once, at the end, whatever the end is.
    func remove() {
        Self.removeTree(path)
        close(lock)
    }

    private static func lock(_ folder: String) -> Int32? {
        let descriptor = open(folder + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Removes folders of demos that died, which is where the lock can be had. A folder without a lock file is younger
    /// than its demo's first breath, or none of ours.
    private static func removeLeftovers(in parent: String) {
        for name in TextFile.names(in: parent) where name.hasPrefix(prefix) {
            let folder = "\(parent)/\(name)"
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
                TextFile.exists(folder + "/lock"), let lock = lock(folder)
            else { continue }
            removeTree(folder)
            close(lock)
        }
    }

    private static func removeTree(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in TextFile.names(in: path) { removeTree("\(path)/\(name)") }
        rmdir(path)
    }
}
