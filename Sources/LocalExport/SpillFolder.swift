import SpanCodec

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The private folder for records that fit no datagram (`SpillEnvelope` states the rule both sides follow).
struct SpillFolder: Sendable {
    let path: String

    init(path: String?) {
        if let path {
            self.path = path
            return
        }
        let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }
        self.path = SpillEnvelope.folder(runtimeDirectory: runtime, userID: UInt32(getuid()))
    }

    /// Writes a record to a new file, to be announced by the envelope.
    func write(_ record: [UInt8]) throws(LocalExportError) -> SpillEnvelope {
        try makeFolder()
        var random = SystemRandomNumberGenerator()
        let envelope = SpillEnvelope(randomBits: random.next(), random.next())
        let file = path + "/" + envelope.fileName
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let descriptor: Int32
        switch SystemCalls.open(file, flags, mode: SpillEnvelope.fileMode) {
        case .success(let opened): descriptor = opened
        case .failure(let error): throw failure("cannot create a file", error)
        }
        var (_, problem) = record.withUnsafeBytes { SystemCalls.writeAll(descriptor, $0) }
        if problem == nil, record.last != UInt8(ascii: "\n") {
            problem = [UInt8(ascii: "\n")].withUnsafeBytes { SystemCalls.writeAll(descriptor, $0) }.error
        }
        close(descriptor)
        if let problem {
            unlink(file)
            throw failure("cannot write a file", problem)
        }
        return envelope
    }

    func remove(_ envelope: SpillEnvelope) {
        unlink(path + "/" + envelope.fileName)
    }

    /// Makes the folder and its parent, each for this user alone, and refuses one that others own or may enter: in a
    /// shared place such as `/tmp` anybody could have made it first.
    private func makeFolder() throws(LocalExportError) {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            mkdir(String(path[..<slash]), mode_t(SpillEnvelope.folderMode))
        }
        mkdir(path, mode_t(SpillEnvelope.folderMode))
        var status = stat()
        guard lstat(path, &status) == 0 else { throw failure("cannot be made", SystemError(code: errno)) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(), status.st_mode & 0o077 == 0 else {
            throw LocalExportError(
                .path, "spill folder '\(path)' must be a folder of this user with mode 0700; remove it or name another")
        }
    }

    private func failure(_ what: String, _ error: SystemError) -> LocalExportError {
        LocalExportError(.path, "spill folder '\(path)' \(what): \(error.message)")
    }
}
