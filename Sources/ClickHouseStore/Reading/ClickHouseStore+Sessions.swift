public import TraceModel

extension ClickHouseStore {
    /// A window of sessions: the server finds and sorts all by the one figure that is sorted by, and adds up those of the
    /// window alone.
    public func sessions(_ query: SessionQuery) async throws -> SessionPage {
        let revision = try await connection.standing().revision
        let source = try await rows(ofSessionsPassing: query.filter)
        let (offset, limit) = (max(0, query.offset), max(0, query.limit))
        let figure = query.sort.figure ?? "0"
        let direction = query.descending ? "DESC" : "ASC"
        let pins =
            query.pinnedFirst ? "session_id IN (SELECT session_id FROM \(table("kept")) FINAL WHERE pinned) DESC, " : ""
        let order =
            pins + (query.sort == .sessionID ? "session_id \(direction)" : "figure \(direction) NULLS LAST, session_id")
        let part = query.part.map { " HAVING " + $0.having } ?? ""
        let grouped = "SELECT session_id, \(figure) AS figure FROM \(source) GROUP BY session_id\(part)"
        let found = try await connection.rows(
            """
            SELECT session_id, count() OVER () FROM (\(grouped)) ORDER BY \(order) LIMIT \(limit) OFFSET \(offset)
            """)
        var total = found.first.map { Int(clamping: $0.int(1)) } ?? 0
        if found.count == 0 {
            let count = try await connection.rows("SELECT count() FROM (\(grouped))")
            total = Int(clamping: count.first?.int(0) ?? 0)
        }
        let figures = try await figures(of: found.all.map { $0.text(0) })
        return SessionPage(
            sessions: found.all.compactMap { figures[ExactText($0.text(0))] }, total: total, revision: revision)
    }

    /// One session's figures.
    public func session(_ id: String) async throws -> SessionSummary? {
        try await figures(of: [id])[ExactText(id)]
    }

    /// All rows of the sessions that have a span that passes, as a table.
    private func rows(ofSessionsPassing filter: SpanFilter) async throws(ClickHouseError) -> String {
        let spans = "\(table("spans")) FINAL"
        guard filter != .all else { return spans }
        let condition = try await condition(filter)
        if condition.isExact {
            let passing = "SELECT session_hash FROM \(spans) WHERE \(condition.sql)"
            let isBounded = condition.isNarrow || filter.earliest != nil
            // Where the filter bounds the time, the sessions' hours bound what else of them is read.
            let hours =
                isBounded
                ? "hour IN (SELECT hour FROM \(table("sessions")) WHERE session_hash IN (\(passing))) AND " : ""
            return """
                \(spans) WHERE \(hours)session_hash IN (\(passing))
                AND session_id IN (SELECT session_id FROM \(spans) WHERE \(condition.sql))
                """
        }
        var sessions: Set<ExactText> = []
        try await RowScan(SpanQuery(filter: filter, limit: .max), self).forEach { stored, _ in
            sessions.insert(ExactText(stored.sessionID))
            return true
        }
        guard !sessions.isEmpty else { return "\(spans) WHERE 0" }
        return "\(spans) WHERE session_id IN (\(SQLText.list(sessions.map(\.text))))"
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

    private func figures(of sessions: [String]) async throws(ClickHouseError) -> [ExactText: SessionSummary] {
        guard !sessions.isEmpty else { return [:] }
        let rows = try await connection.rows(
            """
            SELECT \(Self.figureColumns) FROM \(table("spans")) FINAL WHERE \(of(sessions: sessions)) GROUP BY session_id
            """)
        let kept = try await keptBySession(among: sessions)
        var figures: [ExactText: SessionSummary] = [:]
        for var summary in try await scored(rows.all.map { $0.sessionSummary() }) {
            let id = ExactText(summary.sessionID)
            summary.kept = kept[id]
            figures[id] = summary
        }
        return figures
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
