public import Cells
public import TraceModel
public import WorkspaceModel

/// What can happen to the console.
public enum ConsoleEvent: Sendable {
    /// It begins: the first questions are asked.
    case started
    /// A key, the mouse, pasted text, another size.
    case input(InputEvent)
    /// A second has passed; sent only while ``ConsoleState/needsClock``.
    case tick
    /// The store has a new revision.
    case storeChanged(revision: Int64)
    /// How the way in fares.
    case health(ConsoleHealth)
    /// Drafts that an earlier run of this editor left; told once, before the workspace.
    case drafts([Draft])
    /// The workspace has changed, or was read for the first time.
    case workspace(WorkspaceSnapshot)
    /// The settings were read, or read again after a change.
    case settings(ConsoleSettings)
    /// Filters that were used in consoles before, the latest last; told once.
    case usedFilters([String])
    /// An answer to an ``Effect/load(_:as:)``.
    case answer(ScreenAnswer, for: RequestID)
    /// A question could not be answered; why, for people.
    case failed(RequestID, message: String)
    /// What is kept of a session, to be edited.
    case kept(KeptSession?, session: String, for: KeepField)
    /// An effect has something to tell.
    case notice(Notice)
}
