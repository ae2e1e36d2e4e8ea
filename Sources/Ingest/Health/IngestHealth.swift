/// One way in.
public enum IngestSource: Hashable, Sendable {
    /// The HTTP server; what comes by either of its ports is counted here.
    case http
    /// Its second port, the one for gRPC's clients: whether it listens.
    case grpc
    /// The UDP listener.
    case udp
    /// A file, or a folder of files, by the path as it was given.
    case file(String)
    /// Standard input.
    case standardInput
    /// Calls that pass through this process on their way to a provider.
    case proxy
}

/// Why a record was refused. The record is named where it came from; the good ones beside it are kept.
public enum RejectionCause: String, Hashable, Sendable, CaseIterable {
    /// It could not be decoded, or a field of it is not what it must be.
    case undecodable
    /// A line is longer than the limit.
    case tooLong = "too_long"
    /// A datagram was longer than fits, so that its end is missing.
    case cutDatagram = "cut_datagram"
    /// A spill file is missing, too large, or not the user's own.
    case spill
    /// A request was refused before its body was read: framing, address, key, type or size.
    case request
    /// A compressed body or file is broken.
    case compression
}

/// Why a good record was not stored.
public enum DropCause: String, Hashable, Sendable, CaseIterable {
    /// The queue was full, and the source cannot be made to wait.
    case queueFull = "queue_full"
    /// The store refused the batch.
    case storeFailed = "store_failed"
    /// A call passed that could not be recorded: too much was under way at once.
    case notRecorded = "not_recorded"
    /// The file was cut shorter before the last part line was ended.
    case fileCut = "file_cut"
    /// Its trace has as many spans as one may have.
    case traceFull = "trace_full"
}

/// What a source is doing.
public enum IngestState: Hashable, Sendable {
    /// Not yet at work.
    case starting
    /// Takes what comes at that address (`127.0.0.1:4318`).
    case listening(address: String)
    /// Its port belongs to another process.
    case portTaken(address: String)
    /// Reads what is there.
    case reading
    /// Has read everything and waits for more.
    case following
    /// Waits for a path that does not exist yet.
    case waiting
    /// Has read everything and is done.
    case finished
    /// Cannot go on; the text says why.
    case failed(String)
}

/// What came through one source.
public struct SourceHealth: Hashable, Sendable {
    /// Which.
    public var source: IngestSource
    /// What it is doing.
    public var state = IngestState.starting
    /// Good records decoded: spans, message contents, assignments.
    public var received = 0
    /// Spans committed that were new.
    public var stored = 0
    /// Spans committed that took the place of an earlier record.
    public var replaced = 0
    /// Secrets masked in what was committed.
    public var masked = 0
    /// Records refused, by cause.
    public var rejected: [RejectionCause: Int] = [:]
    /// Good records lost, by cause.
    public var dropped: [DropCause: Int] = [:]
    /// Metric requests taken and discarded, as the design says.
    public var discarded = 0
    /// Log records that make no span, by the name of their event, and metrics, by theirs: nothing is passed over silently.
    public var passedOver: [String: Int] = [:]
    /// Bytes read: of bodies, datagrams, files as they are on disk.
    public var bytes: Int64 = 0
    /// Bytes the files that are being read have in all; `nil` where that cannot be known.
    public var totalBytes: Int64?
    /// Datagrams the kernel dropped before we could take them.
    public var kernelDrops = 0
    /// The size of the socket's receive buffer in bytes as the kernel gave it; 0 for other sources.
    public var receiveBuffer = 0
    /// Bytes decoded that wait to be committed.
    public var queuedBytes = 0
    /// The last thing that went wrong, in words.
    public var lastError: String?

    /// How many names are told apart; what comes beyond is counted together.
    private static let passedOverNames = 500

    /// Counts what was passed over.
    mutating func pass(over names: [String: Int]) {
        for (name, count) in names {
            let isRoom = passedOver[name] != nil || passedOver.count < Self.passedOverNames
            passedOver[isRoom ? name : "other events", default: 0] += count
        }
    }

    /// Says why the source cannot work.
    mutating func fail(_ error: IngestError) {
        if case .portTaken(let address) = error {
            state = .portTaken(address: address)
        } else {
            state = .failed(error.description)
        }
        lastError = error.description
    }

    /// Says that the source is done, unless it failed before.
    mutating func end() {
        switch state {
        case .portTaken, .failed: break
        case .starting, .listening, .reading, .following, .waiting, .finished: state = .finished
        }
    }

    /// Good records lost, all causes and the kernel's together.
    public var droppedTotal: Int { dropped.values.reduce(0, +) + kernelDrops }
}

/// What all sources did, as one value: what the top bar and `doctor` show.
public struct IngestHealth: Hashable, Sendable {
    /// The sources in the order in which they were started.
    public var sources: [SourceHealth]
    /// The store's revision after the last commit; 0 before the first.
    public var revision: Int64
    /// Commits done.
    public var commits: Int

    /// Makes one.
    public init(sources: [SourceHealth] = [], revision: Int64 = 0, commits: Int = 0) {
        self.sources = sources
        self.revision = revision
        self.commits = commits
    }

    /// The health of one source.
    public subscript(source: IngestSource) -> SourceHealth? {
        sources.first { $0.source == source }
    }
}
