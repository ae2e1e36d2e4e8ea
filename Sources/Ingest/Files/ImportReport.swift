public import TraceModel

/// What became of one path of an import.
public struct ImportReport: Hashable, Sendable {
    /// The path as it was given.
    public var path: String
    /// Lines that are not blank.
    public var lines = 0
    /// Good spans, and message contents that came apart from theirs.
    public var read = 0
    /// Spans that were new.
    public var stored = 0
    /// Spans that took the place of an earlier record.
    public var replaced = 0
    /// Secrets that were masked.
    public var masked = 0
    /// Lines, or spans of a line, that were refused.
    public var rejected = 0
    /// The first of those, each with its place and reason.
    public var rejections: [RejectedLine] = []
    /// What people keep of sessions, as the file says.
    public private(set) var kept: [KeptSession] = []
    /// Why the file could not be read, or not to its end.
    public var failure: String?

    /// Whether everything in it was good.
    public var isClean: Bool { rejected == 0 && failure == nil }

    /// Sessions of which a file says that something is kept, at most: all are held until its spans are stored.
    private static let mostKept = 20_000

    /// Takes what is kept of sessions; beyond what is held it is refused.
    mutating func keep(_ found: [KeptSession], rejectionsKept: Int) {
        let room = max(0, Self.mostKept - kept.count)
        kept += found.prefix(room)
        let refused = found.dropFirst(room).map { kept in
            RejectedLine(
                path: path, line: nil, offset: 0, field: kept.sessionID,
                reason: "of more than \(Self.mostKept) sessions nothing is kept at one import")
        }
        reject(refused, keeping: rejectionsKept)
    }

    mutating func reject(_ lines: some Collection<RejectedLine>, keeping limit: Int) {
        rejected += lines.count
        rejections += lines.prefix(max(0, limit - rejections.count))
    }
}

/// How far an import is.
public struct ImportProgress: Hashable, Sendable {
    /// The file at work.
    public var path: String
    /// Bytes read of all files, as they are on disk.
    public var bytesRead: Int64
    /// Bytes of all files; `nil` where one of them is a pipe.
    public var totalBytes: Int64?
    /// Good spans so far.
    public var spans: Int
}
