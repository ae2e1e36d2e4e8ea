#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The few file operations a workspace needs, straight from the system. Every failure names the path.
enum FileSystem {
    /// What identifies the content of a file without reading it.
    struct Stamp: Hashable, Sendable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var seconds: Int64
        var nanoseconds: Int64
        var isDirectory: Bool
    }

    /// The stamp of a path, following links; `nil` when nothing is there.
    static func stamp(_ path: String) -> Stamp? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        #if canImport(Darwin)
        let time = info.st_mtimespec
        #else
        let time = info.st_mtim
        #endif
        return Stamp(
            device: UInt64(truncatingIfNeeded: info.st_dev), inode: UInt64(truncatingIfNeeded: info.st_ino),
            size: Int64(info.st_size), seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec),
            isDirectory: info.st_mode & S_IFMT == S_IFDIR)
    }

    /// The names in a folder, sorted by bytes, without `.` and `..`; `nil` when there is no such folder.
    static func names(in path: String) throws(WorkspaceError) -> [String]? {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return nil }
            throw failure("read the folder", path)
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

    /// The whole content of a file.
    static func read(_ path: String) throws(WorkspaceError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw failure("read", path) }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw .system(operation: "read, it is no plain file", path: path, code: EINVAL)
        }
        var bytes = [UInt8](repeating: 0, count: Int(info.st_size) + 1)
        var count = 0
        while true {
            if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
            let got = bytes.withUnsafeMutableBytes { room in
                #if canImport(Glibc)
                Glibc.read(descriptor, room.baseAddress?.advanced(by: count), room.count - count)
                #elseif canImport(Musl)
                Musl.read(descriptor, room.baseAddress?.advanced(by: count), room.count - count)
                #else
                Darwin.read(descriptor, room.baseAddress?.advanced(by: count), room.count - count)
                #endif
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            if got == 0 { break }
            count += got
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Makes a folder and those above it, for the user alone.
    static func makeFolder(_ path: String) throws(WorkspaceError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw failure("make the folder", path)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("make the folder", path) }
    }

    /// Writes a new file that nobody else sees yet, and brings it to the disk.
    static func writeFresh(_ bytes: [UInt8], to path: String) throws(WorkspaceError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", path) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let put = bytes.withUnsafeBytes { room in
                #if canImport(Glibc)
                Glibc.write(descriptor, room.baseAddress?.advanced(by: written), room.count - written)
                #elseif canImport(Musl)
                Musl.write(descriptor, room.baseAddress?.advanced(by: written), room.count - written)
                #else
                Darwin.write(descriptor, room.baseAddress?.advanced(by: written), room.count - written)
                #endif
            }
            if put < 0 {
                if errno == EINTR { continue }
                throw failure("write", path)
            }
            written += put
        }
        guard fsync(descriptor) == 0 else { throw failure("write", path) }
    }

    /// Brings the entries of a folder to the disk. Some file systems cannot; that is no failure.
    static func syncFolder(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    /// Removes a file; that it is gone already is no failure.
    static func remove(_ path: String) throws(WorkspaceError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    static func failure(_ operation: String, _ path: String) -> WorkspaceError {
        .system(operation: operation, path: path, code: errno)
    }
}
