import Cells
public import TraceModel

/// What a person wants to keep of a session, or thinks of it: what the store is asked to change.
public enum KeepAction: Hashable, Sendable {
    /// Pin a session, or let it go.
    case togglePin(session: String)
    /// Write a note on a session; `nil` takes it away.
    case note(String?, session: String)
    /// Give a session these labels and no others.
    case labels([String], session: String)
    /// Score a session or a span.
    case score(Score.Target, name: String, value: Score.Value, comment: String?)
    /// Tell what is kept, so that it can be edited: it comes back as ``ConsoleEvent/kept(_:session:for:)``.
    case tell(KeepField, session: String)
}

/// What of it is edited.
public enum KeepField: Hashable, Sendable {
    /// The note, in the line at the foot.
    case note
    /// The note, in the person's own editor.
    case noteInEditor
    /// The labels.
    case labels
}

/// What a score's keys are about.
struct JudgedPlace: Hashable, Sendable {
    /// The session that is pinned, noted and labelled.
    let session: String
    /// What is scored.
    let target: Score.Target

    /// In words.
    var words: String {
        if case .span = target { "the span" } else { "the session" }
    }

    /// The name of the score that `+` and `-` give.
    static let plainName = "rating"

    /// Reads `5 short and right`, or `helpful 0.5 vague`, or `tone good`: the first number, or the second word, is what the
    /// score says; what follows is why. `nil` where there is no value.
    static func read(_ text: String) -> (name: String, value: Score.Value, comment: String?)? {
        var words = text.split(separator: " ").map(String.init)[...]
        guard let first = words.popFirst() else { return nil }
        func rest() -> String? { words.isEmpty ? nil : words.joined(separator: " ") }
        if case .number = Score.Value(first) { return (plainName, Score.Value(first), rest()) }
        guard let second = words.popFirst() else { return nil }
        return (first, Score.Value(second), rest())
    }
}

extension ConsoleState {
    /// Who answers of the person's own editor come back to while a note is written.
    static let keepOwner = -1

    /// Shows what is kept to be edited.
    mutating func edit(_ kept: KeptSession?, session: String, _ field: KeepField, _ effects: inout [Effect]) {
        switch field {
        case .note: openLine(.note(session: session), kept?.note ?? "")
        case .labels: openLine(.labels(session: session), (kept?.labels ?? []).joined(separator: ", "))
        case .noteInEditor:
            notedSession = session
            effects.append(
                .edit(kept?.note ?? "", name: "note", as: RequestID(owner: Self.keepOwner, slot: 0, generation: 0)))
        }
    }

    private mutating func openLine(_ purpose: FieldEditor.Purpose, _ text: String) {
        guard overlay == nil else { return }
        overlay = .field(FieldEditor(purpose: purpose, text: text, history: []))
    }

    /// The note as it came back from the editor; `nil` where it was left as it was.
    mutating func takeNote(_ answer: ScreenAnswer, _ effects: inout [Effect]) {
        guard case .edited(let text?) = answer, let session = notedSession else { return }
        notedSession = nil
        var note = text[...]
        while let last = note.last, last.isWhitespace { note.removeLast() }
        effects.append(.judge(.note(note.isEmpty ? nil : String(note), session: session)))
    }
}

extension FieldEditor {
    /// What a line that is no filter asks for; `nil` where it asks for nothing.
    var keepAction: KeepAction? {
        let text = line.text
        switch purpose {
        case .filter, .search, .naming: return nil
        case .note(let session): return .note(text.isEmpty ? nil : text, session: session)
        case .labels(let session):
            let labels = text.split(separator: ",").map { part in
                var part = part.drop { $0 == " " }
                while part.last == " " { part.removeLast() }
                return String(part)
            }
            return .labels(labels.filter { !$0.isEmpty }, session: session)
        case .score(let place):
            guard let read = JudgedPlace.read(text) else { return nil }
            return .score(place.target, name: read.name, value: read.value, comment: read.comment)
        }
    }

    /// Why a score cannot be kept as it is typed.
    var keepMistake: FilterMistake? {
        func mistake(_ reason: String, _ hint: String) -> FilterMistake {
            FilterMistake(column: 0, length: max(1, line.text.count), reason: reason, hint: hint)
        }
        switch purpose {
        case .filter, .search, .naming: return nil
        case .note:
            return line.text.utf8.count > KeptSession.longestNote
                ? mistake("20,000 bytes are the most", "keep long texts in a file") : nil
        case .labels:
            guard case .labels(let labels, _)? = keepAction,
                labels.contains(where: { $0.utf8.count > KeptSession.longestLabel })
            else { return nil }
            return mistake("a label has at most 200 bytes", "put commas between labels")
        case .score:
            if line.text.isEmpty { return nil }
            guard case .score(let target, let name, let value, let comment)? = keepAction else {
                return mistake("a value is missing", "type 4 why, or helpful 1 why, or tone good why")
            }
            let score = Score(
                target: target, name: name, value: value, comment: comment, judge: "me",
                time: Timestamp(unixNanoseconds: 0))
            return score.flaw.map { mistake("\($0.field): \($0.reason)", "type 4 why, or helpful 1 why") }
        }
    }
}
