public import OrderedJSON
public import TraceModel

/// What is noted of a prompt version when it is saved (`meta.json`).
public struct VersionNote: Hashable, Sendable {
    /// Why this version.
    public var note: String?
    /// Who wrote it.
    public var author: String?
    /// When.
    public var createdAt: Timestamp?
    /// The version it was made from.
    public var basedOn: Int?

    /// Makes a note.
    public init(
        note: String? = nil, author: String? = nil, createdAt: Timestamp? = nil, basedOn: Int? = nil
    ) {
        self.note = note
        self.author = author
        self.createdAt = createdAt
        self.basedOn = basedOn
    }

    /// Reads `meta.json`; what is not there or not understood stays unknown.
    public init(record: JSONValue) {
        self.init(
            note: record["note"]?.string, author: record["author"]?.string,
            createdAt: record["created_at"]?.string.flatMap { ISO8601.parse($0) },
            basedOn: record["based_on"]?.int)
    }

    /// The note as `meta.json` has it.
    public var record: JSONValue {
        var members: [JSONMember] = []
        if let note { members.append(JSONMember("note", .string(note))) }
        if let author { members.append(JSONMember("author", .string(author))) }
        if let createdAt { members.append(JSONMember("created_at", .string(createdAt.iso8601))) }
        if let basedOn { members.append(JSONMember("based_on", .number(basedOn))) }
        return .object(members)
    }
}
