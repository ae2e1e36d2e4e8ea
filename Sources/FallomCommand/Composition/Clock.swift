import Glibc
import TraceModel

extension Timestamp {
    /// This moment by the system's clock. Only commands and the composition root ask for it; the rest is told.
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(unixNanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// A clock that never goes back: for how long something took.
enum MonotonicClock {
    /// Nanoseconds since some moment.
    static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
