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
        guard !isReadOnly else {
            throw StoreError(
                code: .notWritable, path: path, message: "the store was opened for reading",
                advice: "open it for writing")
        }
        let now = configuration.now()
        let moment = min(moment ?? now, now)
        let (kept, revision) = try await write { database -> (KeptSession?, Int64) in
            var state = try StateRow(database)
            guard try database.sessionNumber(of: session) != nil else { return (nil, state.revision) }
            var kept =
                try database.kept(session)
                ?? KeptSession(sessionID: session, isPinned: false, note: nil, labels: [], time: moment)
            kept.apply(change, at: moment)
            try database.store(kept)
            state.revision += 1
            try state.write(database)
            return (kept, state.revision)
        }
        if kept != nil { signal.send(revision) }
        return kept
    }
}

extension Database {
    private static var columns: String { "SELECT session_id, pinned, note, time FROM kept" }

    func kept(_ session: String) throws -> KeptSession? { try kept(session, withLabels: true) }

    private func kept(_ session: String, withLabels: Bool) throws -> KeptSession? {
        let statement = try prepared(Self.columns + " WHERE session_id = ?")
        statement.bind(1, session)
        return try kept(statement, withLabels: withLabels).first
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
        defer { statement.reset() }
        var all: [KeptSession] = []
        while try statement.step() {
            let session = statement.text(0)
            all.append(
                KeptSession(
                    sessionID: session, isPinned: statement.int(1) != 0, note: statement.optionalText(2),
                    labels: withLabels ? try labels(of: session) : [],
                    time: Timestamp(unixNanoseconds: statement.int(3))))
        }
        return all
    }

    private func labels(of session: String) throws -> [String] {
        let statement = try prepared("SELECT label FROM kept_label WHERE session_id = ? ORDER BY label")
        statement.bind(1, session)
        defer { statement.reset() }
        var labels: [String] = []
        while try statement.step() { labels.append(statement.text(0)) }
        return labels
    }

    /// Puts what is kept of a session in the place of what was.
    func store(_ kept: KeptSession) throws {
        try forgetKept(kept.sessionID)
        guard !kept.isNothing else { return }
        let row = try prepared("INSERT INTO kept (session_id, pinned, note, time) VALUES (?, ?, ?, ?)")
        row.bind(1, kept.sessionID)
        row.bind(2, kept.isPinned ? 1 : 0)
        row.bind(3, kept.note)
        row.bind(4, kept.time.unixNanoseconds)
        try row.run()
        let labels = try prepared("INSERT INTO kept_label (session_id, label) VALUES (?, ?)")
        for label in kept.labels {
            labels.bind(1, kept.sessionID)
            labels.bind(2, label)
            try labels.run()
        }
    }

    private func forgetKept(_ session: String) throws {
        for table in ["kept", "kept_label"] {
            let statement = try prepared("DELETE FROM \(table) WHERE session_id = ?")
            statement.bind(1, session)
            try statement.run()
        }
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
