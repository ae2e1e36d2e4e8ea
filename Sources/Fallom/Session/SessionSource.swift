/// Whose calls a wrapped client makes: always one session's, or those of whatever session the task works for.
package enum SessionSource: Sendable {
    case fixed(Session)
    case current(ClientCore)

    /// The session of a call that begins now.
    package var session: Session {
        switch self {
        case .fixed(let session): return session
        case .current(let core):
            guard let current = Session.current else {
                core.log.warning(cause: "no session") { count in
                    "\(count) model calls were made outside of any session and stand in '\(Self.nowhere)': "
                        + "run them inside fallom.withSession or session.asCurrent"
                }
                return Session(context: SessionContext(configKey: Self.nowhere, sessionID: Self.nowhere), core: core)
            }
            // The session may be another client's; its name counts here, too.
            return current.core === core ? current : Session(context: current.context, core: core)
        }
    }

    /// Config key and id of what was called outside of any session.
    static let nowhere = "outside-any-session"
}
