internal import GRDB
internal import TraceModel

extension BatchWriting {
    /// Content that came apart from its span. The same log record sent again is stored once.
    func writeContents() throws {
        guard !rest.contents.isEmpty else { return }
        let statement = try database.prepared(
            """
            INSERT OR IGNORE INTO content (trace_no, span_id, time, event_name, payload, digest, received)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        for content in rest.contents {
            let trace =
                try database.intern("INSERT OR IGNORE INTO trace (trace_id) VALUES (?)", content.key.traceID)
                ?? database.number(of: content.key.traceID, "SELECT no FROM trace WHERE trace_id = ?")
            statement.bind(1, trace)
            statement.bind(2, content.key.spanID)
            statement.bind(3, content.time?.unixNanoseconds)
            statement.bind(4, content.eventName)
            statement.bind(5, content.payload)
            statement.bind(6, content.digest)
            statement.bind(7, now.unixNanoseconds)
            try statement.run()
            if let sequence = try database.sequence(ofSpan: content.key.spanID, traceNo: trace) {
                try database.markTextStale(sequence, state)
            }
        }
    }

    /// Assignments, each as it came.
    func writeAssignments() throws {
        guard !rest.assignments.isEmpty else { return }
        let statement = try database.prepared(
            """
            INSERT INTO assignment (session_id, config_key, config_version, assigned_model, time)
            VALUES (?, ?, ?, ?, ?)
            """)
        for assignment in rest.assignments {
            statement.bind(1, assignment.sessionID)
            statement.bind(2, assignment.configKey)
            statement.bind(3, assignment.configVersion)
            statement.bind(4, assignment.assignedModel)
            statement.bind(5, assignment.time.unixNanoseconds)
            try statement.run()
        }
    }

    /// How far a file was read. Device and inode are kept bit by bit: SQLite has no unsigned numbers.
    func writePosition() throws {
        guard let position = rest.position else { return }
        try database.run(
            "REPLACE INTO position VALUES (?, ?, ?, ?)", Int64(bitPattern: position.device),
            Int64(bitPattern: position.inode), position.offset, position.path)
    }
}

extension IngestedContent {
    /// FNV-1a over time, event and payload: equal for the same record sent twice.
    var digest: Int64 {
        var hash = StoredDigest.start
        func add(_ bytes: some Sequence<UInt8>) { StoredDigest.add(bytes, to: &hash) }
        withUnsafeBytes(of: (time?.unixNanoseconds ?? .min).littleEndian) { add($0) }
        add(eventName.utf8)
        add(CollectionOfOne(0))
        add(payload)
        return Int64(bitPattern: hash)
    }
}
