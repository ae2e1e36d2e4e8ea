#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a file is not read.
public enum FileRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused.
    case system(SystemError)
    /// It is no plain file: it could block for ever, or never end.
    case kind(FileKind)
    /// It is larger than so many bytes.
    case tooLarge(limit: Int)
    /// Its name is a link, or lies in one, that leads out of the folder it was looked for in.
    case outside(folder: String)

    /// Whether nothing is there.
    public var isMissing: Bool {
        if case .system(let error) = self { return error.isMissing }
        return false
    }

    /// What `body` gives, a system's refusal as one of these.
    public static func naming<Result>(_ body: () throws(SystemError) -> Result) throws(FileRefusal) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw .system(error)
        }
    }

    /// The reason, to stand behind a path and a colon.
    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .kind(let kind): "it is \(kind.inWords), not a plain file"
        case .tooLarge(let limit):
            limit >= 1 << 20 ? "it is larger than \(limit >> 20) MB" : "it is larger than \(limit) bytes"
        case .outside(let folder): "it is a link that leads out of \(folder)"
        }
    }
}

/// Reads whole plain files, whoever put them there: nothing that blocks, nothing without end.
public enum PlainFile {
    /// The content of a file.
    ///
    /// - Parameters:
    ///   - limit: the most bytes that are read; a larger file is refused before any of it is.
    ///   - enclosure: where given, links may not lead out of it.
    public static func read(
        _ path: String, limit: Int, within enclosure: Enclosure? = nil
    ) throws(FileRefusal) -> [UInt8] {
        let file = try open(path, within: enclosure)
        let size = try FileRefusal.naming { () throws(SystemError) in try file.facts().size }
        guard size <= Int64(limit) else { throw .tooLarge(limit: limit) }
        let bytes = try FileRefusal.naming { () throws(SystemError) in
            try file.readToEnd(limit: limit, expecting: Int(size))
        }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }

    /// Opens a file for reading once it is known to be a plain one: devices and pipes are not even opened.
    public static func open(_ path: String, within enclosure: Enclosure? = nil) throws(FileRefusal) -> Descriptor {
        let handle = try FileRefusal.naming { () throws(SystemError) in try Descriptor.handle(of: path) }
        let kind = try FileRefusal.naming { () throws(SystemError) in try handle.facts().kind }
        guard kind == .file else { throw .kind(kind) }
        if let enclosure, !enclosure.holds(handle) { throw .outside(folder: enclosure.path) }
        return try FileRefusal.naming { () throws(SystemError) in try handle.reopened() }
    }
}

/// A folder out of which no link leads: what is looked for in it is either in it or refused.
///
/// Links inside it are followed. The check is made of what is open already, so that nobody can change it in between.
public struct Enclosure: Sendable {
    /// The folder, as it was named.
    public let path: String
    private let realPath: String?

    /// The folder at a path, which may be a link itself: whoever named it chose it.
    public init(_ path: String) {
        self.path = path
        self.realPath = Self.realPath(of: path)
    }

    /// The names in a folder inside, as ``Files/names(in:)`` gives them.
    public func names(in folder: String) throws(FileRefusal) -> [String]? {
        let handle: Descriptor
        do throws(SystemError) {
            handle = try Descriptor.handle(of: folder)
        } catch {
            if error.code == ENOENT { return nil }
            throw .system(error)
        }
        guard holds(handle) else { throw .outside(folder: path) }
        return try FileRefusal.naming { () throws(SystemError) in try Files.names(in: handle.reopenablePath) }
    }

    /// Whether a path that exists is inside.
    public func holds(_ path: String) -> Bool {
        (try? Descriptor.handle(of: path)).map(holds) ?? false
    }

    func holds(_ handle: Descriptor) -> Bool {
        guard let realPath, let place = handle.place else { return false }
        return place == realPath || place.utf8.starts(with: (realPath == "/" ? "/" : realPath + "/").utf8)
    }

    private static func realPath(of path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension Descriptor {
    #if os(Linux)
    /// Linux's `O_PATH`, which the C library's module does not name: finds what is at a path without opening it.
    private static let pathOnly: Int32 = 0o10_000_000

    /// What is at a path, found and not yet opened: no device is touched, no pipe waits.
    fileprivate static func handle(of path: String) throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying { systemOpen(path, pathOnly | O_CLOEXEC, 0) })
    }

    /// The very same file, opened for reading.
    fileprivate func reopened() throws(SystemError) -> Descriptor {
        try Self.open(reopenablePath, for: .reading)
    }

    fileprivate var reopenablePath: String { "/proc/self/fd/\(number)" }

    /// The path at which it really is.
    fileprivate var place: String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(reopenablePath, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    #else
    fileprivate static func handle(of path: String) throws(SystemError) -> Descriptor {
        try open(path, for: .reading)
    }

    fileprivate func reopened() throws(SystemError) -> Descriptor { self }

    fileprivate var reopenablePath: String { place ?? "" }

    fileprivate var place: String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard fcntl(number, F_GETPATH, &bytes) == 0 else { return nil }
        return bytes.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }
    #endif
}
