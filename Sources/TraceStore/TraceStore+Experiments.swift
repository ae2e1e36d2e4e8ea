internal import GRDB
public import TraceModel

extension TraceStore {
    /// The sessions of a config: one pass over the rows of sessions and assignments, no span is read.
    public func configSessions(_ query: ConfigSessionQuery) async throws -> ConfigSessionPage {
        try await read { database in
            let found = try ConfigMembers(query.configKey, since: query.since, database)
            return ConfigSessionPage(
                sessions: found.members.prefix(max(0, query.limit)).map(found.session), total: found.members.count,
                revision: try StateRow(database).revision)
        }
    }

    /// Figures of model calls: a pass over the rows of those spans, without their texts and bytes. Cancelling the task
    /// stops it.
    public func calls(_ query: CallQuery) async throws -> CallPage {
        try await read { database in
            var scan = CallScan(limit: max(0, query.limit), revision: try StateRow(database).revision)
            switch query.scope {
            case .config(let key):
                for member in try ConfigMembers(key, since: query.since, database).members where !scan.page.isPartial {
                    try scan.read(member, of: key, database)
                }
            case .prompt(let key): try scan.read(prompt: key, since: query.since, database)
            }
            return scan.page
        }
    }
}

extension TraceStore {
    /// The highest version of a config that an assignment was recorded with.
    public func highestVersion(ofConfig key: String) async throws -> Int? {
        try await read { try $0.highest("SELECT max(config_version) FROM assignment WHERE config_key = ?", key) }
    }

    /// The highest version of a prompt that a span was recorded with. What is no number is passed over.
    public func highestVersion(ofPrompt key: String) async throws -> Int? {
        try await read {
            try $0.highest(
                """
                SELECT max(CAST(prompt_version AS INTEGER)) FROM span
                WHERE prompt_key = ? AND length(prompt_version) < 10 AND prompt_version NOT GLOB '*[^0-9]*'
                """, key)
        }
    }
}

extension Database {
    fileprivate func highest(_ sql: String, _ key: String) throws -> Int? {
        try number(sql, key).map(Int.init(clamping:))
    }
}

/// Gathers figures of calls up to a limit.
private struct CallScan {
    private(set) var page: CallPage
    private let limit: Int
    private var places: [Int64: Int] = [:]

    init(limit: Int, revision: Int64) {
        self.limit = limit
        page = CallPage(sessions: [], calls: [], isPartial: false, revision: revision)
    }

    private static let columns = """
        SELECT kind, status, ifnull(response_model, request_model), prompt_version, prompt_variant, duration, ttft,
            is_counted, prompt_tokens, completion_tokens, total_tokens, cost, cost_estimated, session_no
        FROM span
        """

    /// What has figures to bring: finished, and a model call or something that costs.
    private static let brings = """
        NOT (end IS NULL AND duration IS NULL)
            AND (kind = \(StoredCodes.code(of: SpanKind.llm)) OR (\(StoredCodes.countsCost) AND cost IS NOT NULL))
        """

    mutating func read(_ member: ConfigMembers.Member, of configKey: String, _ database: Database) throws {
        let statement = try database.prepared(
            """
            \(Self.columns) WHERE session_no = ? AND (config_key = ? OR ?) AND \(Self.brings) ORDER BY start, sequence
            """, member.number, configKey, member.hasOwnSpan ? 0 : 1)
        defer { statement.reset() }
        try read(statement) { _ in member.sessionID }
    }

    mutating func read(prompt key: String, since: Timestamp?, _ database: Database) throws {
        let statement = try database.prepared(
            """
            \(Self.columns) NOT INDEXED WHERE prompt_key = ? AND start >= ? AND \(Self.brings)
            ORDER BY sequence DESC LIMIT ?
            """, key, since?.unixNanoseconds ?? .min, limit == .max ? limit : limit + 1)
        defer { statement.reset() }
        try read(statement) { try database.sessionID($0) ?? "" }
    }

    private mutating func read(_ statement: Statement, _ sessionID: (Int64) throws -> String) throws {
        while try statement.step() {
            guard page.calls.count < limit else {
                page.isPartial = true
                return
            }
            let number = statement.int(13)
            let place = places[number] ?? page.sessions.count
            if place == page.sessions.count {
                places[number] = place
                page.sessions.append(try sessionID(number))
            }
            page.calls.append(statement.callFigures(session: place))
        }
    }
}

extension Statement {
    fileprivate func callFigures(session: Int) -> CallFigures {
        let counts = StoredCodes.counts(int(7))
        var figures = CallFigures(
            session: session, part: CallFigures.Part(StoredCodes.kind(int(0)), counts),
            isError: StoredCodes.status(int(1)) == .error, model: optionalText(2), promptVersion: optionalText(3),
            promptVariantIndex: optionalInt(4).map(Int.init(clamping:)), durationNanoseconds: optionalInt(5),
            timeToFirstTokenNanoseconds: optionalInt(6))
        if counts.contains(.tokens) {
            figures.promptTokens = optionalInt(8).map(Int.init(clamping:))
            figures.completionTokens = optionalInt(9).map(Int.init(clamping:))
            figures.totalTokens = optionalInt(10).map(Int.init(clamping:))
        }
        if counts.contains(.cost) {
            figures.cost = optionalInt(11).map { Cost(nanoDollars: $0, isEstimated: int(12) != 0) }
        }
        return figures
    }
}
