internal import TraceModel

/// A row of `fallom_spans` on its way to the server.
struct SpanRow {
    /// Moves from first arrival to the last record; see docs/clickhouse.md §3.
    var version: SpanVersion
    var sequence: Int64
    /// Whether the row takes one away rather than bringing one.
    var isGone = false
    /// When it is written, microseconds since 1970 by the collector's clock.
    var stamp: Int64
    var collector: UInt64
}

/// Which of several rows of a span holds: a finished record before a running one, a later record before an earlier, of one
/// record what was resolved last.
struct SpanVersion: Hashable, Sendable {
    /// The record: the highest bit for a finished one, then microseconds.
    var record: UInt64
    /// The resolution: microseconds.
    var resolution: UInt64

    static let finished: UInt64 = 1 << 63

    /// The version of a new record, above the one that was there.
    init(isFinished: Bool, stamp: Int64, above old: UInt64?) {
        let time = max(UInt64(clamping: stamp), (old.map { $0 & ~Self.finished } ?? 0) + 1)
        record = time & ~Self.finished | (isFinished ? Self.finished : 0)
        resolution = UInt64(clamping: stamp)
    }

    /// As it is stored.
    var number: UInt128 { UInt128(record) << 64 | UInt128(resolution) }
}

/// Hours since 1970: what rows are sorted by first.
enum Hour {
    static let nanoseconds: Int64 = 3_600_000_000_000

    /// The hour a moment lies in.
    static func of(_ moment: Timestamp) -> Int32 {
        let time = moment.unixNanoseconds
        let hour = time / nanoseconds
        return Int32(time % nanoseconds < 0 ? hour - 1 : hour)
    }
}

extension SpanColumns {
    /// Writes what the trace of a span says about it: the first columns.
    static func addHead(_ span: Span, _ resolution: SpanResolution, _ row: SpanRow, to rows: inout some RowWriting) {
        rows.add(int32: Hour.of(span.start))
        rows.add(int64: row.sequence)
        rows.add(word128: row.version.number)
        rows.add(flag: row.isGone)
        rows.add(int64: row.stamp)
        rows.add(word64: row.collector)
        rows.add(text: span.key.traceID)
        rows.add(text: span.key.spanID)
        rows.add(optionalText: span.parentID)
        rows.add(text: resolution.sessionID)
        rows.add(optionalText: resolution.customerID)
        rows.add(optionalText: resolution.configKey)
        rows.add(byte: resolution.counts.rawValue)
        rows.add(word32: UInt32(clamping: resolution.depth))
    }

    /// Writes what does not depend on the trace, the columns behind those.
    static func addTail(_ ingested: IngestedSpan, _ runs: SearchRuns, to rows: inout some RowWriting) {
        addIdentity(ingested.span.identity, to: &rows)
        addFigures(ingested.span, to: &rows)
        addTexts(ingested.span, to: &rows)
        rows.add(byte: ingested.payload.format.rawValue)
        rows.add(blob: ingested.payload.span)
        rows.add(blob: ingested.payload.surroundings)
        rows.add(blob: ingested.payload.resource)
        rows.add(blob: runs.bytes)
        rows.add(flag: runs.isOpaque)
    }

    private static func addIdentity(_ identity: SpanIdentity, to rows: inout some RowWriting) {
        for fact in [identity.session, identity.customer, identity.config] {
            rows.add(optionalText: fact.own)
            rows.add(optionalText: fact.resource)
        }
    }

    private static func addFigures(_ span: Span, to rows: inout some RowWriting) {
        rows.add(text: span.kind.rawValue)
        rows.add(text: span.status.rawValue)
        rows.add(text: span.dialect.rawValue)
        rows.add(flag: span.isStreaming)
        rows.add(int64: span.start.unixNanoseconds)
        rows.add(optionalInt64: span.end?.unixNanoseconds)
        let end = span.end ?? span.durationNanoseconds.map { span.start.advanced(byNanoseconds: $0) }
        rows.add(optionalInt64: end?.unixNanoseconds)
        rows.add(optionalInt64: span.durationNanoseconds)
        rows.add(optionalInt64: span.timeToFirstTokenNanoseconds)
        let usage = span.usage
        for count in [
            usage.prompt, usage.completion, usage.total, usage.cached, usage.cacheWrite, usage.cacheWriteHour,
            usage.reasoning,
        ] {
            rows.add(optionalInt64: count.map(Int64.init))
        }
        rows.add(optionalInt64: span.cost?.nanoDollars)
        rows.add(flag: span.cost?.isEstimated ?? false)
    }

    private static func addTexts(_ span: Span, to rows: inout some RowWriting) {
        rows.add(text: span.name)
        for text in [
            span.provider, span.requestModel, span.responseModel, span.responseID, span.finishReason, span.errorMessage,
            span.promptKey, span.promptVersion, span.promptABTestKey,
        ] {
            rows.add(optionalText: text)
        }
        rows.add(optionalInt64: span.promptVariantIndex.map(Int64.init))
        rows.add(texts: span.tags)
        rows.add(texts: span.toolCalls)
        rows.add(blob: PackedFields.pack(span.metadata) ?? [])
        rows.add(optionalBlob: span.context.map(PackedFields.packWhole))
    }
}

/// The columns of `fallom_spans`, in the order in which rows are written.
enum SpanColumns {
    /// What is written.
    static let written =
        ["hour", "sequence", "version", "gone", "stamp", "collector"] + read
        + ["payload_format"] + bytes + ["runs", "is_opaque"]

    /// What a ``StoredSpan`` is read from, behind its sequence.
    private static let read = [
        "trace_id", "span_id", "parent_id", "session_id", "customer_id", "config_key", "counts", "depth",
        "own_session", "resource_session", "own_customer", "resource_customer", "own_config", "resource_config",
        "kind", "status", "dialect", "is_streaming", "start", "end", "finish", "duration", "ttft",
        "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "cache_write_tokens",
        "cache_write_hour_tokens", "reasoning_tokens", "cost", "cost_estimated",
        "name", "provider", "request_model", "response_model", "response_id", "finish_reason", "error_message",
        "prompt_key", "prompt_version", "prompt_test", "prompt_variant", "tags", "tool_calls", "metadata", "context",
    ]

    private static let bytes = ["payload", "surroundings", "resource"]

    /// How many columns those are.
    static let payloadCount = bytes.count + 1

    /// What a ``StoredSpan`` is read from.
    static let stored = (["sequence"] + read).joined(separator: ", ")

    /// What its bytes are read from, behind ``stored``.
    static let payload = (["payload_format"] + bytes).joined(separator: ", ")

    /// Where the sequence would be if a row of ``written`` were one of ``stored``: five columns that only the server reads
    /// stand before it, and its own.
    static let writtenOffset = 5

    /// How many columns are written.
    static let writtenCount = written.count

    /// How many of them a span's trace decides: the first.
    static let headCount = 14

    /// How many do not depend on it.
    static let tailCount = writtenCount - headCount

    /// The number of the first column behind ``stored``.
    static let storedCount = read.count + 1
}

extension ServerRow {
    /// The span of a row of ``SpanColumns/stored``, whose sequence is in the column `first`.
    func storedSpan(from first: Int = 0) -> StoredSpan {
        let row = SpanFields(row: self, first: first)
        var span = row.span()
        row.readTexts(into: &span)
        return StoredSpan(
            sequence: row.int(0), span: span, sessionID: row.text(4), customerID: row.optionalText(5),
            configKey: row.optionalText(6), counts: SpanCounts(rawValue: UInt8(truncatingIfNeeded: row.int(7))),
            depth: Int(clamping: row.int(8)))
    }

    /// The runs of a row of ``SpanColumns/written``.
    var writtenRuns: SearchRuns {
        SearchRuns(
            bytes: optionalBytes(SpanColumns.writtenCount - 2) ?? [], isOpaque: int(SpanColumns.writtenCount - 1) != 0)
    }

    /// The bytes of the span of a row of ``SpanColumns/stored`` and ``SpanColumns/payload``.
    func spanPayload(from first: Int = 0) -> SpanPayload {
        let first = first + SpanColumns.storedCount
        return SpanPayload(
            format: SpanPayload.Format(rawValue: UInt8(truncatingIfNeeded: int(first))) ?? .fallomRecord,
            span: optionalBytes(first + 1) ?? [], surroundings: optionalBytes(first + 2) ?? [],
            resource: optionalBytes(first + 3) ?? [])
    }
}

/// The fields of a span's row, counted from its sequence.
private struct SpanFields {
    let row: ServerRow
    let first: Int

    func text(_ index: Int) -> String { row.text(first + index) }
    func optionalText(_ index: Int) -> String? { row.optionalText(first + index) }
    func int(_ index: Int) -> Int64 { row.int(first + index) }
    func optionalInt(_ index: Int) -> Int64? { row.optionalInt(first + index) }
    func optionalCount(_ index: Int) -> Int? { row.optionalCount(first + index) }

    private func fact(_ own: Int) -> SpanIdentity.Fact {
        SpanIdentity.Fact(own: optionalText(own), resource: optionalText(own + 1))
    }

    func span() -> Span {
        Span(
            key: SpanKey(traceID: text(1), spanID: text(2)), parentID: optionalText(3), name: text(33),
            kind: SpanKind(rawValue: text(15)) ?? .custom, dialect: SpanDialect(rawValue: text(17)) ?? .otel,
            identity: SpanIdentity(session: fact(9), customer: fact(11), config: fact(13)),
            start: Timestamp(unixNanoseconds: int(19)), end: optionalInt(20).map(Timestamp.init(unixNanoseconds:)),
            durationNanoseconds: optionalInt(22), timeToFirstTokenNanoseconds: optionalInt(23),
            isStreaming: int(18) != 0, usage: usage(),
            cost: optionalInt(31).map { Cost(nanoDollars: $0, isEstimated: int(32) != 0) },
            status: SpanStatus(rawValue: text(16)) ?? .unset)
    }

    private func usage() -> TokenUsage {
        TokenUsage(
            prompt: optionalCount(24), completion: optionalCount(25), total: optionalCount(26),
            cached: optionalCount(27), cacheWrite: optionalCount(28), cacheWriteHour: optionalCount(29),
            reasoning: optionalCount(30))
    }

    func readTexts(into span: inout Span) {
        span.provider = optionalText(34)
        span.requestModel = optionalText(35)
        span.responseModel = optionalText(36)
        span.responseID = optionalText(37)
        span.finishReason = optionalText(38)
        span.errorMessage = optionalText(39)
        span.promptKey = optionalText(40)
        span.promptVersion = optionalText(41)
        span.promptABTestKey = optionalText(42)
        span.promptVariantIndex = optionalCount(43)
        span.tags = row.texts(first + 44)
        span.toolCalls = row.texts(first + 45)
        span.metadata = PackedFields.map(row.optionalBytes(first + 46).flatMap { $0.isEmpty ? nil : $0 })
        span.context = row.optionalBytes(first + 47).map(PackedFields.map)
    }
}
