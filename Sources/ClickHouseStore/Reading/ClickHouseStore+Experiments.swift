public import TraceModel

extension ClickHouseStore {
    /// The sessions of a config, with what they were asked with.
    public func configSessions(_ query: ConfigSessionQuery) async throws -> ConfigSessionPage {
        let revision = try await standing().revision
        let key = SQLText.literal(query.configKey)
        var histories: [ExactText: AssignmentHistory] = [:]
        for assignment in try await assignments("config_key = \(key)") {
            let session = ExactText(assignment.sessionID)
            if histories[session]?.add(assignment) == nil { histories[session] = AssignmentHistory(assignment) }
        }
        let members = try await members(query.configKey, since: query.since, limit: max(0, query.limit))
        return ConfigSessionPage(
            sessions: members.all.map { row in
                let history = histories[ExactText(row.text(0))]
                return ConfigSession(
                    sessionID: row.text(0), customerID: row.optionalText(3),
                    lastAt: Timestamp(unixNanoseconds: row.int(1)),
                    context: row.optionalBytes(4).map(PackedFields.map),
                    metadata: PackedFields.map(row.optionalBytes(5).flatMap { $0.isEmpty ? nil : $0 }),
                    assignment: history?.last, isReassigned: history?.isReassigned ?? false)
            }, total: try await memberCount(members, query), revision: revision)
    }

    private func memberCount(_ members: ServerRows, _ query: ConfigSessionQuery) async throws(ClickHouseError) -> Int {
        if let first = members.first { return Int(clamping: first.int(6)) }
        guard query.limit <= 0 else { return 0 }
        return Int(clamping: try await self.members(query.configKey, since: query.since, limit: 1).first?.int(6) ?? 0)
    }

    /// Sessions of a config: id, last activity, spans of the config, customer, context, metadata, how many in all; the
    /// latest first.
    private func members(_ key: String, since: Timestamp?, limit: Int) async throws(ClickHouseError) -> ServerRows {
        let key = SQLText.literal(key)
        let bound = since.map { "HAVING last >= \($0.unixNanoseconds)" } ?? ""
        return try await connection.rows(
            """
            SELECT *, count() OVER () FROM (
                SELECT session_id, ifNull(max(finish), max(start)) AS last, countIf(ifNull(config_key = \(key), 0)),
                    argMin(customer_id, \(FigureSQL.place)), argMin(context, \(FigureSQL.place)),
                    argMinIf(metadata, \(FigureSQL.place), metadata != '')
                FROM \(table("spans")) FINAL WHERE session_id IN (
                    SELECT session_id FROM \(table("spans")) FINAL WHERE ifNull(config_key = \(key), 0)
                    UNION DISTINCT
                    SELECT session_id FROM \(table("assignments")) FINAL WHERE config_key = \(key))
                GROUP BY session_id \(bound))
            ORDER BY last DESC, session_id LIMIT \(limit)
            """)
    }

    /// Figures of model calls.
    public func calls(_ query: CallQuery) async throws -> CallPage {
        let revision = try await standing().revision
        var gathering = CallGathering(limit: max(0, query.limit), revision: revision)
        switch query.scope {
        case .prompt(let key):
            let since = query.since.map { "AND hour >= \(Hour.of($0)) AND start >= \($0.unixNanoseconds)" } ?? ""
            let rows = try await connection.rows(
                """
                \(callSelect) WHERE ifNull(prompt_key = \(SQLText.literal(key)), 0) \(since) AND \(Self.brings)
                ORDER BY sequence DESC, trace_id DESC, span_id DESC LIMIT \(gathering.more)
                """)
            for row in rows.all { gathering.add(row) }
        case .config(let key):
            let members = try await members(key, since: query.since, limit: Int(Int32.max))
            let sessions = members.all.map { (id: $0.text(0), hasOwn: $0.int(2) > 0) }
            var rest = sessions[...]
            while !rest.isEmpty, !gathering.page.isPartial {
                try await gather(rest.prefix(Self.sessionsAtOnce), key, into: &gathering)
                rest = rest.dropFirst(Self.sessionsAtOnce)
            }
        }
        return gathering.page
    }

    private static let sessionsAtOnce = 500

    private func gather(
        _ sessions: ArraySlice<(id: String, hasOwn: Bool)>, _ key: String, into gathering: inout CallGathering
    ) async throws(ClickHouseError) {
        let tied = sessions.filter { !$0.hasOwn }.map(\.id)
        let whole = tied.isEmpty ? "" : " OR session_id IN (\(SQLText.list(tied)))"
        let rows = try await connection.rows(
            """
            \(callSelect) WHERE \(of(sessions: sessions.map(\.id)))
                AND (ifNull(config_key = \(SQLText.literal(key)), 0)\(whole)) AND \(Self.brings)
            ORDER BY start, sequence, trace_id, span_id
            """)
        let bySession = Dictionary(grouping: rows.all.map { $0 }, by: { ExactText($0.text(0)) })
        for session in sessions {
            for row in bySession[ExactText(session.id)] ?? [] { gathering.add(row) }
        }
    }

    private var callSelect: String {
        """
        SELECT session_id, kind, status, \(FigureSQL.model), prompt_version, prompt_variant, duration, ttft, counts,
            prompt_tokens, completion_tokens, total_tokens, cost, cost_estimated FROM \(table("spans")) FINAL
        """
    }

    /// What has figures to bring: finished, and a model call or something that costs.
    private static let brings = """
        NOT \(FigureSQL.isRunning) AND (kind = 'llm' OR (\(FigureSQL.countsCost) AND cost IS NOT NULL))
        """

    /// The highest version of a config that an assignment was recorded with.
    public func highestVersion(ofConfig key: String) async throws -> Int? {
        let rows = try await connection.rows(
            "SELECT maxOrNull(config_version) FROM \(table("assignments")) FINAL WHERE config_key = \(SQLText.literal(key))"
        )
        return rows.first?.optionalCount(0)
    }

    /// The highest version of a prompt that a span was recorded with. What is no number is passed over.
    public func highestVersion(ofPrompt key: String) async throws -> Int? {
        let rows = try await connection.rows(
            """
            SELECT maxOrNull(toInt64OrZero(ifNull(prompt_version, ''))) FROM \(table("spans")) FINAL
            WHERE ifNull(prompt_key = \(SQLText.literal(key)), 0) AND match(ifNull(prompt_version, '-'), '^[0-9]{0,9}$')
            """)
        return rows.first?.optionalCount(0)
    }
}

/// Gathers figures of calls up to a limit.
private struct CallGathering {
    private(set) var page: CallPage
    private let limit: Int
    private var places: [ExactText: Int] = [:]

    init(limit: Int, revision: Int64) {
        self.limit = limit
        page = CallPage(sessions: [], calls: [], isPartial: false, revision: revision)
    }

    /// One more than is wanted.
    var more: Int { limit == .max ? limit : limit + 1 }

    mutating func add(_ row: ServerRow) {
        guard page.calls.count < limit else {
            page.isPartial = true
            return
        }
        let session = row.text(0)
        let place = places[ExactText(session)] ?? page.sessions.count
        if place == page.sessions.count {
            places[ExactText(session)] = place
            page.sessions.append(session)
        }
        page.calls.append(row.callFigures(session: place))
    }
}

extension ServerRow {
    fileprivate func callFigures(session: Int) -> CallFigures {
        let counts = SpanCounts(rawValue: UInt8(truncatingIfNeeded: int(8)))
        var figures = CallFigures(
            session: session, part: CallFigures.Part(SpanKind(rawValue: text(1)) ?? .custom, counts),
            isError: text(2) == SpanStatus.error.rawValue, model: optionalText(3), promptVersion: optionalText(4),
            promptVariantIndex: optionalCount(5), durationNanoseconds: optionalInt(6),
            timeToFirstTokenNanoseconds: optionalInt(7))
        if counts.contains(.tokens) {
            figures.promptTokens = optionalCount(9)
            figures.completionTokens = optionalCount(10)
            figures.totalTokens = optionalCount(11)
        }
        if counts.contains(.cost) {
            figures.cost = optionalInt(12).map { Cost(nanoDollars: $0, isEstimated: int(13) != 0) }
        }
        return figures
    }
}
