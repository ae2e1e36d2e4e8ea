public import TraceModel

extension ClickHouseStore {
    /// A window of sessions: the server finds and sorts all by the one figure that is sorted by, and adds up those of the
    /// window alone. Where very many are wanted, it adds up all of them at once.
    public func sessions(_ query: SessionQuery) async throws -> SessionPage {
        let standing = try await standing()
        let source = try await rows(ofSessionsPassing: query.filter, standing)
        let pinned = query.pinnedFirst ? try await allKept().filter(\.isPinned).map(\.sessionID) : []
        guard query.limit <= Self.many else { return try await all(query, of: source, pinned, standing) }
        let (offset, limit) = (max(0, query.offset), max(0, query.limit))
        let direction = query.descending ? "DESC" : "ASC"
        let order =
            (pinned.isEmpty ? "" : "session_id IN (\(SQLText.list(pinned))) DESC, ")
            + (query.sort == .sessionID ? "session_id \(direction)" : "figure \(direction) NULLS LAST, session_id")
        let grouped = """
            SELECT session_id, \(query.sort.figure ?? "0") AS figure FROM \(source.rows)
            GROUP BY session_id\(source.having(query.part))
            """
        let found = try await connection.rows(
            """
            SELECT session_id, count() OVER () FROM (\(grouped)) ORDER BY \(order) LIMIT \(limit) OFFSET \(offset)
            """)
        var total = found.first.map { Int(clamping: $0.int(1)) } ?? 0
        if found.count == 0, offset > 0 || limit == 0 {
            let count = try await connection.rows("SELECT count() FROM (\(grouped))")
            total = Int(clamping: count.first?.int(0) ?? 0)
        }
        let figures = try await figures(of: found.all.map { $0.text(0) })
        return SessionPage(
            sessions: found.all.compactMap { figures[ExactText($0.text(0))] }, total: total,
            revision: standing.revision)
    }

    /// More sessions than these are not named one by one in a question.
    private static let many = 5000

    /// A window as wide as that: all are added up, and sorted by us.
    private func all(
        _ query: SessionQuery, of source: SessionSource, _ pinned: [String], _ standing: Standing
    ) async throws(ClickHouseError) -> SessionPage {
        let all = try await summaries(
            try await connection.rows(
                """
                SELECT \(Self.figureColumns), \(besideColumns) FROM \(source.rows)
                GROUP BY session_id\(source.having(query.part))
                """))
        let first = Set(pinned.map(ExactText.init))
        let sorted = all.map { (isPinned: first.contains(ExactText($0.sessionID)), summary: $0) }.sorted {
            $0.isPinned != $1.isPinned ? $0.isPinned : query.precedes($0.summary, $1.summary)
        }
        return SessionPage(
            sessions: sorted.dropFirst(max(0, query.offset)).prefix(query.limit).map(\.summary), total: all.count,
            revision: standing.revision)
    }

    /// One session's figures.
    public func session(_ id: String) async throws -> SessionSummary? {
        try await figures(of: [id])[ExactText(id)]
    }

    /// All rows of the sessions that have a span that passes, as a table. Those of runs are there only where the filter
    /// names runs.
    private func rows(ofSessionsPassing filter: SpanFilter, _ standing: Standing) async throws(ClickHouseError)
        -> SessionSource
    {
        let spans = "\(table("spans")) FINAL WHERE \(filter.namesRuns ? "1" : "NOT \(PushedCondition.isOfRun)")"
        guard filter != .all else { return SessionSource(spans) }
        let condition = try await condition(filter, at: standing.revision)
        if condition.isExact, !condition.isNarrow, let earliest = filter.earliest {
            // The sessions of the hours since then, and the hours that they have: one look at those tells which of them pass.
            let sessions = table("sessions")
            let hashes = "SELECT session_hash FROM \(sessions) WHERE hour >= \(Hour.of(earliest))"
            return SessionSource(
                """
                \(spans) AND hour IN (SELECT hour FROM \(sessions) WHERE session_hash IN (\(hashes))) \
                AND session_hash IN (\(hashes))
                """, having: "countIf(\(condition.sql)) > 0")
        }
        if condition.isExact {
            let passing = "\(spans) AND \(condition.sql)"
            let hashes = "SELECT session_hash FROM \(passing)"
            let hours =
                condition.isNarrow
                ? "AND hour IN (SELECT hour FROM \(table("sessions")) WHERE session_hash IN (\(hashes)))" : ""
            return SessionSource(
                """
                \(spans) \(hours) AND session_hash IN (\(hashes)) AND session_id IN (SELECT session_id FROM \(passing))
                """)
        }
        var sessions: Set<ExactText> = []
        let scan = try await RowScan(SpanQuery(filter: filter.withoutRuns, limit: .max), self, standing)
        try await scan.forEach { stored, _ in
            sessions.insert(ExactText(stored.sessionID))
            return true
        }
        guard !sessions.isEmpty else { return SessionSource("\(spans) AND 0") }
        return SessionSource("\(spans) AND session_id IN (\(SQLText.list(sessions.map(\.text))))")
    }

    private static let figureColumns = """
        session_id, \(FigureSQL.config), \(FigureSQL.customer), min(start),
        \(FigureSQL.lastAt), count(), countIf(\(FigureSQL.isCall)), countIf(status = 'error'),
        countIf(\(FigureSQL.isRunning)),
        \(FigureSQL.models),
        \(FigureSQL.prompt), \(FigureSQL.completion), \(FigureSQL.total),
        countIf(\(FigureSQL.countsCost) AND cost IS NOT NULL), \(FigureSQL.sum("cost", where: FigureSQL.countsCost)),
        countIf(\(FigureSQL.countsCost) AND cost IS NOT NULL AND cost_estimated),
        \(FigureSQL.percentiles("duration", where: FigureSQL.isCall)), maxIf(duration, \(FigureSQL.isCall)),
        \(FigureSQL.percentiles("ttft", where: FigureSQL.isCall))
        """
    /// How many columns those are.
    private static let figureCount = 19

    private func figures(of sessions: [String]) async throws(ClickHouseError) -> [ExactText: SessionSummary] {
        guard !sessions.isEmpty else { return [:] }
        let rows = try await connection.rows(
            """
            SELECT \(Self.figureColumns), \(besideColumns) FROM \(table("spans")) FINAL
            WHERE \(of(sessions: sessions)) GROUP BY session_id
            """)
        let found = try await summaries(rows)
        return Dictionary(found.map { (ExactText($0.sessionID), $0) }) { first, _ in first }
    }

    /// Rows of ``figureColumns`` with what people keep of those sessions, and their scores.
    private func summaries(_ rows: ServerRows) async throws(ClickHouseError) -> [SessionSummary] {
        var summaries = rows.all.map { $0.sessionSummary() }
        let beside = rows.beside(from: Self.figureCount)
        if beside.hasScores { summaries = try await scored(summaries) }
        guard beside.hasKept else { return summaries }
        let kept =
            summaries.count > Self.many
            ? try await keptBySession() : try await keptBySession(among: summaries.map(\.sessionID))
        for index in summaries.indices { summaries[index].kept = kept[ExactText(summaries[index].sessionID)] }
        return summaries
    }
}

/// Where the rows of sessions come from.
private struct SessionSource {
    /// A table with a condition.
    var rows: String
    /// What holds for the rows of a session taken together; `nil` where each that has a row is meant.
    private var having: String?

    init(_ rows: String, having: String? = nil) {
        self.rows = rows
        self.having = having
    }

    /// Which groups are left, and which of a part where one is asked for.
    func having(_ part: SessionPart?) -> String {
        let all = [having, part?.having].compactMap(\.self)
        return all.isEmpty ? "" : " HAVING " + all.joined(separator: " AND ")
    }
}

extension ServerRow {
    fileprivate func sessionSummary() -> SessionSummary {
        var summary = SessionSummary(
            sessionID: text(0), startedAt: Timestamp(unixNanoseconds: int(3)),
            lastAt: Timestamp(unixNanoseconds: int(4)))
        summary.configKey = optionalText(1)
        summary.customerID = optionalText(2)
        summary.spans = Int(clamping: int(5))
        summary.llmCalls = Int(clamping: int(6))
        summary.errors = Int(clamping: int(7))
        summary.running = Int(clamping: int(8))
        summary.models = texts(9).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        summary.promptTokens = Int(clamping: int(10))
        summary.completionTokens = Int(clamping: int(11))
        summary.totalTokens = Int(clamping: int(12))
        if int(13) > 0 { summary.cost = Cost(nanoDollars: int(14), isEstimated: int(15) > 0) }
        let latencies = ints(16)
        summary.latencyP50Nanoseconds = latencies.first
        summary.latencyP95Nanoseconds = latencies.last
        summary.latencyMaxNanoseconds = latencies.isEmpty ? nil : optionalInt(17)
        summary.ttftP50Nanoseconds = ints(18).first
        summary.ttftP95Nanoseconds = ints(18).last
        return summary
    }
}

extension SessionPart {
    /// What holds for a session's rows taken together.
    fileprivate var having: String {
        switch self {
        case .lastAt(let range):
            "\(FigureSQL.lastAt) >= \(range.lowerBound.unixNanoseconds) AND \(FigureSQL.lastAt) < \(range.upperBound.unixNanoseconds)"
        case .customer(let value): Self.equal(FigureSQL.customer, value)
        case .config(let value): Self.equal(FigureSQL.config, value)
        case .model(let value?): "has(\(FigureSQL.models), \(SQLText.literal(value)))"
        case .model(nil): "empty(\(FigureSQL.models))"
        }
    }

    private static func equal(_ figure: String, _ value: String?) -> String {
        value.map { "ifNull(\(figure) = \(SQLText.literal($0)), 0)" } ?? "\(figure) IS NULL"
    }
}

extension SessionSort {
    /// The figure it sorts by; `nil` for the id.
    fileprivate var figure: String? {
        func percentile(_ value: String, _ place: Int) -> String {
            let list = FigureSQL.percentiles(value, where: FigureSQL.isCall)
            return "if(empty(\(list)), NULL, \(list)[\(place)])"
        }
        return switch self {
        case .sessionID: nil
        case .lastAt: FigureSQL.lastAt
        case .startedAt: "min(start)"
        case .duration: "\(FigureSQL.lastAt) - min(start)"
        case .llmCalls: "countIf(\(FigureSQL.isCall))"
        case .spans: "count()"
        case .errors: "countIf(status = 'error')"
        case .totalTokens: FigureSQL.total
        case .cost:
            "if(countIf(\(FigureSQL.countsCost) AND cost IS NOT NULL) = 0, NULL, \(FigureSQL.sum("cost", where: FigureSQL.countsCost)))"
        case .latencyP50: percentile("duration", 1)
        case .latencyP95: percentile("duration", 2)
        case .ttftP95: percentile("ttft", 2)
        }
    }
}
