internal import Synchronization
public import TraceModel

/// Stands between the sources and the store: one bounded queue per source, one commit at a time.
///
/// Whatever waits in a source's queue when the store is free goes into one transaction (group commit), so that many
/// small requests cost what one large one does; where much waits already, the next group is prepared while one is being
/// committed. The sources take turns. Each names its own back-pressure by the method
/// it calls: ``submit(_:from:)`` refuses when the queue is full (HTTP answers 429), ``offer(_:from:)`` drops and counts
/// (UDP), ``write(_:from:)`` waits for room (files).
public final class BatchWriter: Sendable {
    /// Bounds on what waits.
    public struct Limits: Hashable, Sendable {
        /// Bytes that may wait in the queue of a source that can wait itself (files, UDP with its own queue in front):
        /// small, since it is read from ahead and waiting costs nothing. A batch that is larger than that alone still
        /// gets in when the queue is empty.
        public var queueBytes: Int
        /// Bytes that may wait in the queue of requests, where a full one turns clients away.
        public var requestBytes: Int
        /// Bytes that one commit takes at most, unless its first batch alone is larger.
        public var commitBytes: Int
        /// Spans that one commit takes at most, unless its first batch alone has more.
        public var commitSpans: Int

        /// Makes limits.
        public init(
            queueBytes: Int = 3 << 20, requestBytes: Int = 32 << 20, commitBytes: Int = 6 << 20, commitSpans: Int = 4096
        ) {
            self.queueBytes = queueBytes
            self.requestBytes = requestBytes
            self.commitBytes = commitBytes
            self.commitSpans = commitSpans
        }
    }

    /// Why a batch was not committed.
    public enum Refusal: Error, Sendable {
        /// The source's queue is full.
        case queueFull
        /// The store failed; the text says how.
        case storeFailed(String)
        /// The writer has ended.
        case closed
    }

    private let sink: any SpanSink
    private let agents: AgentDesk
    private let limits: Limits
    private let counters: IngestCounters
    private let queues: Mutex<WriteQueues>

    /// Makes a writer in front of `sink`.
    public init(sink: any SpanSink, counters: IngestCounters, limits: Limits = Limits()) {
        self.sink = sink
        self.agents = AgentDesk(sink: sink)
        self.counters = counters
        let limits = limits.scaled(by: sink.batchScale)
        self.limits = limits
        self.queues = Mutex(WriteQueues(limits: limits))
    }

    /// Commits what is queued until ``finish()`` was called and every queue is empty. Call it once, in a task that is not
    /// cancelled before the sources have ended: what was taken is committed.
    public func run() async {
        var next = await nextGroup(atLeast: 0)
        while let current = next {
            queues.withLock { $0.commitBegins() }
            // Only a group that has nothing to gain by waiting: a small one is to grow until the store is free.
            async let ahead = nextGroup(atLeast: limits.commitBytes / 4)
            await commit(current)
            queues.withLock { $0.commitEnds() }.perform()
            next = await ahead
            if next == nil { next = await nextGroup(atLeast: 0) }
        }
    }

    private func commit(_ ready: ReadyGroup) async {
        let result: Result<AppendReceipt, Refusal>
        if let refusal = ready.group.orders.lazy.compactMap(\.broken).first {
            return settle(ready.group, .failure(refusal))
        }
        do {
            let receipt = try await ready.batch.commit()
            counters.committed(receipt, masked: ready.group.batch.masked, of: ready.group.source)
            result = .success(receipt)
        } catch {
            result = .failure(error is SinkIsFull ? .queueFull : .storeFailed("\(error)"))
        }
        settle(ready.group, result)
    }

    /// A group and what the store has made of it.
    private struct ReadyGroup: Sendable {
        var group: WriteQueues.Group
        var batch: PreparedBatch
    }

    /// Takes no more batches; ``run()`` returns when what is queued is committed.
    public func finish() {
        queues.withLock { $0.finish() }.perform()
    }

    /// Commits the batch and returns then. Throws ``Refusal/queueFull`` at once when there is no room.
    public func submit(_ batch: IngestBatch, from source: IngestSource) async throws -> AppendReceipt {
        try await withCheckedThrowingContinuation { continuation in
            let entry = WriteQueues.Entry(batch: batch) { result in
                continuation.resume(with: result.mapError { $0 as any Error })
            }
            let (outcome, actions) = queues.withLock { $0.add(entry, to: source, waiting: nil) }
            actions.perform()
            noteQueue(of: source)
            switch outcome {
            case .queued: break
            case .full: continuation.resume(throwing: Refusal.queueFull)
            case .closed: continuation.resume(throwing: Refusal.closed)
            }
        }
    }

    /// Queues the batch if there is room. `false` when it was not taken; nobody waits. A batch that was taken and then
    /// not committed is counted as dropped.
    public func offer(_ batch: IngestBatch, from source: IngestSource) -> Bool {
        let spans = batch.recordCount
        let entry = WriteQueues.Entry(batch: batch) { [counters] result in
            guard case .failure(let refusal) = result else { return }
            counters.dropped(spans, by: .storeFailed, of: source, because: refusal.words)
        }
        let (outcome, actions) = queues.withLock { $0.add(entry, to: source, waiting: nil) }
        actions.perform()
        noteQueue(of: source)
        return outcome == .queued
    }

    /// Waits for room and queues the batch; returns before it is committed. `settled` is called once with what became
    /// of it, from the writer's task. Throws ``Refusal/closed`` after the end.
    public func write(
        _ batch: consuming IngestBatch, from source: IngestSource,
        settled: @escaping @Sendable (Result<AppendReceipt, Refusal>) -> Void
    ) async throws(Refusal) {
        try await write(consume batch, from: source, in: nil, settled: settled)
    }

    /// The same; what stands behind something of its order that was not committed is not committed either.
    func write(
        _ batch: consuming IngestBatch, from source: IngestSource, in order: WriteOrder?,
        settled: @escaping @Sendable (Result<AppendReceipt, Refusal>) -> Void
    ) async throws(Refusal) {
        let parts = ready(batch) ?? WriteQueues.Entry.parts(of: batch)
        let entry = WriteQueues.Entry(parts: parts, in: order, completion: settled)
        let isTaken = await withCheckedContinuation { (room: CheckedContinuation<Bool, Never>) in
            let (outcome, actions) = queues.withLock { $0.add(entry, to: source, waiting: room) }
            actions.perform()
            noteQueue(of: source)
            switch outcome {
            case .queued: room.resume(returning: true)
            case .full: break
            case .closed: room.resume(returning: false)
            }
        }
        guard isTaken else { throw .closed }
    }

    /// Waits for room, queues the batch, and returns when it is committed.
    public func writeAndCommit(_ batch: IngestBatch, from source: IngestSource) async throws(Refusal) -> AppendReceipt {
        let settled = AsyncStream<Result<AppendReceipt, Refusal>>.makeStream(bufferingPolicy: .bufferingNewest(1))
        try await write(batch, from: source) { result in
            settled.continuation.yield(result)
            settled.continuation.finish()
        }
        // An unstructured task, so that a cancelled caller still learns what became of its batch.
        let result = await Task { await settled.stream.first { _ in true } }.value
        guard let result else { throw .closed }
        return try result.get()
    }

    /// A batch that fills a commit by itself, prepared by who brings it and can wait: what was allocated there is freed
    /// there, so that no thread waits for another at the allocator. `nil` for all others.
    private func ready(_ batch: borrowing IngestBatch) -> [IngestBatch.Part]? {
        guard batch.spans.count >= 64, !AgentDesk.concerns(batch) else { return nil }
        var parts = batch.parts(mostRecords: limits.commitSpans, mostBytes: limits.commitBytes)
        guard parts[0].weight >= limits.commitBytes / 2 else { return nil }
        for index in parts.indices {
            parts[index].prepared = sink.prepare(parts[index].batch)
            parts[index].batch.spans = []
        }
        return parts
    }

    /// Waits for a group whose queue holds that many bytes, and prepares it. `nil` at the end, and when the waiting for a
    /// large group was stopped.
    private func nextGroup(atLeast bytes: Int) async -> ReadyGroup? {
        while true {
            let (next, actions) = queues.withLock { $0.takeGroup(atLeast: bytes) }
            actions.perform()
            switch next {
            case .group(var group):
                noteQueue(of: group.source)
                if let prepared = group.prepared { return ReadyGroup(group: group, batch: prepared) }
                let prepared = sink.prepare(await agents.fold(group.batch))
                // A sink keeps what it needs of them: they go here, and not where the next commit waits for it.
                group.batch.spans = []
                return ReadyGroup(group: group, batch: prepared)
            case .ended: return nil
            case .nothingYet:
                let isRung = await withCheckedContinuation { bell in
                    queues.withLock { $0.wait(bell, atLeast: bytes) }.perform()
                }
                guard isRung else { return nil }
            }
        }
    }

    private func settle(_ group: WriteQueues.Group, _ result: Result<AppendReceipt, Refusal>) {
        if case .failure(let refusal) = result {
            for order in group.orders { order.breakOff(refusal) }
            counters.update(group.source) { $0.lastError = refusal.words }
        }
        for completion in group.completions { completion(result) }
    }

    private func noteQueue(of source: IngestSource) {
        let bytes = queues.withLock { $0.queuedBytes(of: source) }
        counters.update(source) { $0.queuedBytes = bytes }
    }
}

extension BatchWriter.Limits {
    /// Limits for commits so many times as large. What requests may wait in stays: it is what turns clients away.
    fileprivate func scaled(by scale: Int) -> Self {
        Self(
            queueBytes: queueBytes * scale, requestBytes: requestBytes, commitBytes: commitBytes * scale,
            commitSpans: commitSpans * scale)
    }
}

extension BatchWriter.Refusal {
    /// What to say to a person.
    var words: String {
        switch self {
        case .queueFull: "the queue in front of the store is full"
        case .storeFailed(let why): "the store did not take it: \(why)"
        case .closed: "the receiver is shutting down"
        }
    }
}
