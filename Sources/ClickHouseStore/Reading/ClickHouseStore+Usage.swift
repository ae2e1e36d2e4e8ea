public import TraceModel

extension ClickHouseStore {
    /// Sums over spans: by the server where it can say the filter, the fields and the pieces of time; else over the spans
    /// as they are read.
    public func usage(_ query: UsageQuery) async throws -> UsageReport {
        var query = query
        query.filter = query.filter.withoutRuns
        let standing = try await standing()
        let revision = standing.revision
        let condition = try await condition(query.filter, at: revision)
        let fields = query.fields.compactMap(\.sql)
        guard condition.isExact, fields.count == query.fields.count, query.fields.count(where: { $0 == .tag }) < 2,
            let bucket = try await bucket(query, condition)
        else { return try await wholeSpans(query, standing) }
        let keys = (bucket.isEmpty ? [] : [bucket]) + fields
        guard !keys.isEmpty, !query.fields.contains(.tag) else {
            return try await separately(query, keys, fields, condition, revision)
        }
        return try await together(keys, fields, condition, revision)
    }

    /// The groups in one pass, and all together from their states.
    private func together(
        _ keys: [String], _ fields: [String], _ condition: PushedCondition, _ revision: Int64
    ) async throws(ClickHouseError) -> UsageReport {
        let names = keys.indices.map { "key\($0)" }.joined(separator: ", ")
        let named = keys.enumerated().map { "\($1) AS key\($0)" }.joined(separator: ", ")
        let rows = try await connection.rows(
            """
            SELECT \(names), \(UsageSums.merged), grouping(key0) FROM (
                SELECT \(named), \(UsageSums.states) FROM \(table("spans")) FINAL WHERE \(condition.sql) GROUP BY \(names))
            GROUP BY GROUPING SETS ((\(names)), ())
            """)
        var report = UsageReport(rows: [], total: UsageFigures(), revision: revision)
        for row in rows.all {
            let figures = row.figures(from: keys.count)
            if row.int(keys.count + UsageSums.count) == 0 {
                report.rows.append(self.row(row, figures, fields.count, hasBucket: keys.count > fields.count))
            } else {
                report.total = figures
            }
        }
        report.rows.sort(by: UsageRow.precedes)
        return report
    }

    private func row(_ row: ServerRow, _ figures: UsageFigures, _ fields: Int, hasBucket: Bool) -> UsageRow {
        UsageRow(
            bucketStart: hasBucket ? Timestamp(unixNanoseconds: row.int(0)) : nil,
            values: (0..<fields).map { row.optionalText($0 + (hasBucket ? 1 : 0)) }, figures: figures)
    }

    /// The groups and all together each for itself: a span counts for each of its tags, but once in all.
    private func separately(
        _ query: UsageQuery, _ keys: [String], _ fields: [String], _ condition: PushedCondition, _ revision: Int64
    ) async throws(ClickHouseError) -> UsageReport {
        let total = try await connection.rows(
            "SELECT \(UsageSums.whole) FROM \(table("spans")) FINAL WHERE \(condition.sql)")
        var report = UsageReport(
            rows: [], total: total.first.map { $0.figures(from: 0) } ?? .init(), revision: revision)
        guard report.total.spans > 0 else { return report }
        guard !keys.isEmpty else {
            report.rows = [UsageRow(bucketStart: nil, values: [], figures: report.total)]
            return report
        }
        let names = keys.indices.map { "key\($0)" }
        let rows = try await connection.rows(
            """
            SELECT \(zip(keys, names).map { "\($0) AS \($1)" }.joined(separator: ", ")), \(UsageSums.whole)
            FROM \(table("spans")) FINAL WHERE \(condition.sql) GROUP BY \(names.joined(separator: ", "))
            """)
        report.rows = rows.all.map {
            row($0, $0.figures(from: keys.count), fields.count, hasBucket: keys.count > fields.count)
        }.sorted(by: UsageRow.precedes)
        return report
    }

    /// The start of the piece of time as the server computes it; empty where none are asked for, `nil` where it cannot.
    private func bucket(_ query: UsageQuery, _ condition: PushedCondition) async throws(ClickHouseError) -> String? {
        guard let bucket = query.bucket else { return "" }
        // The server knows between which hours its rows lie without reading them.
        let ends = "SELECT count(), min(hour), max(hour) FROM \(table("spans"))"
        var found = try await connection.rows(ends).first
        if let all = found,
            all.int(2) &- max(all.int(1), query.filter.earliest.map { Int64(Hour.of($0)) } ?? .min) > 20_000
        {
            found = try await connection.rows(ends + " WHERE \(condition.sql)").first
        }
        guard let row = found, row.int(0) > 0 else { return "" }
        let hour = Hour.nanoseconds
        guard
            let clock = WallClockSteps(
                from: row.int(1) &* hour &- bucket.nanoseconds, to: (row.int(2) &+ 1) &* hour, query.offset)
        else { return nil }
        let phase = bucket == .week ? 3 * UsageBucket.day.nanoseconds : 0
        // Rows lie by the hour: where clocks are whole hours ahead, it tells the piece, and no start need be read.
        let isByHour = clock.isOfWholeHours && bucket.nanoseconds >= hour
        let (moment, unit) = isByHour ? ("hour", hour) : ("start", 1)
        let ahead = clock.ahead(moment, unit: unit)
        let rest = "positiveModulo(\(moment) + \(ahead) + \(phase / unit), \(bucket.nanoseconds / unit))"
        var piece = isByHour ? "toInt64(hour - \(rest))" : "start - \(rest)"
        if !clock.isSteady {
            // Where the clock was changed meanwhile, it began by the clock that was then (`UsageBucket.start`).
            let moved = "((\(piece) AS piece) + \(ahead) - \(clock.ahead("piece", unit: unit)) AS moved)"
            piece = "if(\(moved) > \(moment), piece, moved)"
        }
        return isByHour ? "\(piece) * \(hour)" : piece
    }

    /// Adds up spans one by one.
    private func wholeSpans(_ query: UsageQuery, _ standing: Standing) async throws -> UsageReport {
        let needsPayload = query.fields.contains(where: \.needsPayload)
        let nothing = SpanFilterLookup(content: { "" }, attribute: { _ in nil })
        var tally = UsageTally(query)
        var numbers: [ExactText: Int64] = [:]
        let lookup = configuration.lookup
        let scan = try await RowScan(SpanQuery(filter: query.filter, limit: .max), self, standing)
        try await scan.forEach(withBytes: needsPayload) { stored, payload in
            let session = ExactText(stored.sessionID)
            let number = numbers[session] ?? Int64(numbers.count)
            numbers[session] = number
            let looking = payload.map(lookup) ?? nothing
            tally.add(
                UsageSpan(stored, session: number), values: query.fields.map { $0.values(of: stored, looking: looking) }
            )
            return true
        }
        return tally.report(revision: standing.revision)
    }
}

/// How far a wall clock is ahead of UTC over a stretch of time, as steps: it changes twice a year, not with each span.
struct WallClockSteps {
    /// From when on a clock is how far ahead, nanoseconds; the first from the beginning.
    private var steps: [(from: Int64, ahead: Int64)]

    /// Whether the clock is never changed.
    var isSteady: Bool { steps.count == 1 }

    /// Whether it is always whole hours ahead, and changed where an hour begins.
    var isOfWholeHours: Bool {
        steps.allSatisfy { $0.ahead % Hour.nanoseconds == 0 }
            && steps.dropFirst().allSatisfy { $0.from % Hour.nanoseconds == 0 }
    }

    /// How far ahead at a moment, as SQL; both in units of so many nanoseconds.
    func ahead(_ moment: String, unit: Int64 = 1) -> String {
        let last = (steps.last?.ahead ?? 0) / unit
        guard !isSteady else { return "\(last)" }
        let parts = zip(steps, steps.dropFirst()).map { "\(moment) < \($1.from / unit), \($0.ahead / unit)" }
        return "multiIf(\(parts.joined(separator: ", ")), \(last))"
    }

    /// Looks hour by hour; `nil` for a stretch that no clock is asked about.
    init?(from first: Int64, to last: Int64, _ offset: (Timestamp) -> Int) {
        let hour = Hour.nanoseconds
        // A century at most, and far from where 64 bits end.
        guard first.magnitude < Int64.max / 4, last.magnitude < Int64.max / 4, last - first < 876_000 * hour else {
            return nil
        }
        func ahead(_ moment: Int64) -> Int64 { Int64(offset(Timestamp(unixNanoseconds: moment))) * 1_000_000_000 }
        steps = [(first, ahead(first))]
        var at = first
        while at < last {
            let next = min(last, at + hour)
            if ahead(next) != steps[steps.count - 1].ahead {
                // Somewhere in this hour.
                var (low, high) = (at, next)
                while high - low > 1 {
                    let middle = low + (high - low) / 2
                    if ahead(middle) == steps[steps.count - 1].ahead { low = middle } else { high = middle }
                }
                steps.append((high, ahead(next)))
            }
            at = next
        }
    }
}

extension UsageField {
    /// A field as SQL; `nil` where columns do not say it.
    fileprivate var sql: String? {
        switch self {
        case .model: FigureSQL.model
        case .provider: "provider"
        case .customer: "customer_id"
        case .config: "config_key"
        case .variant: "toString(prompt_variant)"
        case .prompt:
            "if(prompt_key IS NULL, NULL, concat(ifNull(prompt_key, ''), ifNull(concat('@', prompt_version), '')))"
        case .kind: "kind"
        case .tool: "if(kind = 'tool', name, NULL)"
        case .status: "if(\(FigureSQL.isRunning), 'running', status)"
        case .error: "error_message"
        case .tag: "arrayJoin(if(empty(tags), [NULL], CAST(tags, 'Array(Nullable(String))')))"
        case .session: "session_id"
        case .dialect: "dialect"
        case .attribute: nil
        }
    }
}

extension ServerRow {
    fileprivate func figures(from first: Int) -> UsageFigures {
        func count(_ place: Int) -> Int { Int(clamping: int(first + place)) }
        var figures = UsageFigures()
        figures.spans = count(0)
        figures.sessions = count(1)
        figures.llmCalls = count(2)
        figures.errors = count(3)
        figures.promptTokens = count(4)
        figures.completionTokens = count(5)
        figures.totalTokens = count(6)
        figures.cachedTokens = count(7)
        figures.reportedCost = count(8) > 0 ? int(first + 9) : nil
        figures.estimatedCost = count(10) > 0 ? int(first + 11) : nil
        figures.callsWithoutCost = count(12)
        figures.latencyP50 = ints(first + 13).first
        figures.latencyP95 = ints(first + 13).last
        figures.ttftP50 = ints(first + 14).first
        figures.ttftP95 = ints(first + 14).last
        figures.failedCalls = count(15)
        return figures
    }
}
