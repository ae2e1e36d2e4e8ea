import Logging
import Synchronization

/// Says what the SDK does to the app's logger. Never content, never keys: only sizes, counts, statuses and names.
struct DebugLog: Sendable {
    private let logger: Logger
    private let isDebug: Bool
    private let tallies: Tallies

    init(logger: Logger, isDebug: Bool, time: TimeSource) {
        self.logger = logger
        self.isDebug = isDebug
        tallies = Tallies(time: time)
    }

    func debug(_ text: @autoclosure () -> String) {
        guard isDebug else { return }
        logger.debug("\(text())")
    }

    func notice(_ text: @autoclosure () -> String) {
        logger.notice("\(text())")
    }

    func warning(_ text: @autoclosure () -> String) {
        logger.warning("\(text())")
    }

    /// Writes a warning for the first time that something happens, and then at most once a minute, with how often it
    /// happened since it was written last.
    func warning(cause: String, count: Int = 1, _ text: (_ count: Int) -> String) {
        guard let count = tallies.note(cause, count) else { return }
        logger.warning("\(text(count))")
    }
}

/// How often each cause of trouble came up since it was last said.
private final class Tallies: Sendable {
    private let time: TimeSource
    private let state = Mutex(CauseTally())

    init(time: TimeSource) { self.time = time }

    func note(_ cause: String, _ count: Int) -> Int? {
        let now = time.monotonicNanoseconds()
        return state.withLock { $0.note(cause, count, now: now) }
    }
}

/// Counts by cause, and says when a count is to be told.
struct CauseTally: Sendable {
    private struct Entry {
        var toldAt: Int64
        var untold = 0
    }

    private static let interval: Int64 = 60_000_000_000
    /// Causes kept apart; those told longest ago make room.
    private static let capacity = 1024
    private var entries: [String: Entry] = [:]

    /// Counts something; how much of it is to be told now, `nil` if nothing.
    mutating func note(_ cause: String, _ count: Int, now: Int64) -> Int? {
        guard var entry = entries[cause] else {
            if entries.count >= Self.capacity { entries = entries.filter { now - $0.value.toldAt < Self.interval } }
            if entries.count < Self.capacity { entries[cause] = Entry(toldAt: now) }
            return entries[cause] == nil ? nil : count
        }
        entry.untold += count
        defer { entries[cause] = entry }
        guard now - entry.toldAt >= Self.interval else { return nil }
        defer { entry = Entry(toldAt: now) }
        return entry.untold
    }
}
