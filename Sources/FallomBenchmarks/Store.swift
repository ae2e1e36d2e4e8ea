import Foundation
import SpanCodec
import Synchronization
import SystemCalls
import TraceModel
import TraceStore

/// Spans into the store, beside SQLite driven by its C API with nothing between, in the same run.
let storeBenchmark = Benchmark(
    name: "store",
    help: "FILE.ndjson FOLDER [SPANS [ROUNDS [BATCH]]]: append, against raw SQLite with the same columns and indexes"
) { arguments in
    guard arguments.count >= 2 else {
        throw UsageError(description: "store needs a file of Fallom records and a folder")
    }
    let spans = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 50_000
    let rounds = arguments.dropFirst(3).first.flatMap { Int($0) } ?? 3
    let batch = arguments.dropFirst(4).first.flatMap { Int($0) } ?? 5000
    let data = try Data(contentsOf: URL(filePath: arguments[0]), options: .mappedIfSafe)
    let lines = data.split(separator: UInt8(ascii: "\n")).prefix(spans).map { Array($0) }
    let bytes = lines.reduce(0) { $0 + $1.count }
    let path = arguments[1] + "/fallom-benchmark.sqlite"
    defer { removeStore(path) }
    let decoded = decode(lines[...])
    guard decoded.count == lines.count else { throw UsageError(description: "the file has lines that are no records") }
    let contenders = [
        Contender(name: "ours: lines decoded, stored, summed up") {
            try fill(path, lines.count, batch) { IngestBatch(spans: decode(lines[$0])) }
            return (lines.count, bytes)
        },
        Contender(name: "ours: decoded spans stored, summed up") {
            try fill(path, lines.count, batch) { IngestBatch(spans: Array(decoded[$0])) }
            return (lines.count, bytes)
        },
        Contender(name: "raw SQLite: same columns and indexes") {
            try RawSQLite(path, RawSQLite.ourColumns).fill(decoded, batch)
            return (lines.count, bytes)
        },
        Contender(name: "raw SQLite: 16 columns, 2 indexes") {
            try RawSQLite(path, RawSQLite.fewColumns).fill(decoded, batch)
            return (lines.count, bytes)
        },
    ]
    try Measure(rounds: rounds, unit: "spans").compare(contenders, baseline: contenders[2].name)
}

private func decode(_ lines: ArraySlice<[UInt8]>) -> [IngestedSpan] {
    let decoder = SpanDecoder()
    var batch = DecodedBatch()
    for line in lines { decoder.decodeLine(line, into: &batch) }
    return batch.spans
}

private func removeStore(_ path: String) {
    for part in ["", "-wal", "-shm"] { _ = try? Files.remove(path + part) }
}

/// Fills a new store batch by batch, and brings its figures up to date.
private func fill(_ path: String, _ count: Int, _ size: Int, _ batch: @escaping @Sendable (Range<Int>) -> IngestBatch)
    throws
{
    removeStore(path)
    try blocking {
        let store = try TraceStore.open(
            at: path, configuration: TraceStoreConfiguration(now: { Timestamp(unixNanoseconds: 0) }))
        for start in stride(from: 0, to: count, by: size) {
            _ = try await store.append(batch(start..<min(start + size, count)))
        }
        try await store.close()
    }
}

/// Waits for work on the pool, from the main thread, which is not of the pool.
private func blocking(_ work: @escaping @Sendable () async throws -> Void) throws {
    let done = DispatchSemaphore(value: 0)
    let outcome = Outcome()
    Task.detached {
        do { try await work() } catch { outcome.set(error) }
        done.signal()
    }
    done.wait()
    if let error = outcome.error { throw error }
}

/// How work ended.
private final class Outcome: Sendable {
    private let stored = Mutex<(any Error)?>(nil)
    func set(_ error: any Error) { stored.withLock { $0 = error } }
    var error: (any Error)? { stored.withLock { $0 } }
}
