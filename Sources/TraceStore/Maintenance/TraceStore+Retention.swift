internal import GRDB
internal import TraceModel

extension TraceStore {
    /// Removes what the policy does not keep and nobody has pinned, some sessions at a time, so that spans coming in never wait long, and
    /// gives the space back to the system.
    ///
    /// Spans of other sessions that shared a trace with a removed one are resolved anew, as if the removed spans had
    /// never come. A span that comes again after its session was removed is new.
    public func retain(_ policy: RetentionPolicy) async throws(StoreError) -> RetentionResult {
        try await refreshSessions()
        var result = RetentionResult()
        let cutoff = policy.maxAgeNanoseconds.map { configuration.now().advanced(byNanoseconds: -max(0, $0)) }
        while let session = try await nextToGo(cutoff, policy.maxBytes) {
            while try await removeSome(of: session, &result) {}
        }
        if let cutoff { result.assignments += try await removeStrays(before: cutoff) }
        try await forgetEmptyTextSegments()
        try await shrink()
        let isChanged = result != RetentionResult()
        result.bytes = try await read { try $0.usedBytes() }
        if isChanged { signal.send(try await read { try StateRow($0).revision }) }
        return result
    }

    /// The session whose last activity is longest ago, if the policy does not keep it.
    private func nextToGo(_ cutoff: Timestamp?, _ maxBytes: Int64?) async throws(StoreError) -> Int64? {
        try await read { database in
            let oldest = try database.prepared(
                """
                SELECT no, last_at FROM session
                WHERE spans IS NOT NULL AND session_id NOT IN (SELECT session_id FROM kept WHERE pinned = 1)
                ORDER BY last_at ASC LIMIT 1
                """
            ).first { (number: $0.int(0), lastAt: $0.int(1)) }
            guard let oldest else { return nil }
            if let cutoff, oldest.lastAt < cutoff.unixNanoseconds { return oldest.number }
            if let maxBytes, try database.usedBytes() > maxBytes { return oldest.number }
            return nil
        }
    }

    /// Removes up to a slice of a session's spans; true while there are more.
    private func removeSome(of session: Int64, _ result: inout RetentionResult) async throws(StoreError) -> Bool {
        let (removed, isDone, assignments) = try await write { [writer] database in
            defer { writer.forget() }
            var removal = SessionRemoval(session: session, database)
            let isDone = try removal.removeSlice()
            return (removal.removed, isDone, removal.assignments)
        }
        result.spans += removed
        result.assignments += assignments
        if isDone { result.sessions += 1 }
        return !isDone
    }

    /// Removes content that waited for its span, and assignments that waited for their session, since before a moment.
    private func removeStrays(before cutoff: Timestamp) async throws(StoreError) -> Int {
        try await write { [writer] database in
            defer { writer.forget() }
            let moment = cutoff.unixNanoseconds
            try database.run(
                """
                DELETE FROM content WHERE received < ? AND NOT EXISTS
                    (SELECT 1 FROM span WHERE span.trace_no = content.trace_no)
                """, moment)
            try database.run(
                """
                DELETE FROM trace WHERE NOT EXISTS (SELECT 1 FROM span WHERE span.trace_no = trace.no)
                    AND NOT EXISTS (SELECT 1 FROM content WHERE content.trace_no = trace.no)
                """)
            try database.run(
                """
                DELETE FROM score WHERE time < ? AND NOT EXISTS
                    (SELECT 1 FROM session WHERE score.kind = 0 AND session.session_id = score.target_id)
                    AND NOT EXISTS (SELECT 1 FROM trace CROSS JOIN span ON span.trace_no = trace.no
                        WHERE score.kind = 1 AND trace.trace_id = score.trace_id AND span.span_id = score.target_id)
                """, moment)
            try database.run(
                """
                DELETE FROM assignment WHERE time < ? AND NOT EXISTS
                    (SELECT 1 FROM session WHERE session.session_id = assignment.session_id)
                """, moment)
            return database.changesCount
        }
    }

    /// Gives free pages back to the system, some at a time.
    private func shrink() async throws(StoreError) {
        while try await read({ try $0.number("PRAGMA freelist_count") ?? 0 }) > 0 {
            let before = try await read { try $0.number("PRAGMA freelist_count") ?? 0 }
            try await write { try $0.execute(sql: "PRAGMA incremental_vacuum(2000)") }
            // A file that was made without room for this (by another program's hand) keeps its free pages.
            guard try await read({ try $0.number("PRAGMA freelist_count") ?? 0 }) < before else { return }
        }
        _ = try? await database.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }
}

extension Database {
    /// Bytes of the file that hold something.
    func usedBytes() throws -> Int64 {
        let pages = try number("PRAGMA page_count") ?? 0
        let free = try number("PRAGMA freelist_count") ?? 0
        return (pages - free) * (try number("PRAGMA page_size") ?? 0)
    }
}
