internal import GRDB
public import TraceModel

extension TraceStore {
    /// Commits the batch as one: spans, what the rest of their traces says about them, content, assignments, and how far
    /// the file was read. Throws ``StoreError``; then nothing of the batch is stored, and later batches are not affected.
    ///
    /// A record takes the place of an earlier one of the same ids, whole; but a start record (no end) never takes the
    /// place of a finished one, and counts neither as stored nor as replaced then.
    public func append(_ batch: IngestBatch) async throws -> AppendReceipt {
        try await prepare(batch).commit()
    }

    /// Compresses what the spans say, estimates what they cost and lays out their rows: most of the work that needs no
    /// turn. The spans themselves are let go of with it.
    public func prepare(_ batch: IngestBatch) -> PreparedBatch {
        let bodies = BatchBodies(of: batch.spans, surroundings)
        let rows = SpanRows(of: batch.spans, estimate: configuration.estimate)
        var rest = batch
        rest.spans = []
        return PreparedBatch { [rest] in try await self.append(rows, bodies, rest) }
    }

    private func append(_ rows: SpanRows, _ bodies: BatchBodies, _ rest: IngestBatch) async throws -> AppendReceipt {
        try checkWritable()
        guard !rows.rows.isEmpty || !rest.isEmpty else { return try await unchanged() }
        let now = configuration.now()
        let receipt = try await write { [writer] database in
            try writer.append(rows, bodies, rest, now: now, database)
        }
        signal.send(receipt.revision)
        scheduleRefresh()
        return receipt
    }

    /// How far that file was read.
    public func position(device: UInt64, inode: UInt64) async throws -> FilePosition? {
        try await read { database in
            try database.prepared(
                "SELECT byte_offset, path FROM position WHERE device = ? AND inode = ?", Int64(bitPattern: device),
                Int64(bitPattern: inode)
            ).first { FilePosition(device: device, inode: inode, offset: $0.int(0), path: $0.text(1)) }
        }
    }

    private func unchanged() async throws -> AppendReceipt {
        let revision = try await read { try StateRow($0).revision }
        return AppendReceipt(stored: 0, replaced: 0, revision: revision)
    }

    func checkWritable() throws(StoreError) {
        guard isReadOnly else { return }
        throw StoreError(
            code: .notWritable, path: path, message: "the store was opened for reading",
            advice: "open it for writing")
    }

    /// Runs a write transaction; when it fails, what the writer remembers of it is forgotten before another can begin.
    func write<Value: Sendable>(_ work: @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
        do {
            return try await database.writeWithoutTransaction { [writer] database in
                do {
                    var value: Value?
                    try database.inTransaction(.immediate) {
                        value = try work(database)
                        return .commit
                    }
                    guard let value else { throw CancellationError() }
                    return value
                } catch {
                    writer.forget()
                    throw error
                }
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs a read in a snapshot of its own, beside whatever is being written.
    func read<Value: Sendable>(_ work: @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
        do {
            return try await database.read(work)
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
