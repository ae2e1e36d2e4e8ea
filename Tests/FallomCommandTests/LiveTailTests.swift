import Dispatch
import Glibc
import Synchronization
import SystemCalls
import Testing
import TraceModel
import TraceStore

@testable import FallomCommand

@Suite(.timeLimit(.minutes(5))) struct LiveTailTests {
    /// A running tail whose lines are read back.
    private struct Running {
        let lines: Captured
        let warnings: Mutexed<[String]>
    }

    /// Tails the store for the time of `body`.
    private func tailing(
        _ temporary: TemporaryStore, _ filter: String = "", last: Int = 0, mostRunning: Int = 10_000,
        _ body: (Running) async throws -> Void
    ) async throws {
        let lines = try Captured()
        let warnings = Mutexed<[String]>([])
        let tail = LiveTail(
            filter: try SpanFilterParser(now: .now()).parse(filter), last: last, output: lines.output, isJSON: false,
            terminal: .plain, mostRunning: mostRunning, warn: { text in warnings.change { $0.append(text) } })
        let store = temporary.store
        let work = Task { try await tail.run(store) }
        try await body(Running(lines: lines, warnings: warnings))
        work.cancel()
        _ = await work.result
        try await temporary.end()
    }

    @Test func `a call in flight at the start is printed when it ends, if it passes then`() async throws {
        let temporary = try TemporaryStore()
        try await temporary.append(.call("fails"), .call("works"), .call("ever"))
        try await temporary.append(.call("old", milliseconds: 5, status: .error))
        try await tailing(temporary, "status:error", last: 1) { tail async throws in
            // The old one is printed when all that runs is known.
            #expect(await tail.lines.names(1) == ["old"])
            try await temporary.append(.call("later", milliseconds: 5, status: .error))
            #expect(await tail.lines.names(2) == ["old", "later"])
            try await temporary.append(.call("fails", milliseconds: 5, status: .error))
            try await temporary.append(.call("works", milliseconds: 5))
            #expect(await tail.lines.names(3) == ["old", "later", "fails"])
            try await temporary.append(.call("end", milliseconds: 5, status: .error))
            #expect(await tail.lines.names(4) == ["old", "later", "fails", "end"])
        }
    }

    @Test func `a call that begins later is asked for by what it came to be`() async throws {
        let temporary = try TemporaryStore()
        try await temporary.append(.call("old", milliseconds: 9000))
        try await tailing(temporary, "latency>2s", last: 1) { tail async throws in
            #expect(await tail.lines.names(1) == ["old"])
            try await temporary.append(.call("slow"), .call("fast"))
            try await temporary.append(.call("after", milliseconds: 3000))
            #expect(await tail.lines.names(2) == ["old", "after"])
            try await temporary.append(.call("slow", milliseconds: 2500), .call("fast", milliseconds: 100))
            #expect(await tail.lines.names(3) == ["old", "after", "slow"])
            // A second finished record of a call is no news.
            try await temporary.append(.call("slow", milliseconds: 2600))
            try await temporary.append(.call("end", milliseconds: 3000))
            #expect(await tail.lines.names(4) == ["old", "after", "slow", "end"])
        }
    }

    @Test func `the newest that are printed first are finished ones, and none is printed twice`() async throws {
        let temporary = try TemporaryStore()
        try await temporary.append(.call("one", milliseconds: 1), .call("two", milliseconds: 1), .call("running"))
        try await tailing(temporary, last: 2) { tail async throws in
            #expect(await tail.lines.names(2) == ["one", "two"])
            try await temporary.append(.call("running", milliseconds: 1))
            #expect(await tail.lines.names(3) == ["one", "two", "running"])
        }
    }

    @Test func `when the span last printed is removed, the store is not printed again`() async throws {
        let temporary = try TemporaryStore()
        let now = Timestamp.now()
        for name in ["a", "b", "c"] { try await temporary.append(.call(name, start: now, milliseconds: 1)) }
        try await temporary.append(.call("removed", session: "old", milliseconds: 1))
        try await tailing(temporary, last: 1) { tail async throws in
            #expect(await tail.lines.names(1) == ["removed"])
            let removed = try await temporary.store.retain(RetentionPolicy(maxAgeNanoseconds: 3_600_000_000_000))
            #expect(removed.spans == 1)
            try await temporary.append(.call("end", start: now, milliseconds: 1))
            #expect(await tail.lines.names(2) == ["removed", "end"])
        }
    }

    @Test func `more calls in flight than are waited for are told`() async throws {
        let temporary = try TemporaryStore()
        try await temporary.append(.call("old", milliseconds: 1))
        try await tailing(temporary, last: 1, mostRunning: 2) { tail async throws in
            #expect(await tail.lines.names(1) == ["old"])
            try await temporary.append(.call("first"), .call("second"), .call("third"))
            try await temporary.append(.call("between", milliseconds: 1))
            #expect(await tail.lines.names(2) == ["old", "between"])
            try await temporary.append(.call("first", milliseconds: 1), .call("third", milliseconds: 1))
            #expect(await tail.lines.names(3) == ["old", "between", "third"])
            #expect(tail.warnings.value.count == 1)
            #expect(tail.warnings.value.first?.contains("1 of the oldest") == true)
        }
    }
}

/// A value behind a lock.
private final class Mutexed<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }
    func change(_ body: (inout Value) -> Void) { state.withLock { body(&$0) } }
}

/// An output that goes into a pipe, and what came out of it so far.
private final class Captured: Sendable {
    let output: StandardOutput
    private let descriptors: [Int32]
    private let bytes = Mutexed<[UInt8]>([])

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        descriptors = ends
        output = StandardOutput(descriptor: Descriptor(borrowing: ends[1]), flushesEachLine: true)
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// The names of the spans printed so far, as soon as there are so many.
    func names(_ count: Int) async -> [String] {
        while lines.count < count {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let got = read(descriptors[0], &buffer, buffer.count)
            if got > 0 {
                let news = Array(buffer[..<got])
                bytes.change { $0 += news }
            } else {
                if Task.isCancelled { break }
                await comes()
            }
        }
        // Time, session, name.
        return lines.map { $0.split(separator: " ").dropFirst(2).first.map(String.init) ?? "" }
    }

    /// Waits until there is something to read; at most a second, so that a cancelled test ends.
    private func comes() async {
        let descriptor = descriptors[0]
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var news = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&news, 1, 1_000)
                continuation.resume()
            }
        }
    }

    private var lines: [String] {
        String(decoding: bytes.value, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
