internal import GRDB
internal import TraceModel

/// What pricing the stored spans anew did.
public struct RepricingReport: Hashable, Sendable {
    /// Spans that have no reported cost and say how many tokens they used.
    public var looked = 0
    /// Spans whose estimate is another now.
    public var changed = 0
    /// Spans of those looked at for whose model no price is known.
    public var unknown = 0
}

extension TraceStore {
    /// Estimates anew what spans cost whose emitters reported nothing, with the prices in force
    /// (``TraceStoreConfiguration/estimate``), a few thousand in one transaction so that what comes in never waits long;
    /// then brings the figures of their sessions up to date.
    ///
    /// - Parameter progress: Told how many spans were looked at so far.
    public func reprice(progress: @Sendable (Int) -> Void = { _ in }) async throws(StoreError) -> RepricingReport {
        var report = RepricingReport()
        var after: Int64 = 0
        while let last = try await repriceSome(after: after, &report) {
            after = last
            progress(report.looked)
        }
        try await refreshSessions()
        return report
    }

    private func repriceSome(after: Int64, _ report: inout RepricingReport) async throws(StoreError) -> Int64? {
        let estimate = configuration.estimate
        let (last, part) = try await write { [writer] database in
            let spans = try database.unreportedCosts(after: after, limit: 2000)
            var part = RepricingReport()
            for stored in spans {
                let cost = estimate(stored.span)
                part.looked += 1
                if cost == nil { part.unknown += 1 }
                guard cost != stored.span.cost else { continue }
                part.changed += 1
                try database.setEstimate(cost, of: stored.sequence)
            }
            if part.changed > 0 {
                try StateRow.raiseRevision(database)
                writer.forget()
            }
            return (spans.last?.sequence, part)
        }
        report.looked += part.looked
        report.changed += part.changed
        report.unknown += part.unknown
        if part.changed > 0 { signal.send(try await read { try StateRow($0).revision }) }
        return last
    }
}

extension Database {
    fileprivate func unreportedCosts(after: Int64, limit: Int) throws -> [StoredSpan] {
        try prepared(
            """
            \(SpanColumn.select) \(SpanColumn.from)
            WHERE span.sequence > ? AND ifnull(span.cost_estimated, 1) = 1
                AND (span.prompt_tokens IS NOT NULL OR span.completion_tokens IS NOT NULL)
            ORDER BY span.sequence LIMIT ?
            """, after, limit
        ).rows { $0.storedSpan() }
    }

    fileprivate func setEstimate(_ cost: Cost?, of sequence: Int64) throws {
        try run(
            "UPDATE span SET cost = ?, cost_estimated = ? WHERE sequence = ?", cost?.nanoDollars,
            cost.map { $0.isEstimated ? 1 : 0 }, sequence)
        try run("INSERT OR IGNORE INTO stale SELECT session_no FROM span WHERE sequence = ?", sequence)
    }
}
