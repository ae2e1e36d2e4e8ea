/// A normalised span with the bytes it came from.
public struct IngestedSpan: Hashable, Sendable {
    /// The normalised fields.
    public var span: Span
    /// The bytes to keep.
    public var payload: SpanPayload

    /// Makes one.
    public init(span: Span, payload: SpanPayload) {
        self.span = span
        self.payload = payload
    }
}

/// Message content that came apart from its span (`POST /v1/logs`), joined by key whenever either arrives (D18).
public struct IngestedContent: Hashable, Sendable {
    /// The span it belongs to.
    public var key: SpanKey
    /// When it was logged.
    public var time: Timestamp?
    /// The log's event name (`gen_ai.user.message`, `gen_ai.choice`, …).
    public var eventName: String
    /// The log's body and attributes as a JSON object, decoded by `SpanCodec` together with the span.
    public var payload: [UInt8]

    /// Makes one.
    public init(key: SpanKey, time: Timestamp?, eventName: String, payload: [UInt8]) {
        self.key = key
        self.time = time
        self.eventName = eventName
        self.payload = payload
    }
}

/// A model assignment that an SDK recorded (`POST /sessions`).
public struct RecordedAssignment: Hashable, Sendable {
    /// The config.
    public var configKey: String
    /// Its version.
    public var configVersion: Int
    /// The session.
    public var sessionID: String
    /// The model the SDK chose.
    public var assignedModel: String
    /// When it came.
    public var time: Timestamp

    /// Makes one.
    public init(configKey: String, configVersion: Int, sessionID: String, assignedModel: String, time: Timestamp) {
        self.configKey = configKey
        self.configVersion = configVersion
        self.sessionID = sessionID
        self.assignedModel = assignedModel
        self.time = time
    }
}

/// How far a file follower has read: committed in the same transaction as the spans read so far.
public struct FilePosition: Hashable, Sendable {
    /// The file's device.
    public var device: UInt64
    /// The file's inode.
    public var inode: UInt64
    /// Bytes read and committed.
    public var offset: Int64
    /// The path it was opened by, for people.
    public var path: String

    /// Makes one.
    public init(device: UInt64, inode: UInt64, offset: Int64, path: String) {
        self.device = device
        self.inode = inode
        self.offset = offset
        self.path = path
    }
}

/// What one append commits together.
public struct IngestBatch: Sendable {
    /// Spans in arrival order; a later one of the same key replaces an earlier one.
    public var spans: [IngestedSpan]
    /// Message content that came apart from its span.
    public var contents: [IngestedContent]
    /// What coding agents logged; made into spans before it reaches a store.
    public var events: [AgentEvent]
    /// Recorded assignments.
    public var assignments: [RecordedAssignment]
    /// Scores; of the same name by the same judge on the same target the latest stays.
    public var scores: [Score]
    /// How far the file was read, when a file was.
    public var position: FilePosition?
    /// Secrets that were masked in all of these.
    public var masked: Int

    /// Makes a batch.
    public init(
        spans: [IngestedSpan] = [], contents: [IngestedContent] = [], events: [AgentEvent] = [],
        assignments: [RecordedAssignment] = [], scores: [Score] = [], position: FilePosition? = nil, masked: Int = 0
    ) {
        self.spans = spans
        self.contents = contents
        self.events = events
        self.assignments = assignments
        self.scores = scores
        self.position = position
        self.masked = masked
    }

    /// Whether there is nothing to commit.
    public var isEmpty: Bool {
        spans.isEmpty && contents.isEmpty && events.isEmpty && assignments.isEmpty && scores.isEmpty
            && position == nil
    }
}

/// What an append did.
public struct AppendReceipt: Hashable, Sendable {
    /// Spans that were new.
    public var stored: Int
    /// Spans that took the place of an earlier record.
    public var replaced: Int
    /// Spans that were not taken: their trace has as many as one may have (``TraceIndex/most``).
    public var beyond: Int
    /// The store's revision after the commit.
    public var revision: Int64

    /// Makes a receipt.
    public init(stored: Int, replaced: Int, beyond: Int = 0, revision: Int64) {
        self.stored = stored
        self.replaced = replaced
        self.beyond = beyond
        self.revision = revision
    }
}

/// A batch for which everything is done but the commit.
public struct PreparedBatch: Sendable {
    /// Commits the batch as one. To be called once.
    public let commit: @Sendable () async throws -> AppendReceipt

    /// Makes a batch that is committed so.
    public init(commit: @escaping @Sendable () async throws -> AppendReceipt) {
        self.commit = commit
    }
}

/// Where spans go. When `append` returns, the batch is committed: a receiver answers 200 only then.
public protocol SpanSink: Sendable {
    /// Commits the batch as one.
    func append(_ batch: IngestBatch) async throws -> AppendReceipt
    /// Does all that can be done for a batch before its turn comes: while another one is being committed.
    func prepare(_ batch: IngestBatch) -> PreparedBatch
    /// How many times as much as a file is given at once this sink is best given: a server far away is asked seldom.
    var batchScale: Int { get }
    /// How far that file was read by whoever followed it before; `nil` when it never was.
    func position(device: UInt64, inode: UInt64) async throws -> FilePosition?
    /// What was committed of a session, at most `limit` spans from its first: what later events of it build on.
    func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan]
    /// The same of several sessions, of each at most `limit`; those of one session stand in their order.
    func spans(ofSessions ids: [String], limit: Int) async throws -> [StoredSpan]
    /// A span that was committed, with its bytes.
    func payload(of key: SpanKey) async throws -> StoredSpanPayload?
    /// Several spans that were committed, with their bytes, in the order of `keys`; those that are not there are left out.
    func payloads(of keys: [SpanKey]) async throws -> [StoredSpanPayload]
    /// Removes scores; gives how many there were.
    func removeScores(_ selection: ScoreSelection) async throws -> Int
}

extension SpanSink {
    /// Keeps none.
    public func removeScores(_ selection: ScoreSelection) async throws -> Int { 0 }

    /// Remembers nothing.
    public func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan] { [] }

    /// One session after the other.
    public func spans(ofSessions ids: [String], limit: Int) async throws -> [StoredSpan] {
        var spans: [StoredSpan] = []
        for id in ids { spans += try await self.spans(ofSession: id, limit: limit) }
        return spans
    }

    /// Remembers nothing.
    public func payload(of key: SpanKey) async throws -> StoredSpanPayload? { nil }

    /// One span after the other.
    public func payloads(of keys: [SpanKey]) async throws -> [StoredSpanPayload] {
        var payloads: [StoredSpanPayload] = []
        for key in keys { if let payload = try await payload(of: key) { payloads.append(payload) } }
        return payloads
    }

    /// As much as a file.
    public var batchScale: Int { 1 }
    /// Nothing is done before the commit.
    public func prepare(_ batch: IngestBatch) -> PreparedBatch {
        PreparedBatch { try await append(batch) }
    }
}
