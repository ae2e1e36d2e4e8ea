internal import GRDB
internal import TraceModel

/// Removes a slice of a session's spans inside the current transaction, and the session with the last of them.
struct SessionRemoval {
    private let session: Int64
    private let database: Database
    /// Spans removed.
    private(set) var removed = 0
    /// Assignments removed.
    private(set) var assignments = 0

    /// So many spans go in one transaction.
    private static let slice = 2000

    init(session: Int64, _ database: Database) {
        self.session = session
        self.database = database
    }

    /// Removes a slice; true when nothing of the session is left.
    mutating func removeSlice() throws -> Bool {
        var bodies = BodyWriting()
        let spans = try slice()
        let isScored = try database.hasScoredSpans()
        for span in spans {
            if isScored { try removeScores(of: span.sequence) }
            bodies.leave(span.body)
            try database.run("DELETE FROM span WHERE sequence = ?", span.sequence)
        }
        removed = spans.count
        try bodies.writeUses(database)
        for trace in Set(spans.map(\.trace)) { try tidy(trace) }
        var state = try StateRow(database)
        state.revision += 1
        state.spans -= Int64(removed)
        try state.write(database)
        guard spans.count < Self.slice else {
            try database.run("INSERT OR IGNORE INTO stale VALUES (?)", session)
            return false
        }
        try database.run(
            "DELETE FROM assignment WHERE session_id = (SELECT session_id FROM session WHERE no = ?)", session)
        assignments = database.changesCount
        for table in ["kept", "kept_label"] {
            try database.run(
                "DELETE FROM \(table) WHERE session_id = (SELECT session_id FROM session WHERE no = ?)", session)
        }
        try database.run(
            "DELETE FROM score WHERE kind = 0 AND target_id = (SELECT session_id FROM session WHERE no = ?)", session)
        try database.run("DELETE FROM session WHERE no = ?", session)
        try database.run("DELETE FROM stale WHERE session_no = ?", session)
        return true
    }

    private func removeScores(of sequence: Int64) throws {
        try database.run(
            """
            DELETE FROM score WHERE no IN (SELECT score.no FROM span CROSS JOIN trace ON trace.no = span.trace_no
                CROSS JOIN score ON score.target_id = span.span_id AND score.trace_id = trace.trace_id AND score.kind = 1
                WHERE span.sequence = ?)
            """, sequence)
    }

    private func slice() throws -> [(sequence: Int64, trace: Int64, body: Int64)] {
        try database.prepared(
            "SELECT sequence, trace_no, body_no FROM span WHERE session_no = ? LIMIT ?", session, Self.slice
        ).rows { ($0.int(0), $0.int(1), $0.int(2)) }
    }

    /// Removes a trace that has lost all its spans; resolves one anew that has spans of other sessions.
    private func tidy(_ trace: Int64) throws {
        guard try database.number("SELECT 1 FROM span WHERE trace_no = ? LIMIT 1", trace) != nil else {
            try database.run("DELETE FROM content WHERE trace_no = ?", trace)
            try database.run("DELETE FROM trace WHERE no = ?", trace)
            return
        }
        let others = try database.number(
            "SELECT 1 FROM span WHERE trace_no = ? AND session_no <> ? LIMIT 1", trace, session)
        if others != nil { try resolveAnew(trace) }
    }

    private func resolveAnew(_ trace: Int64) throws {
        let name = try database.prepared("SELECT trace_id FROM trace WHERE no = ?", trace).first { $0.text(0) }
        guard let name else { return }
        let index = try TraceCache.Entry(number: trace, traceID: name, database).index
        let resolved = TraceResolution.resolve(traceID: index.traceID, index.nodes)
        for (node, (old, new)) in zip(index.nodes, zip(index.resolutions, resolved)) where old != new {
            let before = try database.internSession(old.sessionID)
            let after = try database.internSession(new.sessionID)
            try database.relabel(node.sequence, new, session: after)
            try database.markTextStale(node.sequence, StateRow(database))
            for session in [before, after] { try database.run("INSERT OR IGNORE INTO stale VALUES (?)", session) }
        }
    }
}
