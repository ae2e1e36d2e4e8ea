public import SpanCodec
internal import SystemCalls
public import TraceModel

/// Which ways in are open.
public struct IngestOptions: Sendable {
    /// The HTTP listener; `nil` for none.
    public var http: HTTPOptions?
    /// The UDP listener; `nil` for none.
    public var udp: UDPOptions?
    /// Files and folders to follow, and `-`, standard input.
    public var paths: [String]
    /// How files are read.
    public var files: FileOptions
    /// Bounds of the queues in front of the store.
    public var queues: BatchWriter.Limits

    /// Makes options.
    public init(
        http: HTTPOptions? = HTTPOptions(), udp: UDPOptions? = UDPOptions(), paths: [String] = [],
        files: FileOptions = .following, queues: BatchWriter.Limits = BatchWriter.Limits()
    ) {
        self.http = http
        self.udp = udp
        self.paths = paths
        self.files = files
        self.queues = queues
    }
}

/// All ways in, in front of one store: one ``run()`` owns them.
///
/// A source that cannot work (a port taken by another process, a file that cannot be read) says so in the health and
/// leaves the others alone.
public struct IngestService: Sendable {
    private let options: IngestOptions
    private let sink: any SpanSink
    private let api: any LocalAPI
    private let routes: [any RequestRoute]
    private let intake: RecordIntake?
    private let decoder: SpanDecoder
    private let now: @Sendable () -> Timestamp

    /// What the sources did.
    public let counters: IngestCounters

    /// Makes a service. `routes` are paths of the HTTP server beside its own; they are asked first. `intake` is where they
    /// put what they record. `now` is the clock for records that carry no time of their own.
    public init(
        _ options: IngestOptions, into sink: any SpanSink, api: any LocalAPI = EmptyLocalAPI(),
        routes: [any RequestRoute] = [], intake: RecordIntake? = nil,
        counters: IngestCounters = IngestCounters(), decoder: SpanDecoder = SpanDecoder(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.options = options
        self.sink = sink
        self.api = api
        self.routes = routes
        self.intake = intake
        self.counters = counters
        self.decoder = decoder
        self.now = now
    }

    /// Works until the task is cancelled, or until every source has come to its end; then commits what is queued and
    /// returns.
    public func run() async {
        let writer = BatchWriter(sink: sink, counters: counters, limits: options.queues)
        announce()
        let files = fileOptions
        // An unstructured task, so that the writer is not cancelled before the sources have handed over what they took.
        let writing = Task { await writer.run() }
        let taking = Task { await intake?.run(decoder, writer) }
        await withTaskGroup(of: Void.self) { group in
            if let http = options.http { group.addTask { await run(http, writer) } }
            if let udp = options.udp { group.addTask { await run(udp, writer) } }
            for path in options.paths { group.addTask { await follow(path, files, writer) } }
        }
        intake?.finish()
        await taking.value
        writer.finish()
        await writing.value
    }

    /// How files are read, where the paths share what descriptors there are. Only whoever follows files needs many, so
    /// the process's limit is raised here and nowhere else.
    private var fileOptions: FileOptions {
        var files = options.files
        guard files.mostOpen == nil, !options.paths.isEmpty else { return files }
        files.mostOpen = max(1, DescriptorLimit.forFiles(of: DescriptorLimit.raised()) / options.paths.count)
        return files
    }

    /// Puts the sources into the health in a fixed order.
    private func announce() {
        if let http = options.http {
            counters.update(.http) { $0.state = .starting }
            if http.grpc != nil { counters.update(.grpc) { $0.state = .starting } }
        }
        if options.udp != nil { counters.update(.udp) { $0.state = .starting } }
        for path in options.paths { counters.update(Self.source(of: path)) { $0.state = .starting } }
    }

    private func run(_ http: HTTPOptions, _ writer: BatchWriter) async {
        let endpoints = Endpoints(
            writer: writer, counters: counters, decoder: decoder, api: api, bodyLimit: http.limits.body, now: now)
        let receiver = HTTPReceiver(
            options: http, routes: routes + [endpoints], counters: counters, refused: endpoints.note)
        await guarding(.http) { () async throws(IngestError) in try await receiver.run() }
        if http.grpc != nil { counters.update(.grpc) { $0.end() } }
    }

    private func run(_ udp: UDPOptions, _ writer: BatchWriter) async {
        let receiver = UDPReceiver(options: udp, writer: writer, counters: counters, decoder: decoder)
        await guarding(.udp) { () async throws(IngestError) in try await receiver.run() }
    }

    private func follow(_ path: String, _ files: FileOptions, _ writer: BatchWriter) async {
        let lines = LineDecoder(decoder: decoder, lineLimit: files.lineLimit)
        let source = Self.source(of: path)
        let kind = FileFacts(at: path)?.kind
        if path == "-" || kind.map({ $0 != .file && $0 != .folder }) == true {
            let reader = PipeReader(
                path: path, source: source, options: files, writer: writer, counters: counters, decoder: lines)
            await guarding(source) { () async throws(IngestError) in try await reader.run() }
        } else {
            let follower = FileFollower(
                path: path, options: files, writer: writer, counters: counters, decoder: lines, store: sink)
            await guarding(source) { () async throws(IngestError) in try await follower.run() }
        }
    }

    /// Runs a source; what ends it too early is told in the health.
    private func guarding(_ source: IngestSource, _ run: () async throws(IngestError) -> Void) async {
        do {
            try await run()
            counters.update(source) { $0.state = .finished }
        } catch {
            counters.update(source) { $0.fail(error) }
        }
    }

    private static func source(of path: String) -> IngestSource {
        path == "-" ? .standardInput : .file(path)
    }
}
