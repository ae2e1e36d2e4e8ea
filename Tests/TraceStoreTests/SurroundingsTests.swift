import Foundation
import GRDB
import Testing
import TraceModel
import TraceStore

/// What stands around spans is stored once, however many have it.
@Suite struct SurroundingsTests {
    private let folder: TemporaryFolder
    private let store: TraceStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TraceStore.open(at: folder.file(), configuration: .test)
    }

    /// Bytes that do not shrink when they are deflated.
    private static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    private static func batch(_ ids: Range<Int>, session: String = "s", resource: [UInt8], scope: [UInt8])
        -> IngestBatch
    {
        var batch = Samples.batch(ids, session: session)
        for index in batch.spans.indices {
            batch.spans[index].payload.resource = resource
            batch.spans[index].payload.surroundings = scope
        }
        return batch
    }

    private func count(_ table: String) throws -> Int? {
        try DatabaseQueue(path: folder.file()).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") }
    }

    @Test(arguments: [0, 10, 4095, 4096, 500_000], [0, 10, 5000])
    func `come back as they were`(resource: Int, scope: Int) async throws {
        let batch = Self.batch(0..<20, resource: Self.noise(resource), scope: Self.noise(scope, seed: 2))
        _ = try await store.append(batch)
        for span in batch.spans { #expect(try await store.payload(of: span.span.key)?.payload == span.payload) }
    }

    @Test func `are stored once for all spans of all requests`() async throws {
        for round in 0..<5 {
            // A new array each time, as a new request brings it.
            let resource = Self.noise(500_000)
            _ = try await store.append(
                Self.batch(
                    round * 600..<(round + 1) * 600, resource: resource, scope: Self.noise(9000, seed: UInt64(round))))
        }
        #expect(try count("surroundings") == 6)
        #expect(try await store.usedBytes() < 3_000_000)
        let last = try await store.payload(of: SpanKey(traceID: "t2999", spanID: "a"))
        #expect(last?.payload.resource == Self.noise(500_000))
    }

    @Test func `go with the last span that needs them`() async throws {
        let shared = Self.noise(10_000)
        _ = try await store.append(Self.batch(0..<10, session: "a", resource: shared, scope: Self.noise(5000, seed: 2)))
        _ = try await store.append(Self.batch(900_000..<900_010, session: "b", resource: shared, scope: []))
        _ = try await store.retain(RetentionPolicy(maxAgeNanoseconds: 500_000))
        #expect(try count("surroundings") == 1)
        let kept = try await store.payload(of: SpanKey(traceID: "t900003", spanID: "a"))
        #expect(kept?.payload.resource == shared)
        // One that comes again and has nothing around it needs them no more.
        _ = try await store.append(Samples.batch(900_000..<900_010, session: "b"))
        #expect(try count("surroundings") == 0 && count("body_surroundings") == 0)
        #expect(try await store.checkIntegrity() == [])
    }
}
