import SystemCalls

/// The files of a workspace, read as what they may be: a stranger's, out of a `git clone`. Links lead to places inside the
/// workspace only, nothing but plain files is read, and no more of them than a workspace ever needs.
struct WorkspaceFiles: Sendable {
    /// The most bytes of one file.
    static let largestFile = 16 << 20
    /// The most bytes of all files together.
    static let mostBytes = 256 << 20

    private let enclosure: Enclosure

    /// The files below a folder, as that folder is now.
    init(root: String) {
        self.enclosure = Enclosure(root)
    }

    /// The names in a folder, sorted by bytes; `nil` when there is no such folder.
    func names(in path: String) throws(WorkspaceError) -> [String]? {
        do throws(FileRefusal) {
            return try enclosure.names(in: path)
        } catch {
            throw WorkspaceError("read the folder", path, error)
        }
    }

    /// The whole content of a file.
    func read(_ path: String) throws(WorkspaceError) -> [UInt8] {
        do throws(FileRefusal) {
            return try PlainFile.read(path, limit: Self.largestFile, within: enclosure)
        } catch {
            throw WorkspaceError("open", path, error)
        }
    }

    /// A folder to write into, made where it is not there yet. What a process that is gone left unfinished in it goes.
    func folder(_ path: String) throws(WorkspaceError) -> WritableFolder {
        try WorkspaceError.naming("make the folder", path) { () throws(SystemError) in try Files.makeFolders(path) }
        guard enclosure.holds(path) else {
            // A workspace that was made this moment was not there when its real place was looked for.
            guard Enclosure(enclosure.path).holds(path) else {
                throw WorkspaceError("write into the folder", path, .outside(folder: enclosure.path))
            }
            return WritableFolder(path: path)
        }
        return WritableFolder(path: path)
    }
}

extension WorkspaceError {
    init(_ operation: String, _ path: String, _ refusal: FileRefusal) {
        if case .system(let error) = refusal {
            self = .system(operation: operation, path: path, code: error.code)
        } else {
            self = .unusable(path: path, reason: refusal.description)
        }
    }

    /// What `body` gives, a refusal of the system naming what was tried and where.
    static func naming<Result>(
        _ operation: String, _ path: String, _ body: () throws(SystemError) -> Result
    ) throws(WorkspaceError) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw .system(operation: operation, path: path, code: error.code)
        }
    }
}
