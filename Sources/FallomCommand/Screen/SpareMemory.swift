import CProcess

/// What answers took to be made, given back to the system now and then: a console stays open for days, and one look at
/// everything must not be paid for until it ends.
struct SpareMemory {
    /// The heaps keep less than this, for what comes next.
    private static let least = 16 << 20
    private static let pause = Duration.seconds(10)

    private var last: ContinuousClock.Instant?

    /// Gives back what is free, beside the loop, if that was not done just now.
    mutating func giveBack() {
        let now = ContinuousClock.now
        if let last, now - last < Self.pause { return }
        last = now
        Task.detached(priority: .utility) { fallom_process_return_memory(Self.least) }
    }
}
