import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes that are either wholly there or not at all, whenever the process ends: prepared under a hidden name, brought to
/// the disk, then given their name by one system call.
struct AtomicWriter: Sendable {
    private static let counter = Atomic<UInt64>(0)

    /// The prefix of everything unfinished. Readers pass over it.
    static let unfinished = ".tmp-"

    /// A name that no other process and no other call uses: the process id makes it recognisable when its owner is gone.
    private static func temporaryName(in folder: String) -> String {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(folder)/\(unfinished)\(getpid())-\(number)"
    }

    /// Creates a file under a name that must be free.
    ///
    /// - Returns: `false` when somebody else has that name: nothing was changed.
    static func create(_ bytes: [UInt8], name: String, in folder: String) throws(WorkspaceError) -> Bool {
        let temporary = temporaryName(in: folder)
        defer { unlink(temporary) }
        try FileSystem.writeFresh(bytes, to: temporary)
        let path = "\(folder)/\(name)"
        if link(temporary, path) != 0 {
            if errno == EEXIST { return false }
            throw FileSystem.failure("create", path)
        }
        FileSystem.syncFolder(folder)
        return true
    }

    /// Puts a file in the place of another, or where there was none.
    static func replace(_ bytes: [UInt8], name: String, in folder: String) throws(WorkspaceError) {
        let temporary = temporaryName(in: folder)
        let path = "\(folder)/\(name)"
        do throws(WorkspaceError) {
            try FileSystem.writeFresh(bytes, to: temporary)
            guard rename(temporary, path) == 0 else { throw FileSystem.failure("replace", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        FileSystem.syncFolder(folder)
    }

    /// Creates a folder of files under a name that must be free.
    ///
    /// - Returns: `false` when somebody else has that name: nothing was changed.
    static func createFolder(
        _ files: [(name: String, bytes: [UInt8])], name: String, in folder: String
    ) throws(WorkspaceError) -> Bool {
        let temporary = temporaryName(in: folder)
        guard mkdir(temporary, 0o700) == 0 else { throw FileSystem.failure("make the folder", temporary) }
        var isPlaced = false
        defer {
            if !isPlaced {
                for file in files { unlink("\(temporary)/\(file.name)") }
                rmdir(temporary)
            }
        }
        for file in files { try FileSystem.writeFresh(file.bytes, to: "\(temporary)/\(file.name)") }
        FileSystem.syncFolder(temporary)
        let path = "\(folder)/\(name)"
        // A folder with something in it is never replaced by rename; a finished version always has something in it.
        if rename(temporary, path) != 0 {
            if errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR { return false }
            throw FileSystem.failure("create", path)
        }
        isPlaced = true
        FileSystem.syncFolder(folder)
        return true
    }

    /// Removes what a process that is gone left unfinished in a folder.
    static func sweep(_ folder: String) {
        guard let names = try? FileSystem.names(in: folder) else { return }
        for name in names where name.hasPrefix(unfinished) {
            let owner = name.dropFirst(unfinished.count).prefix { $0 != "-" }
            guard let process = Int32(owner), kill(process, 0) != 0, errno == ESRCH else { continue }
            let path = "\(folder)/\(name)"
            if FileSystem.stamp(path)?.isDirectory == true {
                for inner in (try? FileSystem.names(in: path)) ?? [] { unlink("\(path)/\(inner)") }
                rmdir(path)
            } else {
                unlink(path)
            }
        }
    }
}

/// Holds a workspace against other writers for a moment. The system lets go of it when a process ends, however it ends.
struct WriteLock: ~Copyable {
    private let descriptor: Int32

    /// Waits until no other writer holds the workspace at `root`.
    init(root: String) throws(WorkspaceError) {
        try FileSystem.makeFolder(root)
        let path = "\(root)/.lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw FileSystem.failure("open", path) }
        while flock(opened, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let error = FileSystem.failure("lock", path)
                close(opened)
                throw error
            }
        }
        self.descriptor = opened
    }

    deinit { close(descriptor) }
}
