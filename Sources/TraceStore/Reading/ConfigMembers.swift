internal import GRDB
internal import TraceModel

/// The sessions of a config in their order, found in one pass over the rows of sessions: spans are looked at of those
/// sessions alone whose rows are not up to date.
struct ConfigMembers {
    /// One session of the config.
    struct Member {
        var number: Int64
        var sessionID: String
        var lastAt: Int64
        /// Whether it has a span of the config; otherwise an assignment alone ties it to it.
        var hasOwnSpan: Bool
        /// What its row says, packed.
        var customerID: String?
        var context: [UInt8]?
        var metadata: [UInt8]?
    }

    /// The latest first, ties by session id.
    private(set) var members: [Member] = []
    /// The assignments recorded for the config, by session.
    private(set) var histories: [ExactText: AssignmentHistory] = [:]
    private let configKey: String
    private let since: Int64
    private let database: Database

    init(_ configKey: String, since: Timestamp?, _ database: Database) throws {
        self.configKey = configKey
        self.since = since?.unixNanoseconds ?? .min
        self.database = database
        try readAssignments()
        let stale = Set(try database.staleSessions())
        try readRows(leavingOut: stale)
        for number in stale { try readStale(number) }
        members.sort {
            $0.lastAt == $1.lastAt
                ? $0.sessionID.utf8.lexicographicallyPrecedes($1.sessionID.utf8) : $1.lastAt < $0.lastAt
        }
    }

    private mutating func readAssignments() throws {
        let statement = try database.prepared(
            """
            SELECT session_id, config_version, assigned_model, time FROM assignment WHERE config_key = ?
            ORDER BY assignment.no
            """, configKey)
        defer { statement.reset() }
        while try statement.step() {
            let session = statement.text(0)
            let assignment = RecordedAssignment(
                configKey: configKey, configVersion: Int(clamping: statement.int(1)), sessionID: session,
                assignedModel: statement.text(2), time: Timestamp(unixNanoseconds: statement.int(3)))
            let key = ExactText(session)
            if histories[key]?.add(assignment) == nil { histories[key] = AssignmentHistory(assignment) }
        }
    }

    /// Sessions that an assignment alone ties to the config are few: they are looked up one by one, afterwards.
    private mutating func readRows(leavingOut stale: Set<Int64>) throws {
        let statement = try database.prepared(
            """
            SELECT no, session_id, last_at, customer_id, context, metadata, configs, config_key = ?1 FROM session
            WHERE spans IS NOT NULL AND last_at >= ?2 AND (config_key = ?1 OR configs IS NOT NULL)
            """, configKey, since)
        defer { statement.reset() }
        var found: Set<ExactText> = []
        while try statement.step() {
            guard !stale.contains(statement.int(0)), statement.int(7) != 0 || has(statement.optionalBytes(6)) else {
                continue
            }
            let member = statement.member(hasOwnSpan: true)
            if !histories.isEmpty { found.insert(ExactText(member.sessionID)) }
            members.append(member)
        }
        for session in histories.keys where !found.contains(session) {
            if let member = try tiedByAssignment(session.text), !stale.contains(member.number), member.lastAt >= since {
                members.append(member)
            }
        }
    }

    private func has(_ configs: [UInt8]?) -> Bool {
        PackedFields.texts(configs).contains { $0.utf8.elementsEqual(configKey.utf8) }
    }

    private func tiedByAssignment(_ session: String) throws -> Member? {
        try database.prepared(
            """
            SELECT no, session_id, last_at, customer_id, context, metadata FROM session
            WHERE session_id = ? AND spans IS NOT NULL
            """, session
        ).first { $0.member(hasOwnSpan: false) }
    }

    private mutating func readStale(_ number: Int64) throws {
        guard let row = try database.sessionRow(number), row.figures.lastAt.unixNanoseconds >= since else { return }
        let isOwn = row.subject.configKeys.contains { $0.utf8.elementsEqual(configKey.utf8) }
        guard isOwn || histories[ExactText(row.figures.sessionID)] != nil else { return }
        members.append(
            Member(
                number: number, sessionID: row.figures.sessionID, lastAt: row.figures.lastAt.unixNanoseconds,
                hasOwnSpan: isOwn, customerID: row.figures.customerID, context: row.subject.context,
                metadata: row.subject.metadata))
    }

    /// A member as it is read by others.
    func session(_ member: Member) -> ConfigSession {
        let history = histories.isEmpty ? nil : histories[ExactText(member.sessionID)]
        return ConfigSession(
            sessionID: member.sessionID, customerID: member.customerID,
            lastAt: Timestamp(unixNanoseconds: member.lastAt), context: member.context.map(PackedFields.map),
            metadata: PackedFields.map(member.metadata), assignment: history?.last,
            isReassigned: history?.isReassigned ?? false)
    }
}

extension Statement {
    fileprivate func member(hasOwnSpan: Bool) -> ConfigMembers.Member {
        ConfigMembers.Member(
            number: int(0), sessionID: text(1), lastAt: int(2), hasOwnSpan: hasOwnSpan, customerID: optionalText(3),
            context: optionalBytes(4), metadata: optionalBytes(5))
    }
}
