internal import TraceModel

/// What of a span's row is not in its ``StoredSpan``.
struct SpanRowPlace {
    var traceNo: Int64
    var sessionNo: Int64
    var body: SpanTester.Body
}

extension Statement {
    /// Binds a row for ``SpanColumn/insert`` and ``SpanColumn/replace``. A call of its own, so that the span is lent to it
    /// and not copied.
    @inline(never)
    func bind(_ sequence: Int64, _ span: Span, _ resolution: SpanResolution, _ place: SpanRowPlace) {
        set(.sequence, sequence)
        set(.trace, place.traceNo)
        set(.spanID, span.key.spanID)
        set(.parentID, span.parentID)
        set(.session, place.sessionNo)
        set(.customerID, resolution.customerID)
        set(.configKey, resolution.configKey)
        set(.isCounted, StoredCodes.code(of: resolution.counts))
        set(.depth, resolution.depth)
        set(.kind, StoredCodes.code(of: span.kind))
        set(.status, StoredCodes.code(of: span.status))
        set(.dialect, StoredCodes.code(of: span.dialect))
        bindFigures(of: span)
        bindTexts(of: span)
        set(.body, place.body.number)
        set(.bodyIndex, place.body.index)
        set(.context, span.context.map(PackedFields.packWhole))
    }

    private func bindFigures(of span: Span) {
        set(.isStreaming, span.isStreaming ? 1 : 0)
        set(.start, span.start.unixNanoseconds)
        set(.end, span.end?.unixNanoseconds)
        set(.duration, span.durationNanoseconds)
        set(.ttft, span.timeToFirstTokenNanoseconds)
        set(.promptTokens, span.usage.prompt)
        set(.completionTokens, span.usage.completion)
        set(.totalTokens, span.usage.total)
        set(.cachedTokens, span.usage.cached)
        set(.cacheWriteTokens, span.usage.cacheWrite)
        set(.cacheWriteHourTokens, span.usage.cacheWriteHour)
        set(.reasoningTokens, span.usage.reasoning)
        set(.cost, span.cost?.nanoDollars)
        set(.costEstimated, span.cost.map { $0.isEstimated ? 1 : 0 })
    }

    private func bindTexts(of span: Span) {
        set(.name, span.name)
        set(.provider, span.provider)
        set(.requestModel, span.requestModel)
        set(.responseModel, span.responseModel)
        set(.responseID, span.responseID)
        set(.finishReason, span.finishReason)
        set(.errorMessage, span.errorMessage)
        set(.promptKey, span.promptKey)
        set(.promptVersion, span.promptVersion)
        set(.promptTest, span.promptABTestKey)
        set(.promptVariant, span.promptVariantIndex)
        set(.tags, PackedFields.pack(span.tags))
        set(.toolCalls, PackedFields.pack(span.toolCalls))
        set(.metadata, PackedFields.pack(span.metadata))
        set(.identity, PackedFields.pack(span.identity))
    }

    /// The span of a row of ``SpanColumn/select``.
    func storedSpan() -> StoredSpan {
        let sessionID = text(.session)
        let customer = optionalText(.customerID)
        let config = optionalText(.configKey)
        var span = Span(
            key: SpanKey(traceID: text(.trace), spanID: text(.spanID)), parentID: optionalText(.parentID),
            name: text(.name), kind: StoredCodes.kind(int(.kind)), dialect: StoredCodes.dialect(int(.dialect)),
            identity: PackedFields.identity(
                optionalBytes(.identity), session: sessionID, customer: customer, config: config),
            start: Timestamp(unixNanoseconds: int(.start)),
            end: optionalInt(.end).map(Timestamp.init(unixNanoseconds:)), durationNanoseconds: optionalInt(.duration),
            timeToFirstTokenNanoseconds: optionalInt(.ttft), isStreaming: int(.isStreaming) != 0,
            status: StoredCodes.status(int(.status)))
        span.usage = TokenUsage(
            prompt: count(.promptTokens), completion: count(.completionTokens), total: count(.totalTokens),
            cached: count(.cachedTokens), cacheWrite: count(.cacheWriteTokens),
            cacheWriteHour: count(.cacheWriteHourTokens), reasoning: count(.reasoningTokens))
        span.cost = optionalInt(.cost).map { Cost(nanoDollars: $0, isEstimated: int(.costEstimated) != 0) }
        readTexts(into: &span)
        return StoredSpan(
            sequence: int(.sequence), span: span, sessionID: sessionID, customerID: customer, configKey: config,
            counts: StoredCodes.counts(int(.isCounted)), depth: Int(clamping: int(.depth)))
    }

    private func readTexts(into span: inout Span) {
        span.provider = optionalText(.provider)
        span.requestModel = optionalText(.requestModel)
        span.responseModel = optionalText(.responseModel)
        span.responseID = optionalText(.responseID)
        span.finishReason = optionalText(.finishReason)
        span.errorMessage = optionalText(.errorMessage)
        span.promptKey = optionalText(.promptKey)
        span.promptVersion = optionalText(.promptVersion)
        span.promptABTestKey = optionalText(.promptTest)
        span.promptVariantIndex = count(.promptVariant)
        span.tags = PackedFields.texts(optionalBytes(.tags))
        span.toolCalls = PackedFields.texts(optionalBytes(.toolCalls))
        span.metadata = PackedFields.map(optionalBytes(.metadata))
        span.context = optionalBytes(.context).map(PackedFields.map)
    }

    /// Where the bytes of the span of a row of ``SpanColumn/select`` lie.
    func body() -> SpanTester.Body {
        SpanTester.Body(number: int(.body), index: Int(clamping: int(.bodyIndex)))
    }
}

extension Statement {
    private func set(_ column: SpanColumn, _ value: Int64?) { bind(column.parameter, value) }
    private func set(_ column: SpanColumn, _ value: Int?) { bind(column.parameter, value) }
    private func set(_ column: SpanColumn, _ text: String?) { bind(column.parameter, text) }
    private func set(_ column: SpanColumn, _ bytes: [UInt8]?) { bind(column.parameter, bytes) }

    private func text(_ column: SpanColumn) -> String { text(column.rawValue) }
    private func optionalText(_ column: SpanColumn) -> String? { optionalText(column.rawValue) }
    private func int(_ column: SpanColumn) -> Int64 { int(column.rawValue) }
    private func optionalInt(_ column: SpanColumn) -> Int64? { optionalInt(column.rawValue) }
    private func optionalBytes(_ column: SpanColumn) -> [UInt8]? { optionalBytes(column.rawValue) }
    private func count(_ column: SpanColumn) -> Int? { optionalInt(column).map(Int.init(clamping:)) }
}
