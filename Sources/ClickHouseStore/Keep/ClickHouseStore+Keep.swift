public import TraceModel

extension ClickHouseStore {
    /// What is kept of a session.
    public func kept(_ session: String) async throws -> KeptSession? {
        try await kept("session_id = \(SQLText.literal(session))").first
    }

    /// Changes what is kept of a session, now or at an earlier moment. Gives what is kept then; `nil` when there is no such
    /// session.
    public func keep(_ session: String, _ change: KeepChange, at moment: Timestamp?) async throws -> KeptSession? {
        guard !isReadOnly else { throw readOnly }
        guard try await self.session(session) != nil else { return nil }
        let now = configuration.now()
        let moment = min(moment ?? now, now)
        var kept =
            try await kept(session)
            ?? KeptSession(sessionID: session, isPinned: false, note: nil, labels: [], time: moment)
        kept.apply(change, at: moment)
        let changed = kept
        let (connection, name) = (connection, table("kept"))
        let revision = try await writer.commit { stamp throws(ClickHouseError) in
            // Above the one that is there, whatever clock that was stamped by.
            let last = try await connection.rows(
                "SELECT max(stamp) FROM \(name) WHERE session_id = \(SQLText.literal(changed.sessionID))")
            let stamp = max(stamp, (last.first?.int(0) ?? 0) &+ 1)
            var rows = TabRows()
            rows.add(changed.sessionID)
            rows.add(changed.isPinned)
            rows.add(changed.note)
            rows.add(texts: changed.labels)
            rows.add(changed.time.unixNanoseconds)
            rows.add(stamp)
            rows.add(changed.isNothing)
            rows.end()
            try await connection.insert(
                into: name, ["session_id", "pinned", "note", "labels", "time", "stamp", "gone"], rows.bytes,
                once: "kept-\(stamp)-\(connection.configuration.randomBits())")
        }
        signal.send(revision)
        return kept
    }

    /// All that is kept, the latest first.
    func allKept() async throws(ClickHouseError) -> [KeptSession] { try await kept("1") }

    func keptBySession() async throws(ClickHouseError) -> [ExactText: KeptSession] {
        Self.bySession(try await allKept())
    }

    /// What is kept of some sessions.
    func keptBySession(among sessions: [String]) async throws(ClickHouseError) -> [ExactText: KeptSession] {
        Self.bySession(try await kept("session_id IN (\(SQLText.list(sessions)))"))
    }

    private static func bySession(_ kept: [KeptSession]) -> [ExactText: KeptSession] {
        Dictionary(kept.map { (ExactText($0.sessionID), $0) }) { first, _ in first }
    }

    private func kept(_ condition: String) async throws(ClickHouseError) -> [KeptSession] {
        let rows = try await connection.rows(
            """
            SELECT session_id, pinned, note, labels, time FROM \(table("kept")) FINAL WHERE \(condition)
            ORDER BY time DESC, session_id
            """)
        return rows.all.map { row in
            KeptSession(
                sessionID: row.text(0), isPinned: row.int(1) != 0, note: row.optionalText(2), labels: row.texts(3),
                time: Timestamp(unixNanoseconds: row.int(4)))
        }
    }
}
