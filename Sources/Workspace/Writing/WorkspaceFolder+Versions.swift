import Assignment
public import OrderedJSON
import Prompts
public import WorkspaceModel

extension WorkspaceFolder {
    /// Saves a config as a new version.
    ///
    /// - Parameters:
    ///   - record: the record as the API gives it; key and version in it are set.
    ///   - key: the config's key.
    ///   - seen: the highest version the writer knew of; later ones are reported as saved by others. `nil` asks for no
    ///     report.
    ///   - makesCurrent: whether it becomes current, unless others saved in between.
    public func saveConfig(
        _ record: JSONValue, key: String, seen: Int? = nil, makesCurrent: Bool
    ) throws(WorkspaceError) -> SavedVersion {
        try save(.config, key: key, seen: seen, makesCurrent: makesCurrent) { version throws(WorkspaceError) in
            let record = Self.stamped(record, key, version)
            if let fault = Self.fault({ () throws(ConfigRecordError) in _ = try ModelConfig(record: record) }) {
                throw .invalid(fault)
            }
            return .file(record.prettyBytes + [UInt8(ascii: "\n")])
        }
    }

    /// Saves a prompt A/B test as a new version.
    public func saveABTest(
        _ record: JSONValue, key: String, seen: Int? = nil, makesCurrent: Bool
    ) throws(WorkspaceError) -> SavedVersion {
        try save(.abTest, key: key, seen: seen, makesCurrent: makesCurrent) { version throws(WorkspaceError) in
            try Self.content(ofTest: record, key: key, version: version)
        }
    }

    /// Stops a prompt A/B test: a new version that gives one variant everything and the others nothing.
    ///
    /// The key stays: one that vanished would be served for ever from the SDKs' caches. What is stopped is what is served
    /// at this moment: nobody can make another version current in between.
    public func stopABTest(key: String, winner variantIndex: Int) throws(WorkspaceError) -> SavedVersion {
        let lock = try WriteLock(root: layout.root)
        guard let test = load().abTests[key]?.current else {
            throw .unknownKey(kind: RecordKind.abTest.inWords, key: key)
        }
        guard test.variants.indices.contains(variantIndex) else {
            throw .invalid("The prompt A/B test '\(key)' has no variant \(variantIndex).")
        }
        let variants = (test.record["variants"]?.array ?? []).enumerated().map { index, variant in
            variant.setting("weight", .number(index == variantIndex ? 100 : 0))
        }
        let record = test.record.setting("variants", .array(variants))
        let saved = try save(.abTest, key: key, seen: nil, makesCurrent: true, under: lock) {
            version throws(WorkspaceError) in try Self.content(ofTest: record, key: key, version: version)
        }
        _ = consume lock
        return saved
    }

    /// Saves a prompt as a new version, both texts byte for byte.
    public func savePrompt(
        key: String, system: String, user: String, note: VersionNote, seen: Int? = nil, makesCurrent: Bool
    ) throws(WorkspaceError) -> SavedVersion {
        try save(.prompt, key: key, seen: seen, makesCurrent: makesCurrent) { _ in
            .folder([
                ("system.txt", Array(system.utf8)), ("user.txt", Array(user.utf8)),
                ("meta.json", note.record.prettyBytes + [UInt8(ascii: "\n")]),
            ])
        }
    }

    /// The record under its key and version. What is no object stays as it is, to be refused.
    private static func stamped(_ record: JSONValue, _ key: String, _ version: Int) -> JSONValue {
        guard case .object = record else { return record }
        return record.setting("key", .string(key)).setting("version", .number(version))
    }

    private static func content(
        ofTest record: JSONValue, key: String, version: Int
    ) throws(WorkspaceError) -> VersionContent {
        let record = stamped(record, key, version)
        if let fault = Self.fault({ () throws(ConfigRecordError) in _ = try PromptABTest(record: record) }) {
            throw .invalid(fault)
        }
        return .file(record.prettyBytes + [UInt8(ascii: "\n")])
    }

    private static func fault(_ body: () throws(ConfigRecordError) -> Void) -> String? {
        do throws(ConfigRecordError) {
            try body()
            return nil
        } catch {
            return error.description
        }
    }
}

extension WorkspaceFolder {
    /// What a version consists of.
    enum VersionContent {
        case file([UInt8])
        case folder([(name: String, bytes: [UInt8])])
    }

    /// Saves under the next number that no version of the key ever had. Numbers are claimed by creating what may not exist yet, so that writers that do
    /// not hold the lock (an older version, a hand) cannot be overwritten either.
    func save(
        _ kind: RecordKind, key: String, seen: Int?, makesCurrent: Bool,
        content: (Int) throws(WorkspaceError) -> VersionContent
    ) throws(WorkspaceError) -> SavedVersion {
        let lock = try WriteLock(root: layout.root)
        let saved = try save(kind, key: key, seen: seen, makesCurrent: makesCurrent, under: lock, content: content)
        _ = consume lock
        return saved
    }

    /// The same for who holds the lock already.
    private func save(
        _ kind: RecordKind, key: String, seen: Int?, makesCurrent: Bool, under lock: borrowing WriteLock,
        content: (Int) throws(WorkspaceError) -> VersionContent
    ) throws(WorkspaceError) -> SavedVersion {
        let files = layout.files
        let folder = try files.folder(try layout.folder(kind, key: key))
        let existing = try versions(kind, in: folder.path)
        _ = load()
        noteVersions(under: lock)
        var version = try highestNumber(kind, key: key) + 1
        guard version <= SeenVersions.highestNumber else {
            throw .invalid("The \(kind.inWords) '\(key)' has no number left: see \(layout.drafts)/seen.")
        }
        while try !create(try content(version), name: kind.name(ofVersion: version), in: folder) { version += 1 }
        _ = load()
        noteVersions(under: lock)
        let others = seen.map { seen in existing.filter { $0 > seen } } ?? []
        let isCurrent = makesCurrent && others.isEmpty
        if isCurrent {
            try CurrentPointer.write(version, in: folder)
        } else if try CurrentPointer.version(ofFolder: folder.path, of: files) == nil, let highest = existing.last {
            // Without a pointer the highest version is served: what is served must stay what it was.
            try CurrentPointer.write(highest, in: folder)
        }
        return SavedVersion(version: version, savedByOthers: others, isCurrent: isCurrent || existing.isEmpty)
    }

    /// Makes a version current: a roll-back is a move of the pointer.
    ///
    /// - Parameter expecting: the current version as the caller saw it; another one is an error and nothing is changed.
    public func use(
        _ kind: RecordKind, key: String, version: Int, expecting: Int? = nil
    ) throws(WorkspaceError) {
        let lock = try WriteLock(root: layout.root)
        let folder = try layout.folder(kind, key: key)
        let existing = try versions(kind, in: folder)
        guard !existing.isEmpty else { throw .unknownKey(kind: kind.inWords, key: key) }
        guard existing.contains(version) else {
            throw .unknownVersion(kind: kind.inWords, key: key, version: version)
        }
        if let expecting {
            let pointed = try CurrentPointer.version(ofFolder: folder, of: layout.files)
            let found = pointed.flatMap { existing.contains($0) ? $0 : nil } ?? existing.last
            guard found == expecting else {
                throw .currentMoved(kind: kind.inWords, key: key, expected: expecting, found: found)
            }
        }
        try CurrentPointer.write(version, in: try layout.files.folder(folder))
        _ = consume lock
    }

    /// The numbers of the versions in a key's folder, ascending.
    func versions(_ kind: RecordKind, in folder: String) throws(WorkspaceError) -> [Int] {
        (try layout.files.names(in: folder) ?? []).compactMap { kind.version(ofName: $0) }.sorted()
    }

    /// Creates a version; `false` when the name is taken.
    func create(_ content: VersionContent, name: String, in folder: WritableFolder) throws(WorkspaceError) -> Bool {
        switch content {
        case .file(let bytes): try folder.create(bytes, name: name)
        case .folder(let files): try folder.createFolder(files, name: name)
        }
    }
}
