import ClickHouseStore
import Synchronization
import Testing

@testable import FallomCommand

@Suite(.timeLimit(.minutes(1))) struct EndDeadlineTests {
    @Test func `work that does not end is given up after a signal`() async throws {
        let (work, ending) = AsyncStream.makeStream(of: Void.self)
        let (signals, signal) = AsyncStream.makeStream(of: Int32.self)
        signal.yield(15)
        // The work takes no notice of being cancelled; only the deadline ends it.
        try await EndSignals.cancelling(
            { await Task { for await _ in work {} }.value }, on: EndSignals(stream: signals),
            deadline: EndDeadline(seconds: 0) { ending.finish() })
    }

    @Test func `work that ends by itself needs no deadline`() async throws {
        let (signals, _) = AsyncStream.makeStream(of: Int32.self)
        let isGivenUp = Mutex(false)
        try await EndSignals.cancelling(
            {}, on: EndSignals(stream: signals),
            deadline: EndDeadline(seconds: 0) { isGivenUp.withLock { $0 = true } })
        #expect(isGivenUp.withLock { $0 } == false)
    }

    /// Work that a signal comes to, and that ends with that error.
    private func interrupted(_ error: any Error) async throws {
        let (signals, signal) = AsyncStream.makeStream(of: Int32.self)
        signal.yield(2)
        let (never, ending) = AsyncStream.makeStream(of: Void.self)
        defer { ending.finish() }
        try await EndSignals.cancelling(
            {
                for await _ in never {}
                throw error
            }, on: EndSignals(stream: signals), deadline: EndDeadline(seconds: 600) {})
    }

    private func trouble(_ code: ClickHouseError.Code) -> ClickHouseError {
        ClickHouseError(code: code, path: "clickhouse://h/d", message: "m", advice: "a")
    }

    @Test func `a question to a server that a signal calls off is an orderly end, other trouble is not`() async throws {
        try await interrupted(CancellationError())
        try await interrupted(trouble(.cancelled))
        for code in ClickHouseError.Code.allCases where code != .cancelled {
            await #expect(throws: trouble(code)) { try await interrupted(trouble(code)) }
        }
    }
}
