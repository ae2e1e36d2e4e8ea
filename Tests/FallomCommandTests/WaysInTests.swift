import Console
import Ingest
import Testing
import TraceModel
import TraceStore

@testable import FallomCommand

@Suite(.timeLimit(.minutes(5))) struct WaysInTests {
    private static let record =
        #"{"config_key":"app","session_id":"s","trace_id":"00000000000000000000000000000001","#
        + #""span_id":"0000000000000001","name":"call","start_time":"2026-01-01T00:00:00.000Z","#
        + #""end_time":"2026-01-01T00:00:01.000Z","duration_ms":1000,"status":"OK"}"#

    @Test func `a lock that cannot be taken is told, and files are followed all the same`() async throws {
        let temporary = try TemporaryStore()
        try temporary.blockLock()
        try temporary.write("app.ndjson", Self.record + "\n")
        let backend = temporary.backend
        let (roles, continuation) = AsyncStream.makeStream(of: ListenerRole.self)
        let ways = WaysIn(backend: backend, paths: [temporary.file("app.ndjson")]) { continuation.yield($0) }
        let work = Task { await ways.run() }
        for await role in roles {
            guard case .failed(let failure) = role else {
                Issue.record("\(role)")
                continue
            }
            #expect(failure.message.contains(".lock"))
            break
        }
        for await health in backend.counters.updates() {
            if health.sources.contains(where: { $0.stored == 1 }) { break }
        }
        work.cancel()
        await work.value
        #expect(try await temporary.store.overview().spans == 1)
        try await temporary.end()
    }

    @Test func `why nothing is listened to, and why nothing old is removed, is in the health`() async throws {
        let temporary = try TemporaryStore()
        let feed = HealthFeed()
        feed.tell(role: .failed(CommandFailure("the lock is gone")), settings: temporary.settings)
        feed.tell(retention: CommandFailure("the disk is full"))
        var health = feed.stream.makeAsyncIterator()
        let troubled = await health.next()
        #expect(troubled?.sources.map(\.state) == [.failed("the lock is gone"), .failed("the disk is full")])
        feed.tell(role: .listening, settings: temporary.settings)
        feed.tell(retention: nil)
        let well = await health.next()
        #expect(well?.sources == [])
        try await temporary.end()
    }

    @Test func `retention that fails is told`() async throws {
        let temporary = try TemporaryStore()
        // A store that was closed can remove nothing.
        try await temporary.store.close()
        let backend = temporary.backend(temporary.store) { $0.retention.days = 1 }
        let (failures, continuation) = AsyncStream.makeStream(of: CommandFailure?.self)
        let ways = WaysIn(backend: backend, paths: [], onChange: { _ in }, onRetention: { continuation.yield($0) })
        let work = Task { await ways.run() }
        var iterator = failures.makeAsyncIterator()
        let first = await iterator.next()
        #expect((first ?? nil) != nil)
        work.cancel()
        await work.value
        temporary.removeFolder()
    }

    @Test func `a listener that cannot know whether it may says why, and ends where nobody reads`() async throws {
        let temporary = try TemporaryStore()
        try temporary.blockLock()
        let run = HeadlessRun(backend: temporary.backend, paths: []) { _ in }
        let failure = await #expect(throws: CommandFailure.self) { try await run.run() }
        #expect(failure?.message.contains(".lock") == true)
        #expect(failure?.hint?.contains("ports") == false)
        try await temporary.end()
    }

    @Test func `a store that cannot be written is read on, where somebody reads it`() async throws {
        let temporary = try TemporaryStore()
        let store = try StoreAccess.reader(temporary.settings)
        let (said, continuation) = AsyncStream.makeStream(of: ListenerAnnouncement.self)
        let backend = temporary.backend(store)
        let run = HeadlessRun(backend: backend, paths: [], readsStore: true) { continuation.yield($0) }
        let work = Task { try await run.run() }
        for await announcement in said {
            #expect(announcement.troubles.first?.contains("cannot be written") == true)
            break
        }
        work.cancel()
        // It was ended by us, and by nothing it has thrown.
        if case .failure(let error) = await work.result { #expect(error is CancellationError) }
        let alone = HeadlessRun(backend: backend, paths: []) { _ in }
        let failure = await #expect(throws: CommandFailure.self) { try await alone.run() }
        #expect(failure?.message.contains("told not to listen") == false)
        try await store.close()
        try await temporary.end()
    }
}
