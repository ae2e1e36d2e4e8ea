internal import Glibc
internal import SpanCodec
internal import SystemCalls

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
        self.folder =
            folder
            ?? SpillEnvelope.folder(
                runtimeDirectory: Processes.variable("XDG_RUNTIME_DIR"), userID: Processes.userID)
    }

    /// Makes the folder, and its parents, for the user alone. What cannot be made is found out when a file is read.
    func prepare() {
        try? Files.makeFolders(folder, permissions: SpillEnvelope.folderMode)
    }

    /// The bytes of a spilled file.
    func read(_ envelope: SpillEnvelope) throws(Failure) -> [UInt8] {
        let directory = try openFolder()
        let limit = SpillEnvelope.sizeLimit
        let isTooLarge: Bool
        do throws(SystemError) {
            let file = try directory.open(envelope.fileName, for: .reading)
            let facts = try file.facts()
            if facts.kind == .file, facts.isOwn, facts.size <= limit { return try file.read(Int(facts.size), at: 0) }
            isTooLarge = facts.kind == .file && facts.isOwn
        } catch {
            throw Failure(reason: "a spill file cannot be read: \(error)")
        }
        throw Failure(
            reason: isTooLarge
                ? "a spill file is larger than \(limit) bytes" : "a spill file is not a plain file of this user")
    }

    /// Removes files whose spans are stored.
    func remove(_ envelopes: [SpillEnvelope]) {
        guard !envelopes.isEmpty, let directory = try? openFolder() else { return }
        for envelope in envelopes { directory.remove(envelope.fileName) }
    }

    /// Files that lie there and are old enough that no exporter can still be writing them.
    func leftOvers(olderThanSeconds age: Int = 60) -> [SpillEnvelope] {
        guard let directory = try? openFolder() else { return [] }
        let newest = Int64(time(nil)) - Int64(age)
        return ((try? Files.names(in: folder)) ?? []).compactMap { name in
            guard name.hasSuffix(SpillEnvelope.fileExtension),
                let envelope = SpillEnvelope(name: String(name.dropLast(SpillEnvelope.fileExtension.count))),
                let facts = directory.facts(of: name), facts.modifiedSeconds < newest
            else { return nil }
            return envelope
        }
    }

    private func openFolder() throws(Failure) -> Descriptor {
        do throws(SystemError) {
            let directory = try Descriptor.open(folder, for: .folder, followsLinks: false)
            let facts = try directory.facts()
            if facts.isOwn, !facts.isOpenToOthers { return directory }
        } catch {
            throw Failure(reason: "the spill folder \(folder) cannot be opened: \(error)")
        }
        throw Failure(reason: "the spill folder \(folder) is not this user's alone: its mode must be 0700")
    }
}
