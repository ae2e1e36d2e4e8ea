internal import GRDB
public import TraceModel

extension TraceStore {
    /// What is kept of a session; `nil` when nothing is.
    public func kept(_ session: String) async throws(StoreError) -> KeptSession? {
        try await read { try $0.kept(session) }
    }

    /// Changes what is kept of a session, now or at an earlier moment. Gives what is kept then; `nil` when the store has no
    /// such session, and nothing was changed.
    public func keep(
        _ session: String, _ change: KeepChange, at moment: Timestamp?
    ) async throws(StoreError) -> KeptSession? {
        try checkWritable()
        let now = configuration.now()
        let moment = min(moment ?? now, now)
        let (kept, revision) = try await write { database -> (KeptSession?, Int64) in
            guard try database.sessionNumber(of: session) != nil else {
                return (nil, try StateRow(database).revision)
            }
            var kept =
                try database.kept(session)
                ?? KeptSession(sessionID: session, isPinned: false, note: nil, labels: [], time: moment)
            kept.apply(change, at: moment)
            try database.store(kept)
            return (kept, try StateRow.raiseRevision(database))
        }
        if kept != nil { signal.send(revision) }
        return kept
    }
}

extension Database {
    private static var columns: String { "SELECT session_id, pinned, note, time FROM kept" }

    func kept(_ session: String) throws -> KeptSession? { try kept(session, withLabels: true) }

    private func kept(_ session: String, withLabels: Bool) throws -> KeptSession? {
        try kept(prepared(Self.columns + " WHERE session_id = ?", session), withLabels: withLabels).first
    }

    /// What can be read of what is kept of a session in a damaged store: labels are apart from the rest.
    func readableKept(_ session: String) throws -> KeptSession? {
        for withLabels in [true, false] {
            do {
                return try kept(session, withLabels: withLabels)
            } catch let error as DatabaseError where error.isDamage {}
        }
        return nil
    }

    func allKept() throws -> [KeptSession] {
        try kept(prepared(Self.columns + " ORDER BY time DESC, session_id"))
    }

    private func kept(_ statement: Statement, withLabels: Bool = true) throws -> [KeptSession] {
        try statement.rows { row in
            let session = row.text(0)
            return KeptSession(
                sessionID: session, isPinned: row.int(1) != 0, note: row.optionalText(2),
                labels: withLabels ? try labels(of: session) : [], time: Timestamp(unixNanoseconds: row.int(3)))
        }
    }

    private func labels(of session: String) throws -> [String] {
        try prepared("SELECT label FROM kept_label WHERE session_id = ? ORDER BY label", session).rows { $0.text(0) }
    }

    /// Puts what is kept of a session in the place of what was.
    func store(_ kept: KeptSession) throws {
        try forgetKept(kept.sessionID)
        guard !kept.isNothing else { return }
        try run(
            "INSERT INTO kept (session_id, pinned, note, time) VALUES (?, ?, ?, ?)", kept.sessionID,
            kept.isPinned ? 1 : 0, kept.note, kept.time.unixNanoseconds)
        for label in kept.labels {
            try run("INSERT INTO kept_label (session_id, label) VALUES (?, ?)", kept.sessionID, label)
        }
    }

    private func forgetKept(_ session: String) throws {
        for table in ["kept", "kept_label"] { try run("DELETE FROM \(table) WHERE session_id = ?", session) }
    }
}

/// What is kept, looked up for one span after another.
struct KeptTable {
    private let bySession: [String: KeptSession]

    init(_ database: Database) throws {
        bySession = Dictionary(try database.allKept().map { ($0.sessionID, $0) }) { first, _ in first }
    }

    /// Lets a filter see what is kept of a session.
    func add(_ session: String, to lookup: inout SpanFilterLookup) {
        let kept = bySession[session]
        lookup.kept = { kept }
    }
}
