import ArgumentParser
import SystemCalls
import TraceModel
import TraceStore

/// `fallom store renew`: a new store in the place of one that is damaged or has had its time.
struct StoreRenewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew", abstract: "Move the store aside, with its log, and begin a new one.",
        discussion: "Nothing is deleted: the old file stands beside the new one. Consoles on the store must have ended."
    )

    @OptionGroup var shared: ReadingOptions

    func run() async throws {
        let settings = try shared.settings()
        let path = settings.store
        guard Files.exists(path) else { throw CommandFailure("there is no store at \(path)") }
        guard let lock = try StoreLock.tryAcquire(storeAt: path) else {
            let holder = StoreLock.holder(storeAt: path).map { "process \($0)" } ?? "another process"
            throw CommandFailure("\(holder) listens for the store at \(path)", hint: "End it first.")
        }
        let aside = try TraceStore.moveAside(storeAt: path, suffix: Self.suffix(at: .now()))
        try await StoreAccess.writer(settings).close()
        withExtendedLifetime(lock) {}
        try StandardOutput.print("\(path) is new; the old store is \(aside)")
    }

    /// `.2026-11-29T16-40-00.123Z`: a name that sorts by time and needs no quotes.
    static func suffix(at now: Timestamp) -> String {
        "." + now.iso8601.split(separator: ":").joined(separator: "-")
    }
}
