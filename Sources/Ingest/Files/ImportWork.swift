internal import SpanCodec
internal import SystemCalls
internal import TraceModel

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
        var reports: [ImportReport] = []
        for path in paths {
            let found = path == "-" ? ["-"] : SpanFiles.paths(at: path)
            if found.isEmpty, Files.isFolder(path) {
                if let complaint = SpanFiles.complaint(ofFolder: path) {
                    reports.append(ImportReport(path: path, failure: complaint))
                }
            } else {
                // A path that is not there stays in the list, so that it gets its report.
                files += found.isEmpty ? [path] : found
            }
        }
        for file in files {
            let facts = file == "-" ? nil : FileFacts(at: file)
            totalBytes = facts.flatMap { $0.kind == .file ? $0.size : nil }.flatMap { size in
                totalBytes.map { $0 + size }
            }
        }
        for (place, file) in files.enumerated() {
            let isNamed = paths.contains(file)
            reports.append(try await run(file, isNamed: isNamed, source: .file("\(place):\(file)")))
        }
        return reports
    }

    private mutating func run(_ path: String, isNamed: Bool, source: IngestSource) async throws -> ImportReport {
        var report = ImportReport(path: path)
        counters.update(source) { $0.state = .reading }
        let reader: BlockReader
        do {
            let content = try Self.open(path, isNamed: isNamed)
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
            report.masked = health.masked
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
                    if try await takeAsWhole(block, into: &report, source) { return }
                }
                try await take(output, into: &report, source)
                size = min(size * 2, importer.options.largestBlock)
                progress(
                    ImportProgress(
                        path: report.path, bytesRead: doneBytes + reader.offset, totalBytes: totalBytes, spans: spans))
            }
        }
    }

    /// Takes a file that is not made of lines: true when it is done with. A text that begins with an unfinished JSON
    /// value may be one value over many lines (docs/normalisation.md §5); what is no text is refused once.
    private mutating func takeAsWhole(
        _ start: LineBlock, into report: inout ImportReport, _ source: IngestSource
    ) async throws -> Bool {
        if let reason = TextCheck.refusal(of: start.bytes) {
            let line = RejectedLine(path: report.path, line: 1, offset: 0, field: nil, reason: reason)
            report.reject([line], keeping: importer.rejectionsKept)
            return true
        }
        guard decoder.beginsUnfinished(start), let bytes = try await wholeText(of: report.path) else { return false }
        guard let decoded = decoder.decode(whole: bytes, path: report.path) else { return false }
        try await take(decoded, into: &report, source)
        return true
    }

    /// A plain file's bytes, if they are few enough to be one value.
    private func wholeText(of path: String) async throws -> [UInt8]? {
        guard path != "-", let facts = FileFacts(at: path), facts.kind == .file, facts.size <= Self.wholeLimit else {
            return nil
        }
        let file = try OpenFile(path: path)
        let bytes = try await file.read(Int(facts.size), at: 0)
        return bytes.starts(with: [0x1F, 0x8B]) ? nil : bytes
    }

    /// The largest file that is read as one JSON value.
    private static let wholeLimit: Int64 = 64 << 20

    private mutating func take(
        _ output: LineAssembler.Output, into report: inout ImportReport, _ source: IngestSource
    ) async throws {
        if let overlong = output.overlong {
            report.lines += 1
            report.reject([decoder.overlong(overlong, path: report.path)], keeping: importer.rejectionsKept)
        }
        guard let block = output.block else { return }
        try await take(decoder.decode(block, path: report.path), into: &report, source)
    }

    /// Nothing of what was decoded is held while it waits for room.
    private mutating func take(
        _ decoded: consuming LineDecoder.Output, into report: inout ImportReport, _ source: IngestSource
    ) async throws {
        report.lines += decoded.lines
        report.read += decoded.batch.recordCount
        report.reject(decoded.rejected, keeping: importer.rejectionsKept)
        report.keep(decoded.batch.kept, rejectionsKept: importer.rejectionsKept)
        spans += decoded.batch.spans.count
        let batch = IngestBatch((consume decoded).batch)
        guard !batch.isEmpty else { return }
        try checkStore(source)
        do {
            try await writer.write(consume batch, from: source) { [counters] result in
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

    /// - Parameter isNamed: whether a person named the file: a pipe that merely lies in a folder is nobody's to wait for.
    private static func open(_ path: String, isNamed: Bool) throws(IngestError) -> any ByteSource {
        if path == "-" { return try PipeSource.standardInput() }
        let file = try OpenFile(path: path)
        guard let facts = file.facts else { throw .unreadable(path: path, why: "it cannot be looked at") }
        guard facts.kind != .folder else { throw .unreadable(path: path, why: "it is a folder") }
        guard facts.kind == .file || isNamed else {
            throw .unreadable(path: path, why: "it is \(facts.kind.inWords), not a plain file")
        }
        return facts.kind == .file ? file : try PipeSource(file.descriptor, path: path)
    }
}
