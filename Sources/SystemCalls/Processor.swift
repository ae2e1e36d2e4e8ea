#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The core that a thread runs on.
public enum Processor {
    /// Lets a thread that waits for this core have it first: what works long calls it every now and then, so that a key, and
    /// the thread that draws, need not wait for the end of its share.
    public static func giveWay() {
        _ = sched_yield()
    }
}
