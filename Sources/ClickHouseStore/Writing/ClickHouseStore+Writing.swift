public import TraceModel

extension ClickHouseStore {
    /// Commits the batch: it returns when the server has acknowledged all of it. Throws ``ClickHouseError``; then the
    /// same batch may come again, and is stored once.
    public func append(_ batch: IngestBatch) async throws -> AppendReceipt {
        try await prepare(batch).commit()
    }

    /// Each commit is several requests.
    public var batchScale: Int { 12 }

    /// Estimates what spans cost, gathers what searches look for, and writes all of their rows that their traces do not
    /// decide: the work that needs no turn.
    public func prepare(_ batch: IngestBatch) -> PreparedBatch {
        let ready = ready(batch)
        return PreparedBatch { try await self.commit([ready]) }
    }

    func ready(_ batch: IngestBatch) -> SpooledBatch {
        var batch = batch
        for index in batch.spans.indices where batch.spans[index].span.cost == nil {
            if let cost = configuration.estimate(batch.spans[index].span) { batch.spans[index].span.cost = cost }
        }
        return SpooledBatch(stamp: writer.stamp(), batch: batch, addRuns: addSearched)
    }

    func commit(_ batches: [SpooledBatch]) async throws(ClickHouseError) -> AppendReceipt {
        guard !isReadOnly else { throw readOnly }
        let receipt = try await writer.append(batches)
        signal.send(receipt.revision)
        return receipt
    }

    var readOnly: ClickHouseError {
        connection.failure(
            .notAllowed, "the user '\(address.user)' may only read", "name one who may write, or grant it INSERT")
    }

    /// Adds what a search finds a span by, without what its trace will say of it: that is looked for in columns.
    private func addSearched(_ ingested: IngestedSpan, to runs: inout SearchRuns) {
        let stored = StoredSpan(
            sequence: 0, span: ingested.span, sessionID: "", customerID: nil, configKey: nil, depth: 0)
        for field in stored.searchedFields {
            if let field { runs.add(field) }
        }
        configuration.runs(StoredSpanPayload(stored: stored, payload: ingested.payload, contents: []), &runs)
    }

    /// How far that file was read, by a collector of this machine.
    public func position(device: UInt64, inode: UInt64) async throws -> FilePosition? {
        let rows = try await connection.rows(
            """
            SELECT byte_offset, path FROM \(table("positions")) FINAL
            WHERE host = \(SQLText.literal(configuration.host)) AND device = \(device) AND inode = \(inode)
            """)
        return rows.first.map { FilePosition(device: device, inode: inode, offset: $0.int(0), path: $0.text(1)) }
    }

    /// Resolves again what several collectors brought of a trace at the same time: each saw the trace without what the
    /// other was just bringing. Gives how many rows say something else now. To be called every few seconds; after a start
    /// it looks further back.
    ///
    /// - Parameter since: microseconds since 1970: traces with rows written since then are looked at.
    public func settle(since: Int64) async throws(ClickHouseError) -> Int {
        // Nobody else has written: nothing can have been overlooked.
        guard try await connection.standing(asking: writer.collector).others >= since else { return 0 }
        let found = try await connection.rows(
            """
            SELECT trace_id FROM \(table("spans")) WHERE stamp >= \(since) GROUP BY trace_id
            HAVING uniqExact(collector) > 1 LIMIT 100000
            """)
        let ids = found.all.map { $0.text(0) }
        // Batches go on meanwhile: only what seems to be wrong is looked at once more between two of them.
        let suspects = try await connection.traces(ids).filter { !$0.unsettled.isEmpty }.map(\.index.traceID)
        guard !suspects.isEmpty else { return 0 }
        return try await writer.alone { [connection] state throws(ClickHouseError) in
            var changed: [Relabelling.Entry] = []
            for trace in try await connection.traces(suspects) { changed += trace.unsettled }
            guard !changed.isEmpty else { return 0 }
            try await Relabelling(changed, stamp: state.stamp, collector: state.collector).run(connection)
            try await connection.commit(&state, lastSequence: connection.standing().lastSequence)
            return changed.count
        }
    }
}

extension KnownTrace {
    /// The rows that say something else than their trace does.
    fileprivate var unsettled: [Relabelling.Entry] {
        let resolved = TraceResolution.resolve(traceID: index.traceID, index.nodes)
        return index.nodes.indices.filter { resolved[$0] != index.resolutions[$0] }.map { node in
            Relabelling.Entry(
                key: SpanKey(traceID: index.traceID, spanID: index.nodes[node].spanID), hour: facts[node].hour,
                resolution: resolved[node])
        }
    }
}

extension ClickHouseStore {
    /// Resolves again what several collectors brought at the same time, every few seconds until the task is cancelled;
    /// first what was written in the last ten minutes, when somebody may have ended before it was.
    public func keepSettled() async {
        var since = configuration.now().unixNanoseconds / 1000 - 600_000_000
        repeat {
            let begun = configuration.now().unixNanoseconds / 1000
            // What fails now is looked at again with the next round.
            if (try? await settle(since: since)) != nil { since = begun - 20_000_000 }
        } while (try? await Task.sleep(for: .seconds(3))) != nil
    }
}
