import Display
import TraceModel

/// What files say that others keep of sessions, taken into a store with the time of it: pins and labels add up, of two notes
/// the later stays.
struct KeptImport {
    /// Sessions of which something new is kept.
    private(set) var taken = 0
    /// Sessions that are not in the store.
    private(set) var missing = 0

    mutating func take(_ all: [KeptSession], into store: any SpanStore) async throws {
        for kept in all {
            let changes = Self.changes(from: try await store.kept(kept.sessionID), to: kept)
            var isThere = false
            for change in changes {
                isThere = try await store.keep(kept.sessionID, change, at: kept.time) != nil
            }
            guard !changes.isEmpty else { continue }
            if isThere { taken += 1 } else { missing += 1 }
        }
    }

    /// What is to be said where something could not be kept.
    var complaint: String? {
        missing == 0
            ? nil
            : "of \(Figure.count(missing, "session")) something is kept whose spans are not here: import them, then this again"
    }

    /// What must change of what is kept here, for all of what is kept there to be kept here too.
    static func changes(from own: KeptSession?, to new: KeptSession) -> [KeepChange] {
        var changes: [KeepChange] = []
        if new.isPinned, own?.isPinned != true { changes.append(.pin(true)) }
        if let note = new.note, own?.note?.utf8.elementsEqual(note.utf8) != true,
            own.map({ $0.note == nil || $0.time < new.time }) ?? true
        {
            changes.append(.note(note))
        }
        let labels = new.labels.filter { label in
            own?.labels.contains { $0.utf8.elementsEqual(label.utf8) } != true
        }
        if !labels.isEmpty { changes.append(.label(labels)) }
        return changes
    }
}
