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
    /// Why the file could not be read, or not to its end.
    public var failure: String?

    /// Makes a report of nothing.
    public init(path: String) {
        self.path = path
    }

    /// Whether everything in it was good.
    public var isClean: Bool { rejected == 0 && failure == nil }

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
