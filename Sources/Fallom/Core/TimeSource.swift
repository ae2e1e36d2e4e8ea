package import TraceModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where the SDK takes the time from. A test gives its own.
public struct TimeSource: Sendable {
    /// The wall clock: nanoseconds since 1970, what a span's start says.
    public var unixNanoseconds: @Sendable () -> Int64
    /// Nanoseconds on a clock that never goes back: what durations are made of.
    public var monotonicNanoseconds: @Sendable () -> Int64
    /// Waits; throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    /// Makes a source.
    public init(
        unixNanoseconds: @escaping @Sendable () -> Int64, monotonicNanoseconds: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.unixNanoseconds = unixNanoseconds
        self.monotonicNanoseconds = monotonicNanoseconds
        self.sleep = sleep
    }

    /// The time by the wall clock.
    package func now() -> Timestamp { Timestamp(unixNanoseconds: unixNanoseconds()) }

    /// The machine's clocks.
    public static let system = TimeSource(
        unixNanoseconds: { read(CLOCK_REALTIME) },
        monotonicNanoseconds: { read(CLOCK_MONOTONIC) },
        sleep: { try await Task.sleep(for: $0) })

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
