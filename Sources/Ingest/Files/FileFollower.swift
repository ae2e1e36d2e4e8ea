internal import Gzip
internal import TraceModel

/// Follows a file, or all span files of a folder: what is there, what is appended, what appears; through truncation and
/// rotation, across restarts (docs/codebase.md: the position is committed with the spans).
struct FileFollower: Sendable {
    /// The path as it was given.
    let path: String
    let options: FileOptions
    let writer: BatchWriter
    let counters: IngestCounters
    let decoder: LineDecoder
    let store: any SpanSink

    /// Follows until the task is cancelled. Throws when files cannot be watched at all.
    func run() async throws(IngestError) {
        let watcher = try FollowWatcher()
        let result: Result<Void, IngestError> = await withTaskCancellationHandler {
            async let watching = Self.watch(watcher)
            let work = FollowWork(self, watcher)
            await work.run()
            watcher.stop()
            return await watching
        } onCancel: {
            watcher.stop()
        }
        try result.get()
    }

    private static func watch(_ watcher: FollowWatcher) async -> Result<Void, IngestError> {
        do {
            try await watcher.run()
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}

/// How files are read.
public struct FileOptions: Sendable {
    /// The longest line that is decoded; a longer one is skipped and named.
    public var lineLimit = 16 << 20
    /// The first read, small so that the first rows are there at once; each further one is twice as large.
    public var firstBlock = 64 << 10
    /// The largest read.
    public var largestBlock = 1 << 20
    /// How many files of a folder are open at once, at most; those beyond it are told in the health, and read as soon as
    /// others are gone. `nil` takes what the system allows and the listeners and the store do not need.
    public var mostOpen: Int?
    /// Waits before what the store refused is tried again.
    public var retryDelay: @Sendable () async -> Void = { try? await Task.sleep(for: .seconds(1)) }

    /// For files that are followed.
    public static let following = FileOptions()
    /// For files that are read once from beginning to end: a block is about what one commit takes.
    public static let once = FileOptions(largestBlock: 2 << 20)
}
