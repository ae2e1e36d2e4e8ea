internal import GRDBSQLite
internal import TraceModel

/// What the rows of a batch's spans say by themselves, laid out to be bound: made before the batch's turn comes, so that
/// the one writing connection neither touches a span nor copies a text.
struct SpanRows: Sendable {
    /// One span on its way to its row.
    struct Row: Sendable {
        let traceID: String
        /// What its trace needs to know of it; its place in the order of arrival (0 here) is known when it is written.
        let node: TraceNode
        let isRunning: Bool
        fileprivate let cells: Range<Int>
    }

    /// A column that is not NULL.
    fileprivate struct Cell: Sendable {
        enum Kind: UInt8 {
            case number, text, bytes
        }

        /// The number, or where the bytes begin in ``SpanRows/bytes``.
        let value: Int64
        let length: Int32
        let column: SpanColumn
        let kind: Kind
    }

    private(set) var rows: [Row] = []
    private var cells: [Cell] = []
    /// Texts and packed fields, one behind the other. It is never empty: even a text of no bytes needs an address.
    private var bytes: [UInt8] = [0]

    /// Lays out spans in their order; a span of which nobody said what it cost costs what it is estimated to.
    init(of spans: [IngestedSpan], estimate: (borrowing Span) -> Cost?) {
        rows.reserveCapacity(spans.count)
        cells.reserveCapacity(spans.count * 28)
        bytes.reserveCapacity(spans.count * 320)
        for index in spans.indices {
            add(spans[index].span, cost: spans[index].span.cost ?? estimate(spans[index].span))
        }
    }

    /// The span is lent and not copied: its dozens of texts would be counted.
    private mutating func add(_ span: borrowing Span, cost: Cost?) {
        let first = cells.count
        set(.spanID, span.key.spanID)
        set(.parentID, span.parentID)
        set(.kind, StoredCodes.code(of: span.kind))
        set(.status, StoredCodes.code(of: span.status))
        set(.dialect, StoredCodes.code(of: span.dialect))
        addFigures(of: span, cost)
        addTexts(of: span)
        set(.context, span.context.map(PackedFields.packWhole))
        rows.append(
            Row(
                traceID: span.key.traceID, node: TraceNode(span, sequence: 0), isRunning: span.isRunning,
                cells: first..<cells.count))
    }

    private mutating func addFigures(of span: borrowing Span, _ cost: Cost?) {
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
        set(.cost, cost?.nanoDollars)
        set(.costEstimated, cost.map { $0.isEstimated ? 1 : 0 })
    }

    private mutating func addTexts(of span: borrowing Span) {
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

    private mutating func set(_ column: SpanColumn, _ value: Int64?) {
        guard let value else { return }
        cells.append(Cell(value: value, length: 0, column: column, kind: .number))
    }

    private mutating func set(_ column: SpanColumn, _ value: Int?) {
        set(column, value.map(Int64.init))
    }

    private mutating func set(_ column: SpanColumn, _ text: String?) {
        guard let text else { return }
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        note(column, from: start, .text)
    }

    private mutating func set(_ column: SpanColumn, _ packed: [UInt8]?) {
        guard let packed else { return }
        let start = bytes.count
        bytes.append(contentsOf: packed)
        note(column, from: start, .bytes)
    }

    private mutating func note(_ column: SpanColumn, from start: Int, _ kind: Cell.Kind) {
        cells.append(
            Cell(value: Int64(start), length: Int32(clamping: bytes.count - start), column: column, kind: kind))
    }
}

/// What of a span's row is known only when it is written.
struct SpanRowPlace {
    var sequence: Int64
    var traceNo: Int64
    var sessionNo: Int64
    var body: SpanTester.Body
}

extension SpanRows {
    /// Writes one row by ``SpanColumn/insert`` or ``SpanColumn/replace``. SQLite reads what it says where it lies.
    func write(_ record: Int, _ place: SpanRowPlace, _ resolution: SpanResolution, by statement: Statement) throws {
        // What is lent to a statement is not left bound; and what the next row does not say is NULL.
        defer { statement.clear() }
        statement.bind(place, resolution)
        try bytes.withUnsafeBytes { bytes in
            for index in rows[record].cells { statement.bind(cells[index], in: bytes) }
            try statement.run()
        }
    }
}

extension Statement {
    fileprivate func bind(_ place: SpanRowPlace, _ resolution: SpanResolution) {
        bind(SpanColumn.sequence.parameter, place.sequence)
        bind(SpanColumn.trace.parameter, place.traceNo)
        bind(SpanColumn.session.parameter, place.sessionNo)
        bind(SpanColumn.body.parameter, place.body.number)
        bind(SpanColumn.bodyIndex.parameter, place.body.index)
        bind(SpanColumn.customerID.parameter, resolution.customerID)
        bind(SpanColumn.configKey.parameter, resolution.configKey)
        bind(SpanColumn.isCounted.parameter, StoredCodes.code(of: resolution.counts))
        bind(SpanColumn.depth.parameter, resolution.depth)
    }

    fileprivate func bind(_ cell: SpanRows.Cell, in bytes: UnsafeRawBufferPointer) {
        let parameter = cell.column.parameter
        guard cell.kind != .number, let base = bytes.baseAddress else {
            sqlite3_bind_int64(pointer, parameter, cell.value)
            return
        }
        let start = base + Int(cell.value)
        if cell.kind == .bytes {
            sqlite3_bind_blob(pointer, parameter, start, cell.length, nil)
        } else {
            sqlite3_bind_text(pointer, parameter, start.assumingMemoryBound(to: CChar.self), cell.length, nil)
        }
    }
}
