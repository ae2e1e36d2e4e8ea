import OrderedJSON
import SystemCalls
public import TraceModel

/// Work that is not saved as a version yet: kept through quit, crash and `kill -9`.
///
/// Drafts lie in `.drafts` inside the workspace, which git is told to pass over. Each editor has its own, by id, so that two
/// editors of one prompt never write over each other.
public struct Draft: Hashable, Sendable {
    /// What is being written.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A model config.
        case config = "configs"
        /// A prompt.
        case prompt = "prompts"
        /// A prompt A/B test.
        case abTest = "prompt-ab-tests"
        /// A sample context.
        case context = "contexts"
    }

    /// What is being written.
    public var kind: Kind
    /// The key it is for.
    public var key: String
    /// Which editor's it is, unique among editors: see ``DraftOwner``.
    public var id: String
    /// The version it was begun from.
    public var basedOn: Int?
    /// The highest version there was when it was begun: later ones are others'. `nil` where that is not known.
    public var seen: Int?
    /// When it was saved.
    public var savedAt: Timestamp
    /// The text by part: `system` and `user` for a prompt, `record` for the others; what does not parse is kept too.
    public var parts: [Part]

    /// One text of a draft.
    public struct Part: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// The text.
        public var text: String

        /// Makes a part.
        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Makes a draft.
    public init(
        kind: Kind, key: String, id: String, basedOn: Int?, seen: Int? = nil, savedAt: Timestamp, parts: [Part]
    ) {
        self.kind = kind
        self.key = key
        self.id = id
        self.basedOn = basedOn
        self.seen = seen
        self.savedAt = savedAt
        self.parts = parts
    }

    /// The text of that part; `nil` when there is none.
    public subscript(part name: String) -> String? { parts.first { $0.name == name }?.text }

    var record: JSONValue {
        .object([
            "key": .string(key), "id": .string(id), "based_on": basedOn.map { .number($0) } ?? .null,
            "seen": seen.map { .number($0) } ?? .null, "saved_at": .string(savedAt.iso8601),
            "parts": .object(parts.map { JSONMember($0.name, .string($0.text)) }),
        ])
    }

    init?(kind: Kind, record: JSONValue) {
        guard let key = record["key"]?.string, let id = record["id"]?.string, let parts = record["parts"]?.object else {
            return nil
        }
        self.init(
            kind: kind, key: key, id: id, basedOn: record["based_on"]?.int,
            seen: record["seen"]?.int,
            savedAt: record["saved_at"]?.string.flatMap { ISO8601.parse($0) } ?? Timestamp(unixNanoseconds: 0),
            parts: parts.compactMap { member in member.value.string.map { Part(name: member.name, text: $0) } })
    }

    fileprivate var fileName: String { "\(KeyEncoding.encode(key))~\(KeyEncoding.encode(id)).json" }
}

extension WorkspaceFolder {
    /// Saves a draft in the place of its earlier state.
    public func saveDraft(_ draft: Draft) throws(WorkspaceError) {
        guard draft.fileName.utf8.count <= 255 else { throw .keyTooLong(key: draft.key) }
        let files = layout.files
        let folder = try files.folder("\(layout.drafts)/\(draft.kind.rawValue)")
        if FileFacts(at: "\(layout.drafts)/.gitignore") == nil {
            _ = try files.folder(layout.drafts).create(Array("*\n".utf8), name: ".gitignore")
        }
        try folder.replace(draft.record.prettyBytes, name: draft.fileName)
    }

    /// All drafts, the latest first. Files that are no drafts are passed over.
    public func drafts() throws(WorkspaceError) -> [Draft] {
        let files = layout.files
        var drafts: [Draft] = []
        for kind in Draft.Kind.allCases {
            let folder = "\(layout.drafts)/\(kind.rawValue)"
            for name in try files.names(in: folder) ?? [] where name.hasSuffix(".json") && !name.hasPrefix(".") {
                guard let record = try? files.json("\(folder)/\(name)"),
                    let draft = Draft(kind: kind, record: record)
                else { continue }
                drafts.append(draft)
            }
        }
        return drafts.sorted { $0.savedAt > $1.savedAt }
    }

    /// Removes a draft that was saved as a version or given up.
    public func removeDraft(_ draft: Draft) throws(WorkspaceError) {
        try remove(draft.fileName, in: "\(layout.drafts)/\(draft.kind.rawValue)")
    }
}
