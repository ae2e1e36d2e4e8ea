internal import GRDB
public import TraceModel

extension TraceStore {
    /// Sums over spans, in one pass over the columns that are asked for; over whole spans where the filter or a field asks
    /// for what SQL cannot say.
    public func usage(_ query: UsageQuery) async throws -> UsageReport {
        var query = query
        query.filter = try await apart(query.filter)
        if let scan = ColumnScan(query) { return try await sums(scan) }
        let report = try await read { [configuration, query] database -> UsageReport? in
            let scan = try SpanScan(query.spans, database, configuration.reading)
            guard !scan.isTextual, !query.looksIntoPayloads || scan.isNarrow else { return nil }
            return try database.wholeSpans(query, scan, configuration.reading)
                .report(revision: StateRow(database).revision)
        }
        if let report { return report }
        // Bytes must be looked into: by the index of texts, and on all cores.
        let revision = try await read { try StateRow($0).revision }
        return try await SegmentSearch(query.spans, in: self) { _ in }.usage(query).report(revision: revision)
    }

    /// Adds columns up, on all cores where there are many spans.
    private func sums(_ scan: ColumnScan) async throws -> UsageReport {
        let worthwhile = configuration.spansPerReader
        let parts = try await read { try scan.parts($0, worthwhile: worthwhile) }
        if parts.count > 1, let report = try await sums(scan, parts) { return report }
        return try await read { try scan.tally($0).report(revision: StateRow($0).revision) }
    }

    /// Adds parts up, each by a reader of its own. `nil` where they do not belong together, since a batch was committed
    /// after one of them had begun and before another did: seldom, for they begin at once.
    private func sums(_ scan: ColumnScan, _ parts: [ClosedRange<Int64>]) async throws -> UsageReport? {
        try await withThrowingTaskGroup(of: (revision: Int64, tally: UsageTally).self) { group in
            for part in parts {
                group.addTask { try await self.read { try (StateRow($0).revision, scan.tally($0, within: part)) } }
            }
            guard let first = try await group.next() else { return nil }
            var tally = first.tally
            while let part = try await group.next() {
                guard part.revision == first.revision else { return nil }
                tally.add(part.tally)
            }
            return tally.report(revision: first.revision)
        }
    }
}

extension Database {
    /// Sums over spans as they are read for a list, with their bytes where they are asked for.
    fileprivate func wholeSpans(
        _ query: UsageQuery, _ scan: SpanScan, _ reading: PayloadReading
    ) throws -> UsageTally {
        var tally = UsageTally(query)
        try scan.forEach(within: nil, self) { stored, payload in
            let (span, values) = try usageSpan(stored, query, reading, payload)
            tally.add(span, values: values)
        }
        return tally
    }

    /// What a span brings to sums, and its fields' values.
    func usageSpan(
        _ stored: StoredSpan, _ query: UsageQuery, _ reading: PayloadReading,
        _ payload: () throws -> StoredSpanPayload?
    ) throws -> (span: UsageSpan, values: [[String]]) {
        let nothing = SpanFilterLookup(content: { "" }, attribute: { _ in nil })
        let looking = query.looksIntoPayloads ? try payload().map(reading.lookup) ?? nothing : nothing
        return (
            UsageSpan(stored, session: try sessionNumber(stored.sessionID)),
            query.fields.map { $0.values(of: stored, looking: looking) }
        )
    }

    private func sessionNumber(_ id: String) throws -> Int64 {
        try number(of: id, "SELECT no FROM session WHERE session_id = ?")
    }
}

extension UsageQuery {
    /// Whether a field asks for what the spans' bytes say.
    fileprivate var looksIntoPayloads: Bool { fields.contains(where: \.needsPayload) }

    /// All spans that it sums over.
    fileprivate var spans: SpanQuery { SpanQuery(filter: filter, order: .arrival, anchor: .oldest, limit: .max) }
}
