public import SpanCodec
public import TraceModel

/// Reads span files from beginning to end into a store: `fallom import`.
///
/// Good spans are stored whatever stands beside them; what is refused is named by file, line and reason.
public struct FileImporter: Sendable {
    /// How files are read.
    public var options: FileOptions
    /// How many refused lines are kept word for word in each report; all are counted.
    public var rejectionsKept: Int
    private let sink: any SpanSink
    private let decoder: SpanDecoder

    /// Makes an importer into `sink`.
    public init(
        into sink: any SpanSink, options: FileOptions = .once, decoder: SpanDecoder = SpanDecoder(),
        rejectionsKept: Int = 1000
    ) {
        self.sink = sink
        self.options = options
        self.decoder = decoder
        self.rejectionsKept = rejectionsKept
    }

    /// Imports files, folders of span files, and `-`, standard input; one report for each file in the order in which
    /// they were read. A file that cannot be read is a report with a failure. Throws ``IngestError/store(_:)`` when the
    /// store does not take what was read.
    public func run(
        _ paths: [String], progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> [ImportReport] {
        let counters = IngestCounters()
        let writer = BatchWriter(sink: sink, counters: counters)
        // A person chose the file, and nobody else waits for it: an array in it may be long.
        var limits = self.decoder.limits
        limits.maxRecords = max(limits.maxRecords, 1_000_000)
        let decoder = SpanDecoder(limits: limits, scanner: self.decoder.scanner, takesKept: true)
        let lines = LineDecoder(decoder: decoder, lineLimit: options.lineLimit)
        let importer = self
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await writer.run() }
            var work = ImportWork(importer, writer, counters, lines, progress: progress)
            do {
                let reports = try await work.run(paths)
                writer.finish()
                try await group.waitForAll()
                return reports
            } catch {
                writer.finish()
                throw error
            }
        }
    }
}
