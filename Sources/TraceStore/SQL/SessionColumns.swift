internal import GRDB
internal import TraceModel

/// The figures of a session in the order in which they are written and read.
enum SessionColumns {
    private static let columns = """
        session_id, config_key, customer_id, started_at, last_at, spans, llm_calls, errors, running, models,
            prompt_tokens, completion_tokens, total_tokens, cost, cost_estimated, latency_p50, latency_p95, latency_max,
            ttft_p50, ttft_p95
        """

    /// What a ``SessionSummary`` is read from.
    static let select = "SELECT \(columns) FROM session"

    /// All that are up to date as they lie, with a column more: their numbers, under the number ``count``.
    static let selectAll = "SELECT \(columns), no FROM session NOT INDEXED WHERE spans IS NOT NULL"

    /// The number of the first column behind a summary's.
    static let count: Int32 = 20

    /// Writes the figures of a session that is there.
    static let update = """
        UPDATE session SET config_key = ?2, customer_id = ?3, started_at = ?4, last_at = ?5, spans = ?6, llm_calls = ?7,
            errors = ?8, running = ?9, models = ?10, prompt_tokens = ?11, completion_tokens = ?12, total_tokens = ?13,
            cost = ?14, cost_estimated = ?15, latency_p50 = ?16, latency_p95 = ?17, latency_max = ?18, ttft_p50 = ?19,
            ttft_p95 = ?20, context = ?21, metadata = ?22, configs = ?23, customers = ?24 WHERE no = ?1
        """
}

extension Statement {
    /// Binds a row for ``SessionColumns/update``.
    func bind(_ number: Int64, _ row: SessionRow) {
        let figures = row.figures
        bind(1, number)
        bind(2, figures.configKey)
        bind(3, figures.customerID)
        bind(4, figures.startedAt.unixNanoseconds)
        bind(5, figures.lastAt.unixNanoseconds)
        bind(6, figures.spans)
        bind(7, figures.llmCalls)
        bind(8, figures.errors)
        bind(9, figures.running)
        bind(10, PackedFields.pack(figures.models))
        bind(11, figures.promptTokens)
        bind(12, figures.completionTokens)
        bind(13, figures.totalTokens)
        bind(14, figures.cost?.nanoDollars)
        bind(15, figures.cost.map { $0.isEstimated ? 1 : 0 })
        bind(16, figures.latencyP50Nanoseconds)
        bind(17, figures.latencyP95Nanoseconds)
        bind(18, figures.latencyMaxNanoseconds)
        bind(19, figures.ttftP50Nanoseconds)
        bind(20, figures.ttftP95Nanoseconds)
        bind(21, row.subject.context)
        bind(22, row.subject.metadata)
        bind(23, row.subject.configKeys.count > 1 ? PackedFields.pack(row.subject.configKeys) : nil)
        bind(24, row.subject.customers.count > 1 ? PackedFields.pack(row.subject.customers) : nil)
    }

    /// The figures of a row of ``SessionColumns/select``.
    func sessionSummary() -> SessionSummary {
        var figures = SessionSummary(
            sessionID: text(0), startedAt: Timestamp(unixNanoseconds: int(3)),
            lastAt: Timestamp(unixNanoseconds: int(4)))
        figures.configKey = optionalText(1)
        figures.customerID = optionalText(2)
        figures.spans = Int(clamping: int(5))
        figures.llmCalls = Int(clamping: int(6))
        figures.errors = Int(clamping: int(7))
        figures.running = Int(clamping: int(8))
        figures.models = PackedFields.texts(optionalBytes(9))
        figures.promptTokens = Int(clamping: int(10))
        figures.completionTokens = Int(clamping: int(11))
        figures.totalTokens = Int(clamping: int(12))
        figures.cost = optionalInt(13).map { Cost(nanoDollars: $0, isEstimated: int(14) != 0) }
        figures.latencyP50Nanoseconds = optionalInt(15)
        figures.latencyP95Nanoseconds = optionalInt(16)
        figures.latencyMaxNanoseconds = optionalInt(17)
        figures.ttftP50Nanoseconds = optionalInt(18)
        figures.ttftP95Nanoseconds = optionalInt(19)
        return figures
    }
}

/// A session as its row has it.
struct SessionRow {
    var figures: SessionSummary
    var subject: SessionSubject
}

/// What a session was asked with, packed as its spans have it, and the config keys and customers it has.
struct SessionSubject {
    var context: [UInt8]?
    var metadata: [UInt8]?
    private(set) var configKeys: [String] = []
    private(set) var customers: [String] = []
    private var contextPlace = (start: Int64.max, sequence: Int64.max)
    private var metadataPlace = (start: Int64.max, sequence: Int64.max)

    init() {}

    /// Looks at a span's row: start, sequence and the columns of context, metadata, config key and customer.
    mutating func add(_ row: Statement, context: Int32, metadata: Int32, configKey: Int32, customer: Int32) {
        let place = (start: row.int(3), sequence: row.int(0))
        // Rows mostly come by start, so that bytes are taken once.
        if place < contextPlace, let bytes = row.optionalBytes(context) {
            (self.context, contextPlace) = (bytes, place)
        }
        if place < metadataPlace, let bytes = row.optionalBytes(metadata) {
            (self.metadata, metadataPlace) = (bytes, place)
        }
        Self.add(row.optionalText(configKey), to: &configKeys)
        Self.add(row.optionalText(customer), to: &customers)
    }

    private static func add(_ text: String?, to texts: inout [String]) {
        guard let text, !texts.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else { return }
        texts.append(text)
    }
}

extension Database {
    /// A session's figures, added up from its spans; `nil` when it has none.
    func figures(ofSession number: Int64) throws -> SessionSummary? {
        try sessionRow(number)?.figures
    }

    /// A session's row, made anew from its spans; `nil` when it has none.
    func sessionRow(_ number: Int64) throws -> SessionRow? {
        guard let id = try sessionID(number) else { return nil }
        var figures = SessionFigures(sessionID: id)
        var subject = SessionSubject()
        let spans = try prepared(
            """
            SELECT sequence, kind, status, start, end, duration, ttft, ifnull(response_model, request_model),
                prompt_tokens, completion_tokens, total_tokens, cost, cost_estimated, is_counted, customer_id, config_key,
                metadata, context
            FROM span WHERE session_no = ?
            """, number)
        defer { spans.reset() }
        while try spans.step() {
            figures.add(spans.sessionSpan())
            subject.add(spans, context: 17, metadata: 16, configKey: 15, customer: 14)
        }
        return figures.figures().map { SessionRow(figures: $0, subject: subject) }
    }

    /// The sessions whose figures are older than their spans.
    func staleSessions(limit: Int = .max) throws -> [Int64] {
        try prepared("SELECT session_no FROM stale LIMIT ?", limit).rows { $0.int(0) }
    }
}

extension Statement {
    fileprivate func sessionSpan() -> SessionSpan {
        let kind = StoredCodes.kind(int(1))
        let duration = optionalInt(5)
        let end = optionalInt(4).map(Timestamp.init(unixNanoseconds:))
        return SessionSpan(
            sequence: int(0), kind: kind, status: StoredCodes.status(int(2)),
            isRunning: end == nil && duration == nil, start: Timestamp(unixNanoseconds: int(3)), end: end,
            durationNanoseconds: duration, timeToFirstTokenNanoseconds: optionalInt(6),
            model: kind == .llm ? optionalText(7) : nil,
            usage: TokenUsage(
                prompt: optionalInt(8).map(Int.init(clamping:)), completion: optionalInt(9).map(Int.init(clamping:)),
                total: optionalInt(10).map(Int.init(clamping:))),
            cost: optionalInt(11).map { Cost(nanoDollars: $0, isEstimated: int(12) != 0) },
            counts: StoredCodes.counts(int(13)),
            customerID: optionalText(14), configKey: optionalText(15))
    }
}
