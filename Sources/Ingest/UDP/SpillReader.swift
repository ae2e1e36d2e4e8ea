internal import SpanCodec

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Reads spans that did not fit into a datagram from the private folder (`SpillEnvelope` states the rule both sides
/// follow). A file is removed only once its spans are committed.
struct SpillReader: Sendable {
    /// Why a spilled span cannot be read.
    struct Failure: Error, Hashable {
        var reason: String
    }

    /// The folder.
    let folder: String

    init(folder: String? = nil) {
        let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }
        self.folder = folder ?? SpillEnvelope.folder(runtimeDirectory: runtime, userID: UInt32(getuid()))
    }

    /// Makes the folder, and its parents, for the user alone. What cannot be made is found out when a file is read.
    func prepare() {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/" + part
            mkdir(path, mode_t(SpillEnvelope.folderMode))
        }
    }

    /// The bytes of a spilled file.
    func read(_ envelope: SpillEnvelope) throws(Failure) -> [UInt8] {
        let directory = try openFolder()
        defer { closeDescriptor(directory) }
        let file = openat(directory, envelope.fileName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw Failure(reason: "a spill file cannot be opened: \(systemWords(errno))") }
        defer { closeDescriptor(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_uid == geteuid() else {
            throw Failure(reason: "a spill file is not a plain file of this user")
        }
        guard facts.st_size <= SpillEnvelope.sizeLimit else {
            throw Failure(reason: "a spill file is larger than \(SpillEnvelope.sizeLimit) bytes")
        }
        return try readAll(file, size: Int(facts.st_size))
    }

    /// Removes files whose spans are stored.
    func remove(_ envelopes: [SpillEnvelope]) {
        guard !envelopes.isEmpty, let directory = try? openFolder() else { return }
        defer { closeDescriptor(directory) }
        for envelope in envelopes { unlinkat(directory, envelope.fileName, 0) }
    }

    /// Files that lie there and are old enough that no exporter can still be writing them.
    func leftOvers(olderThanSeconds age: Int = 60) -> [SpillEnvelope] {
        guard let directory = try? openFolder() else { return [] }
        defer { closeDescriptor(directory) }
        let names = FolderListing.names(in: folder) ?? []
        let newest = time(nil) - age
        return names.compactMap { name in
            guard name.hasSuffix(SpillEnvelope.fileExtension),
                let envelope = SpillEnvelope(name: String(name.dropLast(SpillEnvelope.fileExtension.count)))
            else { return nil }
            var facts = stat()
            guard fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0, facts.modifiedSeconds < newest else {
                return nil
            }
            return envelope
        }
    }

    private func openFolder() throws(Failure) -> Int32 {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else {
            throw Failure(reason: "the spill folder \(folder) cannot be opened: \(systemWords(errno))")
        }
        var facts = stat()
        guard fstat(directory, &facts) == 0, facts.st_uid == geteuid(), facts.st_mode & 0o077 == 0 else {
            closeDescriptor(directory)
            throw Failure(reason: "the spill folder \(folder) is not this user's alone: its mode must be 0700")
        }
        return directory
    }

    private func readAll(_ file: Int32, size: Int) throws(Failure) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            while count < size, let base = buffer.baseAddress {
                let got = readDescriptor(file, base + count, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                guard got > 0 else { break }
                count += got
            }
        }
        guard code == 0 else { throw Failure(reason: "a spill file cannot be read: \(systemWords(code))") }
        return bytes
    }
}
