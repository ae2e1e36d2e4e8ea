public import TraceModel

/// Work in an editor that is not saved as a version yet; it outlives the process.
public struct Draft: Hashable, Sendable {
    /// One text.
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

    /// What is being written.
    public var kind: RecordKind
    /// The key it is for.
    public var key: String
    /// The version it was begun from.
    public var basedOn: Int?
    /// The highest version there was when it was begun: later ones are others'. `nil` where that is not known.
    public var seen: Int?
    /// When it was kept last.
    public var savedAt: Timestamp
    /// The text by part: `system` and `user` for a prompt, `record` for the others; what does not parse is kept too.
    public var parts: [Part]

    /// Makes a draft.
    public init(kind: RecordKind, key: String, basedOn: Int?, seen: Int? = nil, savedAt: Timestamp, parts: [Part]) {
        self.kind = kind
        self.key = key
        self.basedOn = basedOn
        self.seen = seen
        self.savedAt = savedAt
        self.parts = parts
    }

    /// The text of that part; `nil` when there is none.
    public subscript(part name: String) -> String? { parts.first { $0.name == name }?.text }
}
