internal import Gzip

/// Reads a file from some place on as blocks of whole lines, inflating where it is gzip. Belongs to one task.
final class BlockReader {
    /// What one read gave.
    enum Piece {
        /// Lines that are whole now, and perhaps one that is too long.
        case lines(LineAssembler.Output)
        /// There is nothing more at the moment.
        case end
    }

    private let source: any ByteSource
    private var content = ContentDecoder()
    private var lines: LineAssembler
    /// Whether line numbers are counted from the file's first line.
    let numbersLines: Bool
    /// Bytes of the file taken, as they are on disk.
    private(set) var offset: Int64

    /// Begins at `offset`; `line` is the number of the line there, where it is known.
    init(_ source: any ByteSource, lineLimit: Int, offset: Int64 = 0, line: Int? = nil) {
        self.source = source
        self.offset = offset
        self.numbersLines = offset == 0 || line != nil
        self.lines = LineAssembler(limit: lineLimit, offset: offset, line: line ?? 1)
    }

    /// Bytes of a last line without an end.
    var pendingBytes: Int { lines.pendingBytes }

    /// Whether the file is gzip, as far as one can tell yet.
    var isCompressed: Bool { content.isCompressed ?? false }

    /// Where reading could go on another day, given that everything up to `blockEnd` was handed out: any line start of a
    /// plain file, the border between two members of a compressed one.
    func resumableOffset(after blockEnd: Int64) -> Int64? {
        guard isCompressed else { return blockEnd }
        return content.isAtBoundary && lines.isAtLineStart ? offset : nil
    }

    /// Reads up to `size` bytes.
    func next(_ size: Int) async throws -> Piece {
        if content.hasPending { return .lines(lines.feed(try content.decode([], most: size))) }
        let bytes = try await source.read(size, at: offset)
        guard !bytes.isEmpty else { return .end }
        offset += Int64(bytes.count)
        return .lines(lines.feed(try content.decode(bytes, most: size)))
    }

    /// What is left when the file is complete: a last line without an end. Throws when a gzip stream is cut.
    func finish() throws(GzipError) -> LineAssembler.Output {
        var output = lines.feed(try content.finish())
        if output.block == nil { output.block = lines.finish() }
        return output
    }
}
