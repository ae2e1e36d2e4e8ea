public import SpanCodec

/// Appends every record as one line to a file, which the console follows and `fallom import` reads.
///
/// Several processes may share the file: each batch of lines is appended whole, under an advisory lock (`flock`). When
/// the file has reached its size it is renamed to `<path>.1`, older ones move up, and a new file begins.
public final class FileExporter: RecordExporter {
    /// How a ``FileExporter`` works.
    public struct Options: Hashable, Sendable {
        /// Records that may wait, whatever they weigh.
        public var queueCapacity: Int
        /// The memory that records may take while they wait. When it is used up, records of calls that have only started
        /// are given up first, then content, the oldest first, then the record that comes.
        public var queueBytes: Int
        /// Bytes after which the file is renamed and a new one begins; `nil` for never. A batch is never split, so a
        /// file may be longer by one batch.
        public var rotationBytes: Int?
        /// Renamed files to keep (`<path>.1` is the newest); the oldest is deleted.
        public var keptFiles: Int

        /// Makes options.
        public init(
            queueCapacity: Int = .max, queueBytes: Int = 64 << 20, rotationBytes: Int? = 256 << 20, keptFiles: Int = 4
        ) {
            self.queueCapacity = queueCapacity
            self.queueBytes = queueBytes
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
        self.queue = ExportQueue(
            label: "fallom.file", limits: RoomLimits(bytes: options.queueBytes, count: options.queueCapacity),
            writer: writer)
    }

    /// Queues a record; drops and counts it when there is no room.
    public func export(_ record: FallomRecord) { queue.add(record) }

    /// Returns when every record queued before the call was handed to the system or counted as dropped.
    public func flush() async { await queue.flush() }

    /// Takes no more records, writes those queued, closes the file.
    public func shutdown() async { await queue.shutdown() }

    /// The same, for as long as `limit` allows; what is left then is counted as failed.
    public func shutdown(within limit: Duration) async { await queue.shutdown(within: limit) }

    /// What happened so far.
    public var counters: ExportCounters { queue.counters }
}
