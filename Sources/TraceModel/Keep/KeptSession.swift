/// What a person keeps of a session: that it stays, a note, labels.
public struct KeptSession: Hashable, Sendable {
    /// The session.
    public var sessionID: String
    /// Whether retention leaves it alone.
    public var isPinned: Bool
    /// A note.
    public var note: String?
    /// Labels in order of their bytes, each once.
    public var labels: [String]
    /// When any of it changed last.
    public var time: Timestamp

    /// Bytes of a note.
    public static let longestNote = 20_000
    /// Bytes of a label.
    public static let longestLabel = 200
    /// Labels that come at once.
    public static let mostLabels = 100

    /// Makes one.
    public init(sessionID: String, isPinned: Bool, note: String?, labels: [String], time: Timestamp) {
        self.sessionID = sessionID
        self.isPinned = isPinned
        self.note = note
        self.labels = labels
        self.time = time
    }

    /// The words by which `is:` and `has:` find it.
    public var marks: [String] {
        (isPinned ? ["pinned"] : []) + (note == nil ? [] : ["note"]) + (labels.isEmpty ? [] : ["label"])
    }

    /// Whether nothing is kept any more.
    public var isNothing: Bool { marks.isEmpty }
}

/// A change of what is kept of a session.
public enum KeepChange: Hashable, Sendable {
    /// Pin it, or let retention have it again.
    case pin(Bool)
    /// Put this note in the place of the one before; `nil` for none.
    case note(String?)
    /// Add labels.
    case label([String])
    /// Take labels away.
    case unlabel([String])
}

extension KeptSession {
    /// Changes it. What was changed later already keeps its time.
    public mutating func apply(_ change: KeepChange, at moment: Timestamp) {
        time = max(time, moment)
        switch change {
        case .pin(let isPinned): self.isPinned = isPinned
        case .note(let note): self.note = note.flatMap { $0.isEmpty ? nil : $0 }
        case .label(let new):
            for label in new where !label.isEmpty && !labels.contains(where: { $0.utf8.elementsEqual(label.utf8) }) {
                labels.append(label)
            }
            labels.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        case .unlabel(let old):
            labels.removeAll { label in old.contains { $0.utf8.elementsEqual(label.utf8) } }
        }
    }
}
