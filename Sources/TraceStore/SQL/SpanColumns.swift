internal import TraceModel

/// The columns of a span in the order in which they are written and read.
enum SpanColumns {
    /// Writes the row of a new span.
    static let insert = "INSERT \(row)"

    /// Writes a whole row in the place of an earlier one of that sequence.
    static let replace = "REPLACE \(row)"

    private static let row = """
        INTO span (sequence, trace_no, span_id, parent_id, session_no, customer_id, config_key, is_counted, depth,
            kind, status, dialect, is_streaming, start, end, duration, ttft, prompt_tokens, completion_tokens,
            total_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, cost, cost_estimated, name, provider,
            request_model, response_model, response_id, finish_reason, error_message, prompt_key, prompt_version,
            prompt_test, prompt_variant, tags, tool_calls, metadata, identity, body_no, body_index,
            context)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            ?, ?, ?, ?, ?, ?, ?)
        """

    /// What a ``StoredSpan`` is read from, to be followed by a `WHERE` that starts with `span`. The cross joins keep
    /// SQLite from driving the query by anything but the spans.
    static let select = """
        SELECT span.sequence, trace_id, span_id, parent_id, session_id, span.customer_id, span.config_key, is_counted,
            depth, kind, status, dialect, is_streaming, start, end, duration, ttft, span.prompt_tokens,
            span.completion_tokens, span.total_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, span.cost,
            span.cost_estimated, name, provider, request_model, response_model, response_id, finish_reason,
            error_message, prompt_key, prompt_version, prompt_test, prompt_variant, tags, tool_calls, span.metadata,
            identity, body_no, body_index, span.context
        """

    /// The tables ``select`` reads.
    static let from = """
        FROM span CROSS JOIN trace ON trace.no = span.trace_no CROSS JOIN session ON session.no = span.session_no
        """
}

/// What of a span's row is not in its ``StoredSpan``.
struct SpanRowPlace {
    var traceNo: Int64
    var sessionNo: Int64
    var bodyNo: Int64
    var bodyIndex: Int
}

extension Statement {
    /// Binds a row for ``SpanColumns/insert`` and ``SpanColumns/replace``.
    func bind(_ sequence: Int64, _ span: Span, _ resolution: SpanResolution, _ place: SpanRowPlace) {
        bind(1, sequence)
        bind(2, place.traceNo)
        bind(3, span.key.spanID)
        bind(4, span.parentID)
        bind(5, place.sessionNo)
        bind(6, resolution.customerID)
        bind(7, resolution.configKey)
        bind(8, StoredCodes.code(of: resolution.counts))
        bind(9, resolution.depth)
        bind(10, StoredCodes.code(of: span.kind))
        bind(11, StoredCodes.code(of: span.status))
        bind(12, StoredCodes.code(of: span.dialect))
        bind(13, span.isStreaming ? 1 : 0)
        bind(14, span.start.unixNanoseconds)
        bind(15, span.end?.unixNanoseconds)
        bind(16, span.durationNanoseconds)
        bind(17, span.timeToFirstTokenNanoseconds)
        bind(18, span.usage.prompt)
        bind(19, span.usage.completion)
        bind(20, span.usage.total)
        bind(21, span.usage.cached)
        bind(22, span.usage.cacheWrite)
        bind(23, span.usage.reasoning)
        bind(24, span.cost?.nanoDollars)
        bind(25, span.cost.map { $0.isEstimated ? 1 : 0 })
        bindTexts(of: span)
        bind(41, place.bodyNo)
        bind(42, place.bodyIndex)
        bind(43, span.context.map(PackedFields.packWhole))
    }

    private func bindTexts(of span: Span) {
        bind(26, span.name)
        bind(27, span.provider)
        bind(28, span.requestModel)
        bind(29, span.responseModel)
        bind(30, span.responseID)
        bind(31, span.finishReason)
        bind(32, span.errorMessage)
        bind(33, span.promptKey)
        bind(34, span.promptVersion)
        bind(35, span.promptABTestKey)
        bind(36, span.promptVariantIndex)
        bind(37, PackedFields.pack(span.tags))
        bind(38, PackedFields.pack(span.toolCalls))
        bind(39, PackedFields.pack(span.metadata))
        bind(40, PackedFields.pack(span.identity))
    }

    /// The span of a row of ``SpanColumns/select``.
    func storedSpan() -> StoredSpan {
        let sessionID = text(4)
        let customer = optionalText(5)
        let config = optionalText(6)
        var span = Span(
            key: SpanKey(traceID: text(1), spanID: text(2)), parentID: optionalText(3), name: text(25),
            kind: StoredCodes.kind(int(9)), dialect: StoredCodes.dialect(int(11)),
            identity: PackedFields.identity(optionalBytes(39), session: sessionID, customer: customer, config: config),
            start: Timestamp(unixNanoseconds: int(13)),
            end: optionalInt(14).map(Timestamp.init(unixNanoseconds:)), durationNanoseconds: optionalInt(15),
            timeToFirstTokenNanoseconds: optionalInt(16), isStreaming: int(12) != 0,
            status: StoredCodes.status(int(10)))
        span.usage = TokenUsage(
            prompt: count(17), completion: count(18), total: count(19), cached: count(20), cacheWrite: count(21),
            reasoning: count(22))
        span.cost = optionalInt(23).map { Cost(nanoDollars: $0, isEstimated: int(24) != 0) }
        span.provider = optionalText(26)
        span.requestModel = optionalText(27)
        span.responseModel = optionalText(28)
        span.responseID = optionalText(29)
        span.finishReason = optionalText(30)
        span.errorMessage = optionalText(31)
        span.promptKey = optionalText(32)
        span.promptVersion = optionalText(33)
        span.promptABTestKey = optionalText(34)
        span.promptVariantIndex = count(35)
        span.tags = PackedFields.texts(optionalBytes(36))
        span.toolCalls = PackedFields.texts(optionalBytes(37))
        span.metadata = PackedFields.map(optionalBytes(38))
        span.context = optionalBytes(42).map(PackedFields.map)
        return StoredSpan(
            sequence: int(0), span: span, sessionID: sessionID, customerID: customer, configKey: config,
            counts: StoredCodes.counts(int(7)), depth: Int(clamping: int(8)))
    }

    private func count(_ column: Int32) -> Int? {
        optionalInt(column).map(Int.init(clamping:))
    }
}
