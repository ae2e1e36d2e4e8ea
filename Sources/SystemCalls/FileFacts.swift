#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What stands at a path.
public enum FileKind: Hashable, Sendable {
    case file, folder, link, pipe, socket, device

    /// `a pipe`.
    public var inWords: String {
        switch self {
        case .file: "a file"
        case .folder: "a folder"
        case .link: "a link"
        case .pipe: "a pipe"
        case .socket: "a socket"
        case .device: "a device"
        }
    }

    fileprivate init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .link
        case S_IFIFO: self = .pipe
        case S_IFSOCK: self = .socket
        default: self = .device
        }
    }
}

/// Which file it is, whatever its name.
public struct FileIdentity: Hashable, Sendable {
    /// The file system.
    public var device: UInt64
    /// The file in it. Numbers are given again when a file is gone.
    public var inode: UInt64

    /// Makes an identity.
    public init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// What the system says about a file without reading it.
public struct FileFacts: Hashable, Sendable {
    /// Which file it is.
    public let identity: FileIdentity
    /// What it is.
    public let kind: FileKind
    /// Its size in bytes, 0 of what has none.
    public let size: Int64
    /// The last change of its content: seconds since 1970.
    public let modifiedSeconds: Int64
    /// And nanoseconds.
    public let modifiedNanoseconds: Int64
    /// The user it belongs to.
    public let owner: UInt32
    /// The bits of `chmod`.
    public let permissions: UInt32
    /// Whether any name leads to it.
    public let isLinked: Bool

    /// Whether anybody but its owner may do anything with it.
    public var isOpenToOthers: Bool { permissions & 0o077 != 0 }
    /// Whether it belongs to the user of this process.
    public var isOwn: Bool { owner == geteuid() }

    /// What there is at a path; `nil` when there is nothing, or nothing that the user may look at.
    public init?(at path: String, followsLinks: Bool = true) {
        var facts = stat()
        guard (followsLinks ? stat(path, &facts) : lstat(path, &facts)) == 0 else { return nil }
        self.init(facts)
    }

    fileprivate init(_ facts: stat) {
        #if canImport(Darwin)
        let time = facts.st_mtimespec
        #else
        let time = facts.st_mtim
        #endif
        identity = FileIdentity(
            device: UInt64(truncatingIfNeeded: facts.st_dev), inode: UInt64(truncatingIfNeeded: facts.st_ino))
        kind = FileKind(mode: facts.st_mode)
        size = Int64(facts.st_size)
        modifiedSeconds = Int64(time.tv_sec)
        modifiedNanoseconds = Int64(time.tv_nsec)
        owner = UInt32(facts.st_uid)
        permissions = UInt32(facts.st_mode & 0o7777)
        isLinked = facts.st_nlink > 0
    }
}

extension Descriptor {
    /// What the system says about what is open.
    public func facts() throws(SystemError) -> FileFacts {
        var facts = stat()
        try retrying { fstat(number, &facts) }
        return FileFacts(facts)
    }

    /// What the system says about a name in this folder, of a link itself; `nil` when there is no such name.
    public func facts(of name: String) -> FileFacts? {
        var facts = stat()
        return fstatat(number, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? FileFacts(facts) : nil
    }

    /// Removes a name from this folder.
    public func remove(_ name: String) {
        unlinkat(number, name, 0)
    }
}
