internal import TraceModel

extension Statement {
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
            timeToFirstTokenNanoseconds: optionalInt(.ttft), isStreaming: int(.isStreaming) != 0, usage: usage(),
            cost: optionalInt(.cost).map { Cost(nanoDollars: $0, isEstimated: int(.costEstimated) != 0) },
            status: StoredCodes.status(int(.status)))
        readTexts(into: &span)
        return StoredSpan(
            sequence: int(.sequence), span: span, sessionID: sessionID, customerID: customer, configKey: config,
            counts: StoredCodes.counts(int(.isCounted)), depth: Int(clamping: int(.depth)))
    }

    private func usage() -> TokenUsage {
        TokenUsage(
            prompt: count(.promptTokens), completion: count(.completionTokens), total: count(.totalTokens),
            cached: count(.cachedTokens), cacheWrite: count(.cacheWriteTokens),
            cacheWriteHour: count(.cacheWriteHourTokens), reasoning: count(.reasoningTokens))
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
    private func text(_ column: SpanColumn) -> String { text(column.rawValue) }
    private func optionalText(_ column: SpanColumn) -> String? { optionalText(column.rawValue) }
    private func int(_ column: SpanColumn) -> Int64 { int(column.rawValue) }
    private func optionalInt(_ column: SpanColumn) -> Int64? { optionalInt(column.rawValue) }
    private func optionalBytes(_ column: SpanColumn) -> [UInt8]? { optionalBytes(column.rawValue) }
    private func count(_ column: SpanColumn) -> Int? { optionalInt(column).map(Int.init(clamping:)) }
}
