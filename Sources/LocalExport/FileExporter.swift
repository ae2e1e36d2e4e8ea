public import SpanCodec

/// Appends every record as one line to a file, which the console follows and `fallom import` reads.
///
/// Several processes may share the file: each batch of lines is appended whole, under an advisory lock (`flock`). When
/// the file has reached its size it is renamed to `<path>.1`, older ones move up, and a new file begins.
public final class FileExporter: RecordExporter {
    /// How a ``FileExporter`` works.
    public struct Options: Hashable, Sendable {
        /// Records that may wait; the newest is dropped when there are that many. About 2 KB of memory each.
        public var queueCapacity: Int
        /// Bytes after which the file is renamed and a new one begins; `nil` for never. A batch is never split, so a
        /// file may be longer by one batch.
        public var rotationBytes: Int?
        /// Renamed files to keep (`<path>.1` is the newest); the oldest is deleted.
        public var keptFiles: Int

        /// Makes options.
        public init(queueCapacity: Int = 16_384, rotationBytes: Int? = 256 << 20, keptFiles: Int = 4) {
            self.queueCapacity = queueCapacity
            self.rotationBytes = rotationBytes
            self.keptFiles = keptFiles
        }
    }

    private let queue: ExportQueue<FileWriter>

    /// Opens or creates the file with mode 0600; the folder must exist.
    ///
    /// - Throws: ``LocalExportError`` when the file cannot be opened for appending.
    public init(path: String, options: Options = Options()) throws(LocalExportError) {
        let writer = try FileWriter(path: path, rotationBytes: options.rotationBytes, keptFiles: options.keptFiles)
        self.queue = ExportQueue(label: "fallom.file", capacity: options.queueCapacity, writer: writer)
    }

    /// Queues a record; drops and counts it when the queue is full.
    public func export(_ record: FallomRecord) { queue.add(record) }

    /// Returns when every record queued before the call was handed to the system or counted as dropped.
    public func flush() async { await queue.flush() }

    /// Takes no more records, writes those queued, closes the file.
    public func shutdown() async { await queue.shutdown() }

    /// What happened so far.
    public var counters: ExportCounters { queue.counters }
}
