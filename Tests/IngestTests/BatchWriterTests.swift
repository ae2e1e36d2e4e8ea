import Synchronization
import Testing
import TraceModel

@testable import Ingest

@Suite struct `Batch writer` {
    private func batch(_ ids: ClosedRange<Int>, inode: UInt64? = nil, offset: Int64 = 0) -> IngestBatch {
        let spans = ids.map { id in
            IngestedSpan(
                span: Span(
                    key: SpanKey(traceID: "t", spanID: "\(id)"), name: "n", kind: .llm, dialect: .otel,
                    identity: SpanIdentity(), start: Timestamp(unixNanoseconds: 0)),
                payload: SpanPayload(format: .otlpJSON, span: []))
        }
        let position = inode.map { FilePosition(device: 1, inode: $0, offset: offset, path: "p") }
        return IngestBatch(spans: spans, position: position)
    }

    private func withWriter(
        _ limits: BatchWriter.Limits = BatchWriter.Limits(),
        _ body: (BatchWriter, TestSink, IngestCounters) async throws -> Void
    ) async throws {
        let sink = TestSink()
        let counters = IngestCounters()
        let writer = BatchWriter(sink: sink, counters: counters, limits: limits)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await writer.run() }
            try await body(writer, sink, counters)
            sink.release()
            writer.finish()
            try await group.waitForAll()
        }
    }

    @Test func `who brings what fills a commit prepares it, and it is stored in its turn`() async throws {
        let limits = BatchWriter.Limits(queueBytes: 1 << 20, commitBytes: 200_000)
        try await withWriter(limits) { writer, sink, _ async throws in
            sink.hold()
            let refused = Mutex(0)
            // The store is busy with the first; what comes now waits.
            for (ids, prepared) in [(0...0, 1), (1...150, 2), (150...150, 2), (151...300, 3)] {
                let next = batch(ids, inode: 7, offset: Int64(ids.upperBound))
                try await writer.write(next, from: .file("f")) { result in
                    if case .failure = result { refused.withLock { $0 += 1 } }
                }
                while sink.prepared < prepared { await Task.yield() }
                #expect(sink.prepared == prepared && sink.batches == 0)
            }
            sink.release()
            #expect(try await writer.writeAndCommit(IngestBatch(), from: .file("f")).stored == 0)
            #expect(sink.progress.map(\.offset) == [0, 150, 150, 300] && refused.withLock { $0 } == 0)
            #expect(sink.progress.map(\.spans) == [1, 151, 151, 301])
        }
    }

    @Test func `what an agent says is folded before it is prepared`() {
        var spans = batch(1...80)
        #expect(!AgentDesk.concerns(spans))
        spans.spans[3].span.dialect = .claudeCode
        #expect(AgentDesk.concerns(spans))
    }

    @Test func `what is queued at the end is committed`() async throws {
        try await withWriter { writer, sink, _ async throws in
            sink.hold()
            for id in 1...20 { #expect(writer.offer(batch(id...id), from: .udp)) }
            writer.finish()
            #expect(!writer.offer(batch(21...21), from: .udp))
            await #expect(throws: BatchWriter.Refusal.self) { _ = try await writer.submit(batch(22...22), from: .http) }
            sink.release()
        }
    }

    @Test func `a queue is full for some and not for others`() async throws {
        try await withWriter(BatchWriter.Limits(queueBytes: 3000)) { writer, sink, counters async throws in
            sink.hold()
            // The store takes one batch and holds it; what comes now stays in the queue.
            #expect(writer.offer(batch(0...0), from: .udp))
            for await health in counters.updates() where health[.udp]?.queuedBytes == 0 { break }
            while writer.offer(batch(1...1), from: .udp) {}
            #expect(writer.offer(batch(2...2), from: .http))
            await #expect(throws: BatchWriter.Refusal.self) {
                _ = try await writer.submit(batch(3...3), from: .udp)
            }
            #expect(counters.health[.udp].map { $0.queuedBytes <= 3000 } == true)
        }
    }

    @Test func `one batch larger than the queue still gets in`() async throws {
        try await withWriter(BatchWriter.Limits(queueBytes: 100, commitBytes: 100, commitSpans: 1)) {
            writer, sink, _ async throws in
            let receipt = try await writer.submit(batch(1...500), from: .http)
            #expect(receipt.stored == 500)
            #expect(sink.batches == 1)
        }
    }

    @Test func `who waits for room gets it in order`() async throws {
        try await withWriter(BatchWriter.Limits(queueBytes: 2000, commitBytes: 2000)) {
            writer, sink, counters async throws in
            sink.hold()
            async let writing: Void = {
                for id in 1...50 { try await writer.write(batch(id...id), from: .file("f")) { _ in } }
            }()
            for await health in counters.updates() where (health[.file("f")]?.queuedBytes ?? 0) > 0 { break }
            sink.release()
            try await writing
            _ = try await writer.writeAndCommit(IngestBatch(), from: .file("f"))
            #expect(sink.spanIDs.count == 50)
            #expect(counters.health[.file("f")]?.stored == 50)
        }
    }

    @Test func `positions of two files are never in one commit`() async throws {
        try await withWriter { writer, sink, _ async throws in
            sink.hold()
            for offset in 1...4 {
                for inode in [UInt64(1), 2] {
                    try await writer.write(
                        batch(1...1, inode: inode, offset: Int64(offset)), from: .file("folder")
                    ) { _ in }
                }
            }
            sink.release()
            _ = try await writer.writeAndCommit(IngestBatch(), from: .file("folder"))
            #expect(Set(sink.positions.map(\.inode)) == [1, 2])
            #expect(sink.positions.allSatisfy { $0.offset == 4 })
        }
    }

    @Test func `much that waits is prepared during a commit, little waits to become more`() async throws {
        let limits = BatchWriter.Limits(commitBytes: 40_000)
        for (count, prepared) in [(3, 1), (30, 2)] {
            try await withWriter(limits) { writer, sink, counters async throws in
                sink.hold()
                #expect(writer.offer(batch(0...0), from: .udp))
                for await health in counters.updates() where health[.udp]?.queuedBytes == 0 { break }
                for id in 1...count { #expect(writer.offer(batch(id...id), from: .udp)) }
                while sink.prepared < prepared { await Task.yield() }
                #expect(sink.prepared == prepared && sink.batches == 0)
                sink.release()
                _ = try await writer.writeAndCommit(batch(99...99), from: .udp)
                #expect(sink.spanIDs.count == count + 2)
            }
        }
    }

    @Test func `a failed commit is told to each of its batches and stops nothing`() async throws {
        try await withWriter { writer, sink, counters async throws in
            sink.fail(1)
            await #expect(throws: BatchWriter.Refusal.self) { _ = try await writer.submit(batch(1...1), from: .http) }
            #expect(try await writer.submit(batch(2...2), from: .http).stored == 1)
            #expect(counters.health[.http]?.lastError != nil)
        }
    }

    @Test func `behind what failed of an order nothing is committed, in another order it is`() async throws {
        try await withWriter(BatchWriter.Limits(commitSpans: 1)) { writer, sink, counters async throws in
            sink.hold()
            sink.fail(1)
            let order = WriteOrder()
            let refused = Mutex<[Int]>([])
            func write(_ id: Int, _ order: WriteOrder?) async throws {
                let batch = batch(id...id, inode: 1, offset: Int64(id))
                try await writer.write(batch, from: .file("f"), in: order) { result in
                    if case .failure = result { refused.withLock { $0.append(id) } }
                }
            }
            for id in 1...3 { try await write(id, order) }
            try await write(4, nil)
            sink.release()
            _ = try await writer.writeAndCommit(batch(5...5), from: .file("f"))
            #expect(refused.withLock { $0 } == [1, 2, 3] && sink.spanIDs == ["4", "5"])
            #expect(counters.health[.file("f")]?.lastError?.contains("did not take it") == true)
            for id in 1...3 { try await write(id, WriteOrder()) }
            _ = try await writer.writeAndCommit(batch(6...6), from: .file("f"))
            #expect(sink.spanIDs.count == 6 && sink.positions.map(\.offset) == [3])
        }
    }

    @Test func `a large request is committed in parts, and others come in between`() async throws {
        try await withWriter { writer, sink, counters async throws in
            sink.hold()
            async let large = writer.submit(batch(1...5000), from: .http)
            for await health in counters.updates() where (health[.http]?.queuedBytes ?? 0) > 0 { break }
            async let small = writer.submit(batch(9999...9999), from: .http)
            while sink.prepared < 1 { await Task.yield() }
            sink.release()
            let receipts = try await (large, small)
            #expect((5000...5001).contains(receipts.0.stored) && receipts.1.stored >= 1)
            #expect(receipts.1.revision < receipts.0.revision)
            #expect(sink.batches >= 3 && sink.spanIDs.count == 5001)
        }
    }

    @Test func `a part that fails fails its request, once`() async throws {
        try await withWriter { writer, sink, counters async throws in
            sink.fail(1)
            await #expect(throws: BatchWriter.Refusal.self) {
                _ = try await writer.submit(batch(1...5000), from: .http)
            }
            #expect(try await writer.submit(batch(1...5000), from: .http).stored > 0)
            #expect(sink.spanIDs.count == 5000)
        }
    }

    @Test func `how far a file was read stands in its last part`() {
        let parts = batch(1...5000, inode: 1, offset: 7).parts(mostRecords: 1000, mostBytes: 1 << 20)
        #expect(parts.count == 5)
        #expect(parts.flatMap { $0.batch.spans.map(\.span.key.spanID) } == (1...5000).map { "\($0)" })
        #expect(parts.map { $0.batch.position?.offset } == [nil, nil, nil, nil, 7])
    }

    @Test func `records that are no spans are committed in parts, too`() {
        let score = Score(
            target: .session("s"), name: "n", value: .number(1), judge: "j", time: Timestamp(unixNanoseconds: 1))
        let content = IngestedContent(
            key: SpanKey(traceID: "t", spanID: "s"), time: nil, eventName: "gen_ai.choice", payload: [1, 2, 3])
        var large = batch(1...700)
        large.contents = Array(repeating: content, count: 700)
        large.scores = Array(repeating: score, count: 2600)
        large.masked = 3
        let parts = large.parts(mostRecords: 1000, mostBytes: 1 << 20)
        #expect(parts.map(\.batch.recordCount) == [1000, 1000, 1000, 1000])
        #expect(parts.map(\.batch.masked) == [0, 0, 0, 3])
        #expect(parts.reduce(0) { $0 + $1.batch.contents.count } == 700)
        #expect(parts.reduce(0) { $0 + $1.batch.scores.count } == 2600)
    }

    @Test func `what spans share weighs once`() {
        let resource = [UInt8](repeating: 1, count: 1 << 20)
        var large = batch(1...1000)
        for index in large.spans.indices { large.spans[index].payload.resource = resource }
        let parts = large.parts(mostRecords: 4096, mostBytes: 4 << 20)
        #expect(parts.count == 1 && parts[0].weight < 3 << 20)
    }

    @Test func `replaced spans are told from new ones`() async throws {
        try await withWriter { writer, _, counters async throws in
            _ = try await writer.submit(batch(1...5), from: .http)
            _ = try await writer.submit(batch(4...8), from: .http)
            let health = try #require(counters.health[.http])
            #expect(health.stored == 8 && health.replaced == 2)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `who stops looking and who counts never wait for each other`() async {
        for _ in 0..<2_000 {
            let counters = IngestCounters()
            let looking = Task { for await _ in counters.updates() {} }
            let counting = Task.detached { for _ in 0..<30 { counters.update(.udp) { $0.received += 1 } } }
            await Task.yield()
            looking.cancel()
            await counting.value
            await looking.value
            #expect(counters.health[.udp]?.received == 30)
        }
    }

    @Test func `whoever looks late sees the newest figures first`() async throws {
        let counters = IngestCounters()
        for count in 1...1000 { counters.update(.udp) { $0.received = count } }
        var updates = counters.updates().makeAsyncIterator()
        #expect(await updates.next()?[.udp]?.received == 1000)
        for count in 1001...2000 { counters.update(.udp) { $0.received = count } }
        #expect(await updates.next()?[.udp]?.received == 2000)
    }
}
