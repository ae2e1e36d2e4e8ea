import Cells
import OrderedJSON
import TraceModel

/// What is kept of a session, as commands print it.
enum KeptDocument {
    /// The members of its object.
    static func members(_ kept: KeptSession?, withID: Bool = false) -> [JSONMember] {
        var members: [JSONMember] = []
        if withID, let kept { members.append(JSONMember("session_id", .string(kept.sessionID))) }
        members.append(JSONMember("pinned", .bool(kept?.isPinned ?? false)))
        members.append(JSONMember("note", .text(kept?.note)))
        members.append(JSONMember("labels", .array((kept?.labels ?? []).map { .string($0) })))
        return members
    }

    /// `s-1: pinned, note "asked twice", labels refund, late`.
    static func line(_ kept: KeptSession) -> String {
        var parts: [String] = []
        if kept.isPinned { parts.append("pinned") }
        if let note = kept.note { parts.append("note \"\(harmlessText(note))\"") }
        if !kept.labels.isEmpty {
            parts.append("labels " + kept.labels.map { harmlessText($0) }.joined(separator: ", "))
        }
        return harmlessText(kept.sessionID) + ": " + (parts.isEmpty ? "nothing kept" : parts.joined(separator: ", "))
    }
}
