public import SpanCodec
public import TraceModel

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

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
        into sink: any SpanSink, options: FileOptions = FileOptions(), decoder: SpanDecoder = SpanDecoder(),
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

/// One run of an importer.
struct ImportWork {
    private let importer: FileImporter
    private let writer: BatchWriter
    private let counters: IngestCounters
    private let decoder: LineDecoder
    private let progress: @Sendable (ImportProgress) -> Void
    private var doneBytes: Int64 = 0
    private var totalBytes: Int64? = 0
    private var spans = 0

    init(
        _ importer: FileImporter, _ writer: BatchWriter, _ counters: IngestCounters, _ decoder: LineDecoder,
        progress: @escaping @Sendable (ImportProgress) -> Void
    ) {
        self.importer = importer
        self.writer = writer
        self.counters = counters
        self.decoder = decoder
        self.progress = progress
    }

    mutating func run(_ paths: [String]) async throws -> [ImportReport] {
        var files: [String] = []
        for path in paths {
            let found = path == "-" ? ["-"] : SpanFiles.paths(at: path)
            // A path that is not there stays in the list, so that it gets its report.
            files += found.isEmpty && OpenFile.facts(at: path)?.isFolder != true ? [path] : found
        }
        for file in files {
            let facts = file == "-" ? nil : OpenFile.facts(at: file)
            totalBytes = facts.flatMap { $0.isRegular ? $0.size : nil }.flatMap { size in totalBytes.map { $0 + size } }
        }
        var reports: [ImportReport] = []
        for (place, file) in files.enumerated() {
            reports.append(try await run(file, source: .file("\(place):\(file)")))
        }
        return reports
    }

    private mutating func run(_ path: String, source: IngestSource) async throws -> ImportReport {
        var report = ImportReport(path: path)
        counters.update(source) { $0.state = .reading }
        let reader: BlockReader
        do {
            let content = try Self.open(path)
            reader = BlockReader(content, lineLimit: importer.options.lineLimit)
        } catch {
            report.failure = error.description
            return report
        }
        var failed: String?
        do {
            try await read(reader, into: &report, source)
        } catch let error as IngestError {
            if case .store = error { throw error }
            failed = error.description
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            failed = "\(path): \(error)"
        }
        try await commitRest(of: source)
        report.failure = failed
        if let health = counters.health[source] {
            report.stored = health.stored
            report.replaced = health.replaced
        }
        doneBytes += reader.offset
        return report
    }

    private mutating func read(_ reader: BlockReader, into report: inout ImportReport, _ source: IngestSource)
        async throws
    {
        var size = importer.options.firstBlock
        var isFirst = true
        while true {
            try Task.checkCancellation()
            switch try await reader.next(size) {
            case .end:
                try await take(try reader.finish(), into: &report, source)
                return
            case .lines(let output):
                if isFirst, let block = output.block {
                    isFirst = false
                    if let reason = TextCheck.refusal(of: block.bytes) {
                        let line = RejectedLine(path: report.path, line: 1, offset: 0, field: nil, reason: reason)
                        report.reject([line], keeping: importer.rejectionsKept)
                        return
                    }
                }
                try await take(output, into: &report, source)
                size = min(size * 2, importer.options.largestBlock)
                progress(
                    ImportProgress(
                        path: report.path, bytesRead: doneBytes + reader.offset, totalBytes: totalBytes, spans: spans))
            }
        }
    }

    private mutating func take(
        _ output: LineAssembler.Output, into report: inout ImportReport, _ source: IngestSource
    ) async throws {
        if let overlong = output.overlong {
            report.lines += 1
            report.reject([decoder.overlong(overlong, path: report.path)], keeping: importer.rejectionsKept)
        }
        guard let block = output.block else { return }
        let decoded = decoder.decode(block, path: report.path)
        report.lines += decoded.lines
        report.read += decoded.batch.spans.count + decoded.batch.contents.count
        report.reject(decoded.rejected, keeping: importer.rejectionsKept)
        spans += decoded.batch.spans.count
        let batch = IngestBatch(spans: decoded.batch.spans, contents: decoded.batch.contents)
        guard !batch.isEmpty else { return }
        try checkStore(source)
        do {
            try await writer.write(batch, from: source) { [counters] result in
                guard case .failure(let refusal) = result else { return }
                counters.dropped(1, by: .storeFailed, of: source, because: refusal.words)
            }
        } catch {
            throw IngestError.store(error.words)
        }
    }

    /// Waits until everything of a file is committed: an empty batch behind the last one.
    private func commitRest(of source: IngestSource) async throws {
        do {
            _ = try await writer.writeAndCommit(IngestBatch(), from: source)
        } catch {
            throw IngestError.store(error.words)
        }
        try checkStore(source)
    }

    private func checkStore(_ source: IngestSource) throws {
        guard let health = counters.health[source], health.dropped[.storeFailed] != nil else { return }
        throw IngestError.store(health.lastError ?? "no reason was given")
    }

    private static func open(_ path: String) throws(IngestError) -> any ByteSource {
        if path == "-" { return try PipeSource(descriptor: 0, path: "standard input", closesDescriptor: false) }
        let file = try OpenFile(path: path)
        guard let facts = file.facts else { throw .unreadable(path: path, why: "it cannot be looked at") }
        guard !facts.isFolder else { throw .unreadable(path: path, why: "it is a folder") }
        guard facts.isRegular else {
            return try PipeSource(descriptor: file.descriptor, path: path, closesDescriptor: true)
        }
        return ClosingFile(file)
    }
}

/// A file that is closed when nobody reads it any more.
final class ClosingFile: ByteSource {
    private let file: OpenFile

    init(_ file: OpenFile) {
        self.file = file
    }

    deinit {
        file.close()
    }

    func read(_ count: Int, at offset: Int64) async throws(IngestError) -> [UInt8] {
        try await file.read(count, at: offset)
    }
}
