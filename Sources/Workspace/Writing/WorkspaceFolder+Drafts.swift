import OrderedJSON
import TraceModel
public import WorkspaceModel

/// Drafts lie in `.drafts` inside the workspace, which git is told to pass over. Each editor has its own, by its owner, so
/// that two editors of one prompt never write over each other.
extension WorkspaceFolder {
    /// Saves a draft in the place of its earlier state.
    public func saveDraft(_ draft: Draft, of owner: DraftOwner) throws(WorkspaceError) {
        let name = Self.fileName(draft, owner)
        guard name.utf8.count <= 255 else { throw .keyTooLong(key: draft.key) }
        _ = try layout.draftsFolder()
        let folder = try layout.files.folder(layout.drafts(draft.kind))
        try folder.replace(draft.record(of: owner).prettyBytes, name: name)
    }

    /// All drafts, the latest first, each with whose it is. Files that are no drafts are passed over.
    public func drafts() throws(WorkspaceError) -> [(draft: Draft, owner: DraftOwner)] {
        let files = layout.files
        var drafts: [(draft: Draft, owner: DraftOwner)] = []
        for kind in RecordKind.allCases {
            let folder = layout.drafts(kind)
            for name in try files.names(in: folder) ?? [] where name.hasSuffix(".json") && !name.hasPrefix(".") {
                guard let record = try? files.json("\(folder)/\(name)"), let id = record["id"]?.string,
                    let draft = Draft(kind: kind, record: record)
                else { continue }
                drafts.append((draft, DraftOwner(id: id)))
            }
        }
        return drafts.sorted { $0.draft.savedAt > $1.draft.savedAt }
    }

    /// Removes a draft that was saved as a version or given up.
    public func removeDraft(_ draft: Draft, of owner: DraftOwner) throws(WorkspaceError) {
        try remove(Self.fileName(draft, owner), in: layout.drafts(draft.kind))
    }

    private static func fileName(_ draft: Draft, _ owner: DraftOwner) -> String {
        "\(KeyEncoding.encode(draft.key))~\(KeyEncoding.encode(owner.id)).json"
    }
}

extension Draft {
    fileprivate func record(of owner: DraftOwner) -> JSONValue {
        .object([
            "key": .string(key), "id": .string(owner.id), "based_on": basedOn.map { .number($0) } ?? .null,
            "seen": seen.map { .number($0) } ?? .null, "saved_at": .string(savedAt.iso8601),
            "parts": .object(parts.map { JSONMember($0.name, .string($0.text)) }),
        ])
    }

    fileprivate init?(kind: RecordKind, record: JSONValue) {
        guard let key = record["key"]?.string, let parts = record["parts"]?.object else { return nil }
        self.init(
            kind: kind, key: key, basedOn: record["based_on"]?.int, seen: record["seen"]?.int,
            savedAt: record["saved_at"]?.string.flatMap { ISO8601.parse($0) } ?? Timestamp(unixNanoseconds: 0),
            parts: parts.compactMap { member in member.value.string.map { Part(name: member.name, text: $0) } })
    }
}
