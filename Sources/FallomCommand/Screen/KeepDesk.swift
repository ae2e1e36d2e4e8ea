import Cells
import Console
import TraceModel

/// Changes what people keep of sessions and think of them, for the console.
struct KeepDesk: Sendable {
    let store: any SpanStore
    /// Who scores.
    let judge: String
    let now: @Sendable () -> Timestamp

    /// Carries an action out; what came of it, to be told.
    func perform(_ action: KeepAction) async -> ConsoleEvent {
        do {
            return try await event(action)
        } catch {
            return .notice(Notice(telling: error))
        }
    }

    private func event(_ action: KeepAction) async throws -> ConsoleEvent {
        switch action {
        case .tell(let field, let session): return .kept(try await store.kept(session), session: session, for: field)
        case .togglePin(let session):
            let isPinned = try await store.kept(session)?.isPinned ?? false
            try await change(session, .pin(!isPinned))
            return said(isPinned ? "no longer pinned" : "pinned: it is never removed to make room")
        case .note(let note, let session):
            try await change(session, .note(note))
            return said(note == nil ? "the note is taken away" : "noted")
        case .labels(let labels, let session):
            let before = try await store.kept(session)?.labels ?? []
            let gone = before.filter { old in !labels.contains { $0.utf8.elementsEqual(old.utf8) } }
            if !gone.isEmpty { try await change(session, .unlabel(gone)) }
            if !labels.isEmpty { try await change(session, .label(labels)) }
            return said(labels.isEmpty ? "no labels" : "labels " + labels.joined(separator: ", "))
        case .score(let target, let name, let value, let comment):
            let score = Score(
                target: target, name: name, value: value, comment: comment, judge: judge, time: now())
            if let flaw = score.flaw { throw CommandFailure("the score cannot be kept: \(flaw)") }
            _ = try await store.append(IngestBatch(scores: [score]))
            let what = if case .span = target { "on the span" } else { "on the session" }
            return said("\(name) \(value.text) \(what), by \(judge)")
        }
    }

    private func change(_ session: String, _ change: KeepChange) async throws {
        guard try await store.keep(session, change) != nil else {
            throw CommandFailure("the session is no longer in the store")
        }
    }

    private func said(_ text: String) -> ConsoleEvent { .notice(Notice(harmlessText(text), .good)) }
}
