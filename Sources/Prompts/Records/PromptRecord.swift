public import Assignment
public import OrderedJSON

/// One version of a managed prompt, as the API gives it (docs/assignment.md §4).
public struct PromptRecord: VersionedRecord, Hashable, Sendable {
    /// Its key.
    public let key: String
    /// Its version; 1 when the record has none.
    public let version: Int
    /// The system prompt's template.
    public let systemPrompt: String
    /// The user message's template.
    public let userTemplate: String

    /// Makes a prompt.
    public init(key: String, version: Int, systemPrompt: String, userTemplate: String) {
        self.key = key
        self.version = version
        self.systemPrompt = systemPrompt
        self.userTemplate = userTemplate
    }

    /// The names of the placeholders of both templates in order of first appearance, each once.
    package var variables: [String] {
        Template.distinct(Template(systemPrompt).variables + Template(userTemplate).variables)
    }

    /// Reads a record.
    ///
    /// - Throws: `ConfigRecordError` when key, version or one of the templates is not what it should be: the record is
    ///   skipped and reported.
    public init(record: JSONValue) throws(ConfigRecordError) {
        guard case .object = record else {
            throw ConfigRecordError(path: "", message: "a prompt is an object")
        }
        guard let key = record["key"]?.string else {
            throw ConfigRecordError(path: "key", message: "a prompt needs a key that is text")
        }
        func template(_ name: String) throws(ConfigRecordError) -> String {
            guard let text = record[name]?.string else {
                let found = record[name].map { $0.isNull ? "null" : "not text" } ?? "missing"
                throw ConfigRecordError(path: name, message: "the template is \(found)")
            }
            return text
        }
        self.init(
            key: key, version: try RecordVersion.read(record["version"]),
            systemPrompt: try template("system_prompt"), userTemplate: try template("user_template"))
    }

    /// The record as the API gives it.
    public var record: JSONValue {
        .object([
            "key": .string(key), "version": .number(version), "system_prompt": .string(systemPrompt),
            "user_template": .string(userTemplate),
        ])
    }

    /// Equal when all bytes are.
    public static func == (left: PromptRecord, right: PromptRecord) -> Bool {
        left.version == right.version && UTF8Key(left.key) == UTF8Key(right.key)
            && UTF8Key(left.systemPrompt) == UTF8Key(right.systemPrompt)
            && UTF8Key(left.userTemplate) == UTF8Key(right.userTemplate)
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(version)
        hasher.combine(UTF8Key(key))
        hasher.combine(UTF8Key(systemPrompt))
        hasher.combine(UTF8Key(userTemplate))
    }

    /// This prompt with the placeholders of both parts filled in.
    public func rendered(with variables: PromptVariables) -> RenderedPrompt {
        RenderedPrompt(
            system: Template(systemPrompt).rendered(with: variables),
            user: Template(userTemplate).rendered(with: variables), variables: variables)
    }
}

/// Both parts of a prompt, rendered.
public struct RenderedPrompt: Hashable, Sendable {
    /// The system part.
    public let system: RenderedText
    /// The user part.
    public let user: RenderedText
    /// Variables that were given and that neither part has a placeholder for.
    public let unused: [String]

    init(system: RenderedText, user: RenderedText, variables: PromptVariables) {
        self.system = system
        self.user = user
        let used = Set((system.found + user.found).map(UTF8Key.init))
        self.unused = variables.entries.map(\.name).filter { !used.contains(UTF8Key($0)) }
    }

    /// Placeholders of both parts that no variable fills, each once.
    public var missing: [String] { Template.distinct(system.missing + user.missing) }
    /// Placeholders of both parts whose variable is `null`, each once.
    public var nullValued: [String] { Template.distinct(system.nullValued + user.nullValued) }
}
