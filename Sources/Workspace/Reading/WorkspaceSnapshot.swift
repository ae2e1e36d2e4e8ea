public import Assignment
public import OrderedJSON
public import Prompts
public import TraceModel

/// All of a workspace at one moment, as a value.
public struct WorkspaceSnapshot: Sendable {
    /// Grows with every change that was seen.
    public var revision: Int
    /// Model configs; each key's current version as its pointer says, else the highest.
    public var configs: VersionCatalog<ModelConfig>
    /// Prompts.
    public var prompts: VersionCatalog<PromptRecord>
    /// Prompt A/B tests.
    public var abTests: VersionCatalog<PromptABTest>
    /// Named sample contexts, sorted by name.
    public var contexts: [NamedContext]
    /// What could not be used, sorted by path.
    public var problems: [WorkspaceProblem]
    var notes: [UTF8Key: [Int: VersionNote]]

    /// A snapshot of nothing.
    public init() {
        self.revision = 0
        self.configs = VersionCatalog()
        self.prompts = VersionCatalog()
        self.abTests = VersionCatalog()
        self.contexts = []
        self.problems = []
        self.notes = [:]
    }

    /// What was noted when a prompt version was saved.
    public func note(ofPrompt key: String, version: Int) -> VersionNote? {
        notes[UTF8Key(key)]?[version]
    }
}

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
    init(record: JSONValue) {
        self.init(
            note: record["note"]?.string, author: record["author"]?.string,
            createdAt: record["created_at"]?.string.flatMap { ISO8601.parse($0) },
            basedOn: record["based_on"]?.int)
    }

    /// The note as `meta.json` has it.
    var record: JSONValue {
        var members: [JSONMember] = []
        if let note { members.append(JSONMember("note", .string(note))) }
        if let author { members.append(JSONMember("author", .string(author))) }
        if let createdAt { members.append(JSONMember("created_at", .string(createdAt.iso8601))) }
        if let basedOn { members.append(JSONMember("based_on", .number(basedOn))) }
        return .object(members)
    }
}

/// A named context for simulation: who asks, with what.
public struct NamedContext: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The session to ask for, where one is named.
    public var sessionID: String?
    /// The customer, where one is named.
    public var customerID: String?
    /// The context's fields.
    public var context: EvaluationContext

    /// Makes a context.
    public init(
        name: String, sessionID: String? = nil, customerID: String? = nil,
        context: EvaluationContext = EvaluationContext()
    ) {
        self.name = name
        self.sessionID = sessionID
        self.customerID = customerID
        self.context = context
    }

    /// Reads `{"session_id", "customer_id", "context": {…}}`, or, without a `context` that is an object, an object whose
    /// members are the fields.
    ///
    /// - Returns: the context, and what was left out because it is not text.
    public static func read(
        name: String, record: JSONValue
    ) throws(ConfigRecordError) -> (context: NamedContext, problems: [ConfigProblem]) {
        guard let members = record.object else {
            throw ConfigRecordError(path: "", message: "a context is an object")
        }
        var problems: [ConfigProblem] = []
        func fields(_ members: [JSONMember], _ prefix: String) -> [(String, String)] {
            members.compactMap { member in
                if let text = member.value.string { return (member.name, text) }
                if !member.value.isNull {
                    problems.append(
                        ConfigProblem(
                            path: prefix + member.name, message: "is not text: it is left out, contexts hold text only")
                    )
                }
                return nil
            }
        }
        guard let inner = record["context"]?.object else {
            return (NamedContext(name: name, context: EvaluationContext(fields(members, ""))), problems)
        }
        let context = NamedContext(
            name: name, sessionID: record["session_id"]?.string, customerID: record["customer_id"]?.string,
            context: EvaluationContext(fields(inner, "context.")))
        return (context, problems)
    }

    /// The context as a file has it.
    public var record: JSONValue {
        var members: [JSONMember] = []
        if let sessionID { members.append(JSONMember("session_id", .string(sessionID))) }
        if let customerID { members.append(JSONMember("customer_id", .string(customerID))) }
        let fields = context.entries.map { JSONMember($0.name, .string($0.value)) }
        members.append(JSONMember("context", .object(fields)))
        return .object(members)
    }
}
