internal import GRDB
internal import TraceModel

/// Reads a window of sessions: those whose figures are in `session`, led by an index, with the stale ones, whose
/// figures are added up here and now, merged in where they belong.
struct SessionWindowReading {
    private var query: SessionQuery
    private let database: Database
    private let reading: PayloadReading
    private let matches: SessionMatches
    private let revision: Int64
    /// The sessions that pass, where somebody has looked already.
    private let found: Set<Int64>?

    init(
        _ query: SessionQuery, _ database: Database, matches: SessionMatches, found: Set<Int64>?,
        reading: PayloadReading
    ) throws {
        self.found = found
        self.query = query
        self.database = database
        self.matches = matches
        self.reading = reading
        revision = try StateRow(database).revision
    }

    func page() throws -> SessionPage {
        let passing = try passingSessions()
        let staleNumbers = try database.staleSessions()
        var stale: [SessionSummary] = []
        var apart: Set<Int64> = []
        for number in staleNumbers where passing?.contains(number) ?? true {
            if let figures = try database.figures(ofSession: number), query.part?.holds(figures) ?? true {
                stale.append(figures)
            } else {
                apart.insert(number)
            }
        }
        let matching = try part(passing, staleNumbers).map { $0.subtracting(apart) }
        stale.sort { query.precedes($0, $1) }
        let total: Int
        if let matching {
            total = matching.count
        } else {
            total = Int(try database.number("SELECT count(*) FROM session") ?? 0) - staleNumbers.count + stale.count
        }
        let pinned = query.pinnedFirst ? try pinned(stale: Set(staleNumbers), matching) : [:]
        guard !pinned.isEmpty else {
            let sessions = try window(stale, leavingOut: Set(staleNumbers), matching)
            return SessionPage(sessions: sessions, total: total, revision: revision)
        }
        // The pinned ones, and behind them a window of the others.
        let first = pinned.values.sorted { query.precedes($0, $1) }
        let shown = first.dropFirst(max(0, query.offset)).prefix(max(0, query.limit))
        var rest = self
        rest.query.offset = max(0, query.offset - first.count)
        rest.query.limit = max(0, query.limit) - shown.count
        let names = Set(first.map { ExactText($0.sessionID) })
        let others = try rest.window(
            stale.filter { !names.contains(ExactText($0.sessionID)) },
            leavingOut: Set(staleNumbers).union(pinned.keys), matching)
        return SessionPage(sessions: shown + others, total: total, revision: revision)
    }

    /// The pinned sessions that pass, by number.
    private func pinned(stale: Set<Int64>, _ matching: Set<Int64>?) throws -> [Int64: SessionSummary] {
        let numbers = try database.prepared(
            "SELECT no FROM session WHERE session_id IN (SELECT session_id FROM kept WHERE pinned = 1)"
        ).rows { $0.int(0) }
        var found: [Int64: SessionSummary] = [:]
        for number in numbers where matching?.contains(number) ?? true {
            found[number] =
                stale.contains(number)
                ? try database.figures(ofSession: number) : try database.storedFigures(ofSession: number)
        }
        return found
    }

    /// The groups of the sessions that pass.
    func groups(_ wanted: SessionGroupQuery) throws -> [SessionGroup] {
        var tally = SessionGroupTally(wanted)
        let passing = try passingSessions()
        let stale = Set(try database.staleSessions())
        for number in stale where passing?.contains(number) ?? true {
            if let figures = try database.figures(ofSession: number) { tally.add(figures) }
        }
        try forEach(of: passing, leavingOut: stale) { tally.add($1) }
        return tally.result
    }

    /// Goes through the sessions that pass as their rows lie, with their numbers.
    private func forEach(
        of passing: Set<Int64>?, leavingOut stale: Set<Int64>, _ body: (Int64, SessionSummary) -> Void
    ) throws {
        let statement = try database.prepared(SessionColumns.selectAll)
        defer { statement.reset() }
        while try statement.step() {
            let number = statement.int(SessionColumns.count)
            guard !stale.contains(number), passing?.contains(number) ?? true else { continue }
            body(number, statement.sessionSummary())
        }
    }

    private func passingSessions() throws -> Set<Int64>? { query.filter == .all ? nil : try matchingSessions() }

    /// Those of the sessions that are in the part asked for; stale ones are told by their figures.
    private func part(_ passing: Set<Int64>?, _ stale: [Int64]) throws -> Set<Int64>? {
        guard let part = query.part else { return passing }
        let stale = Set(stale)
        var members = passing.map { $0.intersection(stale) } ?? stale
        try forEach(of: passing, leavingOut: stale) { number, summary in
            if part.holds(summary) { members.insert(number) }
        }
        return members
    }

    /// So many sessions that pass are sorted as they are.
    private static let few = 1000

    /// Merges the stale sessions, sorted, with the others and cuts out the window.
    private func window(
        _ stale: [SessionSummary], leavingOut staleNumbers: Set<Int64>, _ matching: Set<Int64>?
    ) throws -> [SessionSummary] {
        let offset = max(0, query.offset)
        let limit = max(0, query.limit)
        if let matching, matching.count <= Self.few {
            // So few are sooner sorted than found amongst all.
            let fresh = try matching.subtracting(staleNumbers).compactMap { try database.storedFigures(ofSession: $0) }
            return Array((stale + fresh).sorted { query.precedes($0, $1) }.dropFirst(offset).prefix(limit))
        }
        // At most all stale ones come before the window, so at least so many of the others do.
        let skipped = max(0, offset - stale.count)
        let fresh = try numbers(skip: skipped, count: offset - skipped + limit) { number in
            !staleNumbers.contains(number) && matching?.contains(number) ?? true
        }.compactMap { try database.storedFigures(ofSession: $0) }
        guard skipped > 0 else { return Array(merged(stale, fresh).dropFirst(offset).prefix(limit)) }
        guard let first = fresh.first else { return [] }
        let before = stale.prefix { query.precedes($0, first) }.count
        return Array(merged(Array(stale[before...]), fresh).dropFirst(offset - skipped - before).prefix(limit))
    }

    private func merged(_ left: [SessionSummary], _ right: [SessionSummary]) -> [SessionSummary] {
        var merged: [SessionSummary] = []
        var left = left[...]
        var right = right[...]
        while let nextLeft = left.first, let nextRight = right.first {
            if query.precedes(nextLeft, nextRight) {
                merged.append(nextLeft)
                left.removeFirst()
            } else {
                merged.append(nextRight)
                right.removeFirst()
            }
        }
        return merged + left + right
    }

    /// Numbers of sessions in the query's order that are `wanted`, without the first `skip` of them.
    private func numbers(skip: Int, count: Int, where wanted: (Int64) -> Bool) throws -> [Int64] {
        var skip = skip
        var numbers: [Int64] = []
        for sql in SessionOrdering(query).statements where numbers.count < count {
            let statement = try database.prepared(sql)
            defer { statement.reset() }
            while numbers.count < count, try statement.step() {
                let number = statement.int(0)
                guard wanted(number) else { continue }
                if skip > 0 { skip -= 1 } else { numbers.append(number) }
            }
        }
        return numbers
    }

    // MARK: Filtering

    /// Sessions that have at least one span that passes.
    private func matchingSessions() throws -> Set<Int64> {
        if let found { return found }
        if let known = matches.answer(to: query.filter, revision: revision) { return known }
        let translated = FilterSQL(query.filter)
        var matching: Set<Int64> = []
        if let known = try sessionsByTheirRows() {
            matching = known
        } else if translated.isExact {
            matching = try sessions(translated, SpanScan.Driver(query.filter, database, isWhole: true))
        } else {
            try SpanScan(SpanQuery(filter: query.filter, limit: .max), database, reading)
                .addSessions(to: &matching, within: nil, database)
        }
        matches.remember(matching, of: query.filter, revision: revision)
        return matching
    }

    /// The sessions that pass a filter of one field of which their rows know; `nil` for other filters.
    private func sessionsByTheirRows() throws -> Set<Int64>? {
        guard case .text(let field, let pattern) = query.filter, let known = SessionFieldSQL(field, pattern) else {
            return nil
        }
        let stale = Set(try database.staleSessions())
        var matching = try fitting(known)
        if let several = known.several, let many = known.many {
            let statement = try database.prepared("SELECT no, \(several) \(many.sql)")
            defer { statement.reset() }
            while try statement.step() {
                if PackedFields.texts(statement.optionalBytes(1)).contains(where: pattern.matches) {
                    matching.insert(statement.int(0))
                }
            }
        }
        matching.subtract(stale)
        for number in stale where try hasSpan(passing: FilterSQL(query.filter), session: number) {
            matching.insert(number)
        }
        return matching
    }

    /// The sessions whose first value fits. What has a customer or a config has figures.
    private func fitting(_ known: SessionFieldSQL) throws -> Set<Int64> {
        let hasFigures = known.several == nil ? "AND spans IS NOT NULL" : ""
        let statement = try database.prepared(
            "SELECT no \(known.fitting.sql) \(hasFigures)", binding: known.fitting.arguments)
        return Set(try statement.rows { $0.int(0) })
    }

    private func hasSpan(passing translated: FilterSQL, session: Int64) throws -> Bool {
        try database.preparedOnce(
            """
            SELECT 1 FROM span INDEXED BY span_by_session WHERE session_no = \(session) AND \(translated.condition) LIMIT 1
            """, binding: translated.arguments
        ).first { _ in } != nil
    }

    private func sessions(_ translated: FilterSQL, _ driver: SpanScan.Driver) throws -> Set<Int64> {
        let statement = try database.preparedOnce(
            """
            SELECT session_no FROM span \(driver.index(ofAll: query.filter))
            WHERE \(translated.condition) AND \(driver.condition ?? "1")
            """, binding: translated.arguments)
        defer { statement.reset() }
        var matching: Set<Int64> = []
        while try statement.step() { matching.insert(statement.int(0)) }
        return matching
    }
}

extension Database {
    /// The figures of a session that is not stale.
    func storedFigures(ofSession number: Int64) throws -> SessionSummary? {
        try prepared("\(SessionColumns.select) WHERE no = ?", number).first { $0.sessionSummary() }
    }
}
