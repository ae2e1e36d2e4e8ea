import SpanCodec
import SystemCalls

/// The private folder for records that fit no datagram (`SpillEnvelope` states the rule both sides follow).
struct SpillFolder: Sendable {
    let path: String

    init(path: String?) {
        if let path {
            self.path = path
            return
        }
        self.path = SpillEnvelope.folder(
            runtimeDirectory: Processes.variable("XDG_RUNTIME_DIR"), userID: Processes.userID)
    }

    /// Writes a record to a new file, to be announced by the envelope.
    func write(_ record: [UInt8]) throws(LocalExportError) -> SpillEnvelope {
        try makeFolder()
        var random = SystemRandomNumberGenerator()
        let envelope = SpillEnvelope(randomBits: random.next(), random.next())
        let file = path + "/" + envelope.fileName
        do throws(SystemError) {
            let opened = try Descriptor.open(file, for: .creating, permissions: SpillEnvelope.fileMode)
            try opened.writeAll(record)
            if record.last != UInt8(ascii: "\n") { try opened.writeAll([UInt8(ascii: "\n")]) }
        } catch {
            remove(envelope)
            throw failure("cannot take a file", error)
        }
        return envelope
    }

    func remove(_ envelope: SpillEnvelope) {
        _ = try? Files.remove(path + "/" + envelope.fileName)
    }

    /// Makes the folder and its parent, each for this user alone, and refuses one that others own or may enter: in a
    /// shared place such as `/tmp` anybody could have made it first.
    private func makeFolder() throws(LocalExportError) {
        do throws(SystemError) {
            try Files.makeFolders(path, permissions: SpillEnvelope.folderMode)
        } catch {
            throw failure("cannot be made", error)
        }
        guard let facts = FileFacts(at: path, followsLinks: false), facts.kind == .folder, facts.isOwn,
            !facts.isOpenToOthers
        else {
            throw LocalExportError(
                .path, "spill folder '\(path)' must be a folder of this user with mode 0700; remove it or name another")
        }
    }

    private func failure(_ what: String, _ error: SystemError) -> LocalExportError {
        LocalExportError(.path, "spill folder '\(path)' \(what): \(error)")
    }
}
