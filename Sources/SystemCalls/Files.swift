#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Names in the file system: made, moved, removed, listed.
public enum Files {
    /// Whether anything is at a path that the user may look at.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
    /// Whether the user may read what is there.
    public static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }
    /// Whether the user may write what is there.
    public static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }
    /// Whether the user may run what is there.
    public static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
    /// Whether there is a folder.
    public static func isFolder(_ path: String) -> Bool { FileFacts(at: path)?.kind == .folder }

    /// The folder a path lies in: `.` for a lone name.
    public static func folder(of path: String) -> String {
        let bytes = path.utf8
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == bytes.startIndex ? "/" : String(path[..<slash])
    }

    /// Gives something another name, taking the place of what has it. A folder with something in it is not replaced.
    public static func rename(_ path: String, to target: String) throws(SystemError) {
        try retrying { systemRename(path, target) }
    }

    /// Gives a file a second name, which must be free.
    public static func link(_ path: String, to target: String) throws(SystemError) {
        try retrying { systemLink(path, target) }
    }

    /// Removes a file's name; whether there was one to remove.
    @discardableResult
    public static func remove(_ path: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try retrying { unlink(path) }
            return true
        } catch {
            if error.isMissing { return false }
            throw error
        }
    }

    /// Removes a folder with nothing in it.
    public static func removeFolder(_ path: String) throws(SystemError) {
        try retrying { rmdir(path) }
    }

    /// Removes a folder and all that is in it, links themselves and not what they lead to.
    public static func removeTree(_ path: String) throws(SystemError) {
        for name in try names(in: path) ?? [] {
            let inner = "\(path)/\(name)"
            if FileFacts(at: inner, followsLinks: false)?.kind == .folder {
                try removeTree(inner)
            } else {
                try remove(inner)
            }
        }
        try removeFolder(path)
    }

    /// Makes a folder, for the user alone unless said otherwise.
    public static func makeFolder(_ path: String, permissions: UInt32 = 0o700) throws(SystemError) {
        try retrying { mkdir(path, mode_t(permissions)) }
    }

    /// Makes a folder and those above it where they are not there yet.
    public static func makeFolders(_ path: String, permissions: UInt32 = 0o700) throws(SystemError) {
        do throws(SystemError) {
            try makeFolder(path, permissions: permissions)
        } catch {
            if error.isTaken { return }
            let above = folder(of: path)
            guard error.code == ENOENT, above != path, above != "." else {
                // Where one may not make folders, those that are there are good enough.
                if isFolder(path) { return }
                throw error
            }
            try makeFolders(above, permissions: permissions)
            do throws(SystemError) {
                try makeFolder(path, permissions: permissions)
            } catch {
                guard error.isTaken else { throw error }
            }
        }
    }

    /// Makes a folder of a name nobody else has: `/tmp/fallom-demo-` and six more characters.
    public static func makeTemporaryFolder(_ prefix: String) throws(SystemError) -> String {
        var template = Array("\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .last }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The names in a folder, sorted by bytes, without `.`, `..` and what is not UTF-8; `nil` where there is no folder.
    public static func names(in path: String) throws(SystemError) -> [String]? {
        guard let folder = opendir(path) else {
            let error = SystemError.last
            if error.code == ENOENT { return nil }
            throw error
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name, name != ".", name != ".." else { continue }
            names.append(name)
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Brings the names in a folder to the disk. Some file systems cannot; that is no failure.
    public static func syncFolder(_ path: String) {
        try? Descriptor.open(path, for: .folder).sync()
    }
}

/// `rename` and `link`, out of reach of the members of those names.
private func systemRename(_ path: String, _ target: String) -> Int32 { rename(path, target) }
private func systemLink(_ path: String, _ target: String) -> Int32 { link(path, target) }
