import Assignment
import SystemCalls
public import WorkspaceModel

/// The numbers that versions of a workspace ever had, each with digests of what stood under it: a number is not given
/// again when its version is deleted, or lies on another branch, for calls were recorded under it.
///
/// Kept in `.drafts/seen`, outside of git like the drafts, one line for each: `configs KEY 3 0123456789abcdef`, `-` for the
/// digest of what was named and never seen.
struct SeenVersions: Equatable {
    /// What stands under a number.
    struct Version: Hashable, Sendable {
        var kind: RecordKind
        var key: String
        var number: Int
        /// A digest of its content; `nil` where only the number is known.
        var digest: UInt64?
    }

    /// Numbers beyond are nobody's: a stranger's file could use all of them up.
    static let highestNumber = 1_000_000_000

    private struct Record: Hashable {
        var kind: RecordKind
        var key: UTF8Key
    }

    private var records: [Record: [Int: Set<UInt64>]] = [:]
    private static let fileName = "seen"
    private static let unknown = "-"

    /// Reads what was seen; nothing where the file is not there or cannot be used.
    init(_ layout: Layout) {
        guard let bytes = try? layout.files.read("\(layout.drafts)/\(Self.fileName)") else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 4, let kind = RecordKind(rawValue: String(fields[0])),
                let key = KeyEncoding.decode(String(fields[1])), let number = Int(fields[2])
            else { continue }
            note(Version(kind: kind, key: key, number: number, digest: UInt64(fields[3], radix: 16)))
        }
    }

    /// Takes one in; whether it says anything new.
    @discardableResult
    mutating func note(_ version: Version) -> Bool {
        guard (1...Self.highestNumber).contains(version.number) else { return false }
        let record = Record(kind: version.kind, key: UTF8Key(version.key))
        let known = records[record]?[version.number]
        guard let digest = version.digest else {
            if known == nil { records[record, default: [:]][version.number] = [] }
            return known == nil
        }
        // Two are enough to know that there are more than one.
        guard (known?.count ?? 0) < 2 else { return false }
        return records[record, default: [:]][version.number, default: []].insert(digest).inserted
    }

    /// The highest number that was ever given, 0 for none.
    func highest(_ kind: RecordKind, key: String) -> Int {
        records[Record(kind: kind, key: UTF8Key(key))]?.keys.max() ?? 0
    }

    /// Whether other content was seen under that number: then figures of both are counted as one.
    func isAmbiguous(_ version: Version) -> Bool {
        var digests = records[Record(kind: version.kind, key: UTF8Key(version.key))]?[version.number] ?? []
        if let digest = version.digest { digests.insert(digest) }
        return digests.count > 1
    }

    /// Writes what was seen, under the lock of writers.
    func write(to layout: Layout) throws(WorkspaceError) {
        var lines: [String] = []
        for (record, versions) in records {
            let start = "\(record.kind.rawValue) \(KeyEncoding.encode(record.key.text))"
            for (number, digests) in versions {
                let texts = digests.isEmpty ? [Self.unknown] : digests.map { String($0, radix: 16) }
                lines += texts.map { "\(start) \(number) \($0)\n" }
            }
        }
        let folder = try layout.draftsFolder()
        try folder.replace(Array(lines.sorted().joined().utf8), name: Self.fileName)
    }

    /// FNV-1a: the same for the same parts, in every process.
    static func digest(_ parts: [[UInt8]]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for part in parts {
            for byte in part { add(byte) }
            // No text holds this byte: it ends a part.
            add(0xFF)
        }
        return hash
    }
}

extension WorkspaceFolder {
    private static let farthest = 1000

    /// Takes note that a version of that number is known from elsewhere, from calls that were recorded with it: the number
    /// is not given again. One far above all that are known was never given here, whoever recorded it.
    public func remember(_ kind: RecordKind, key: String, version: Int) throws(WorkspaceError) {
        guard !(latest?.hasVersion(kind, key, version) ?? false) else { return }
        let highest = try highestNumber(kind, key: key)
        guard version > highest, version - highest <= Self.farthest else { return }
        let lock = try WriteLock(root: layout.root)
        var seen = SeenVersions(layout)
        seen.note(SeenVersions.Version(kind: kind, key: key, number: version))
        try seen.write(to: layout)
        _ = consume lock
    }

    /// Takes note of every version there is. What cannot be written is not noted: a workspace that is only to be read gives
    /// no numbers either.
    func noteVersions() {
        let found = foundVersions
        guard !found.isEmpty else { return }
        var seen = SeenVersions(layout)
        guard found.contains(where: { seen.note($0) }), let lock = try? WriteLock(root: layout.root) else { return }
        noteVersions(under: lock)
    }

    /// The same for who holds the lock already.
    func noteVersions(under lock: borrowing WriteLock) {
        var seen = SeenVersions(layout)
        let before = seen
        for version in foundVersions { seen.note(version) }
        if seen != before { try? seen.write(to: layout) }
    }

    /// The highest number that a version of that key ever had, here or in what was begun from it.
    func highestNumber(_ kind: RecordKind, key: String) throws(WorkspaceError) -> Int {
        let folder = try layout.folder(kind, key: key)
        var numbers = try versions(kind, in: folder) + [SeenVersions(layout).highest(kind, key: key)]
        numbers.append(try CurrentPointer.version(ofFolder: folder, of: layout.files) ?? 0)
        for (draft, _) in try drafts() where draft.kind == kind && UTF8Key(draft.key) == UTF8Key(key) {
            numbers += [draft.basedOn ?? 0, draft.seen ?? 0]
        }
        return numbers.filter { $0 <= SeenVersions.highestNumber }.max() ?? 0
    }
}

extension Layout {
    /// The folder of drafts, which git passes over.
    func draftsFolder() throws(WorkspaceError) -> WritableFolder {
        let folder = try files.folder(drafts)
        if FileFacts(at: "\(drafts)/.gitignore") == nil { _ = try folder.create(Array("*\n".utf8), name: ".gitignore") }
        return folder
    }
}

extension WorkspaceSnapshot {
    fileprivate func hasVersion(_ kind: RecordKind, _ key: String, _ version: Int) -> Bool {
        switch kind {
        case .config: configs[key]?.records[version] != nil
        case .prompt: prompts[key]?.records[version] != nil
        case .abTest: abTests[key]?.records[version] != nil
        }
    }
}
