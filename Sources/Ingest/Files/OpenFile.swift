internal import NIOPosix

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Which file it is, whatever its name.
struct FileIdentity: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
}

/// Something that gives bytes.
protocol ByteSource: Sendable {
    /// Up to `count` bytes; none when there are no more. A pipe ignores the offset.
    func read(_ count: Int, at offset: Int64) async throws(IngestError) -> [UInt8]
}

/// An open file. Reading happens on threads that may block.
struct OpenFile: ByteSource {
    let descriptor: Int32
    let path: String

    /// What the system says about a file.
    struct Facts: Sendable {
        var identity: FileIdentity
        var size: Int64
        var isRegular: Bool
        var isFolder: Bool
        var isLinked: Bool
    }

    init(path: String) throws(IngestError) {
        // Without O_NONBLOCK, opening a FIFO would wait for a writer.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        self.path = path
    }

    /// What is the matter with the process, or the machine, is no fault of the file.
    private static func failure(_ path: String, _ code: Int32) -> IngestError {
        let failure = IngestError.system("\(path) cannot be opened", code)
        return failure.isShortage ? failure : .unreadable(path: path, why: systemWords(code))
    }

    func close() {
        closeDescriptor(descriptor)
    }

    var facts: Facts? {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 ? Facts(facts) : nil
    }

    /// What there is at a path; `nil` when there is nothing.
    static func facts(at path: String) -> Facts? {
        var facts = stat()
        return stat(path, &facts) == 0 ? Facts(facts) : nil
    }

    /// Up to `count` bytes from `offset`; fewer only at the end.
    func read(_ count: Int, at offset: Int64) async throws(IngestError) -> [UInt8] {
        let result = try? await NIOThreadPool.singleton.runIfActive { readNow(count, at: offset) }
        return try (result ?? .failure(.unreadable(path: path, why: "the reading threads have ended"))).get()
    }

    /// Up to `count` bytes from `offset`, on this thread.
    func readNow(_ count: Int, at offset: Int64) -> Result<[UInt8], IngestError> {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + filled, count - filled, off_t(offset + Int64(filled)))
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                guard got > 0 else { break }
                filled += got
            }
        }
        return code == 0 ? .success(bytes) : .failure(.unreadable(path: path, why: systemWords(code)))
    }
}

extension OpenFile.Facts {
    fileprivate init(_ facts: stat) {
        identity = FileIdentity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
        size = Int64(facts.st_size)
        isRegular = facts.st_mode & S_IFMT == S_IFREG
        isFolder = facts.st_mode & S_IFMT == S_IFDIR
        isLinked = facts.st_nlink > 0
    }
}

/// A file that is closed when nobody reads it any more.
final class ClosingFile: ByteSource {
    private let file: OpenFile

    init(_ file: OpenFile) {
        self.file = file
    }

    deinit {
        file.close()
    }

    func read(_ count: Int, at offset: Int64) async throws(IngestError) -> [UInt8] {
        try await file.read(count, at: offset)
    }
}
