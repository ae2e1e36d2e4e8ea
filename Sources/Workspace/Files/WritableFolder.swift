import Synchronization
import SystemCalls

/// A folder of the workspace, known to be inside it. What is written into it is either wholly there or not at all,
/// whenever the process ends: prepared under a hidden name, brought to the disk, then given its name by one system call.
struct WritableFolder: Sendable {
    let path: String

    private static let counter = Atomic<UInt64>(0)
    /// The prefix of everything unfinished. Readers pass over it.
    private static let unfinished = ".tmp-"

    /// A folder that ``WorkspaceFiles/folder(_:)`` has looked at.
    init(path: String) {
        self.path = path
        sweep()
    }

    /// Creates a file under a name that must be free.
    ///
    /// - Returns: `false` when somebody else has that name: nothing was changed.
    func create(_ bytes: [UInt8], name: String) throws(WorkspaceError) -> Bool {
        let temporary = temporaryPath()
        defer { _ = try? Files.remove(temporary) }
        try Self.writeFresh(bytes, to: temporary)
        let target = "\(path)/\(name)"
        do throws(SystemError) {
            try Files.link(temporary, to: target)
        } catch {
            if error.isTaken { return false }
            throw .system(operation: "create", path: target, code: error.code)
        }
        Files.syncFolder(path)
        return true
    }

    /// Puts a file in the place of another, or where there was none.
    func replace(_ bytes: [UInt8], name: String) throws(WorkspaceError) {
        let temporary = temporaryPath()
        let target = "\(path)/\(name)"
        do throws(WorkspaceError) {
            try Self.writeFresh(bytes, to: temporary)
            try WorkspaceError.naming("replace", target) { () throws(SystemError) in
                try Files.rename(temporary, to: target)
            }
        } catch {
            _ = try? Files.remove(temporary)
            throw error
        }
        Files.syncFolder(path)
    }

    /// Creates a folder of files under a name that must be free.
    ///
    /// - Returns: `false` when somebody else has that name: nothing was changed.
    func createFolder(_ files: [(name: String, bytes: [UInt8])], name: String) throws(WorkspaceError) -> Bool {
        let temporary = temporaryPath()
        try WorkspaceError.naming("make the folder", temporary) { () throws(SystemError) in
            try Files.makeFolder(temporary)
        }
        var isPlaced = false
        defer { if !isPlaced { try? Files.removeTree(temporary) } }
        for file in files { try Self.writeFresh(file.bytes, to: "\(temporary)/\(file.name)") }
        Files.syncFolder(temporary)
        let target = "\(path)/\(name)"
        do throws(SystemError) {
            // A folder with something in it is never replaced by this; a finished version always has something in it.
            try Files.rename(temporary, to: target)
        } catch {
            if error.isTaken || error.isMissing && Files.exists(target) { return false }
            throw .system(operation: "create", path: target, code: error.code)
        }
        isPlaced = true
        Files.syncFolder(path)
        return true
    }

    /// A path that no other process and no other call uses: the process id makes it recognisable when its owner is gone.
    private func temporaryPath() -> String {
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(path)/\(Self.unfinished)\(Processes.ownID)-\(number)"
    }

    /// Removes what a process that is gone left unfinished.
    private func sweep() {
        guard let names = try? Files.names(in: path) else { return }
        for name in names where name.hasPrefix(Self.unfinished) {
            let owner = name.dropFirst(Self.unfinished.count).prefix { $0 != "-" }
            guard let process = Int32(owner), !Processes.isRunning(process) else { continue }
            let left = "\(path)/\(name)"
            if FileFacts(at: left, followsLinks: false)?.kind == .folder {
                try? Files.removeTree(left)
            } else {
                _ = try? Files.remove(left)
            }
        }
    }

    /// Writes a new file that nobody else sees yet, and brings it to the disk.
    private static func writeFresh(_ bytes: [UInt8], to path: String) throws(WorkspaceError) {
        let file = try WorkspaceError.naming("create", path) { () throws(SystemError) in
            try Descriptor.open(path, for: .creating)
        }
        try WorkspaceError.naming("write", path) { () throws(SystemError) in
            try file.writeAll(bytes)
            try file.sync()
        }
    }
}

/// Holds a workspace against other writers for a moment. The system lets go of it when a process ends, however it ends.
struct WriteLock: ~Copyable {
    private let file: Descriptor

    /// Waits until no other writer holds the workspace at `root`.
    init(root: String) throws(WorkspaceError) {
        // Among the drafts, which git passes over: whoever only reads a workspace leaves nothing beside it to be committed.
        let path = try Layout(root: root).draftsFolder().path + "/lock"
        let opened = try WorkspaceError.naming("open", path) { () throws(SystemError) in
            try Descriptor.open(path, for: .updating, followsLinks: false)
        }
        try WorkspaceError.naming("lock", path) { () throws(SystemError) in try opened.lock() }
        file = opened
    }
}
