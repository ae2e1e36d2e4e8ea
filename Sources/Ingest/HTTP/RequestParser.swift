internal import NIOCore

/// Reads HTTP/1.1 requests from bytes as they come: a value, so that every edge of the framing can be tried without a
/// socket.
///
/// It is strict where RFC 9112 lets a server choose: lines end in CRLF, a request with two framings or two different
/// lengths is refused, folded headers are refused. We have a parser of our own because header values are Latin-1 here
/// and NIOHTTP1's are UTF-8 with what is not replaced, which would lose a customer's name for good.
struct RequestParser {
    /// Bounds on the parts in front of a body.
    struct Limits: Hashable, Sendable {
        /// Bytes of the request line.
        var requestLine = 8 << 10
        /// Bytes of all header lines together, and of all trailers.
        var headers = 64 << 10
        /// How many header lines.
        var headerCount = 128
        /// Bytes of a chunk's size line with its extensions.
        var chunkLine = 256
    }

    /// What was read.
    enum Event: Hashable {
        case head(RequestHead)
        case body(ByteBuffer)
        case end
    }

    private enum State {
        case requestLine
        case headers(HeadBuilder)
        case body(remaining: Int)
        case chunkLine
        case chunk(remaining: Int)
        case chunkEnd
        case trailers(bytes: Int)
        case end
        case failed(FramingFailure)
    }

    private let limits: Limits
    private var state = State.requestLine
    /// How many of the bytes at hand hold no line end.
    private var searched = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether the parser stands between two requests and nothing of the next has come.
    var isBetweenRequests: Bool {
        if case .requestLine = state { return true }
        return false
    }

    /// Takes the next event out of `bytes`; `nil` when more is needed. After a failure every call fails the same way.
    mutating func next(_ bytes: inout ByteBuffer) throws(FramingFailure) -> Event? {
        do throws(FramingFailure) {
            while true {
                switch try step(&bytes) {
                case .event(let event): return event
                case .again: continue
                case .needsMore: return nil
                }
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private enum Step {
        case event(Event)
        case again
        case needsMore
    }

    private mutating func step(_ bytes: inout ByteBuffer) throws(FramingFailure) -> Step {
        switch state {
        case .requestLine: return try readRequestLine(&bytes)
        case .headers(let builder): return try readHeader(&bytes, builder)
        case .body(let remaining):
            return readBody(&bytes, remaining) { $0 == 0 ? .end : .body(remaining: $0) }
        case .chunkLine: return try readChunkLine(&bytes)
        case .chunk(let remaining):
            return readBody(&bytes, remaining) { $0 == 0 ? .chunkEnd : .chunk(remaining: $0) }
        case .chunkEnd: return try readChunkEnd(&bytes)
        case .trailers(let used): return try readTrailer(&bytes, used)
        case .end:
            state = .requestLine
            return .event(.end)
        case .failed(let failure): throw failure
        }
    }

    private mutating func readRequestLine(_ bytes: inout ByteBuffer) throws(FramingFailure) -> Step {
        guard
            let line = try line(
                &bytes, limit: limits.requestLine, FramingFailure(414, "the request line is too long"))
        else { return .needsMore }
        // A client may send an empty line after a body (RFC 9112 §2.2).
        guard !line.isEmpty else { return .again }
        state = .headers(try HeadBuilder(requestLine: line))
        return .again
    }

    private mutating func readHeader(_ bytes: inout ByteBuffer, _ builder: HeadBuilder) throws(FramingFailure) -> Step {
        let overflow = FramingFailure(431, "the headers are larger than \(limits.headers) bytes")
        guard let line = try line(&bytes, limit: limits.headers - builder.size, overflow) else {
            return .needsMore
        }
        var builder = builder
        guard line.isEmpty else {
            try builder.add(line, maximum: limits.headerCount)
            state = .headers(builder)
            return .again
        }
        let head = try builder.finished()
        switch head.framing {
        case .none, .length(0): state = .end
        case .length(let count): state = .body(remaining: count)
        case .chunked: state = .chunkLine
        }
        return .event(.head(head))
    }

    private mutating func readBody(
        _ bytes: inout ByteBuffer, _ remaining: Int, then next: (Int) -> State
    ) -> Step {
        guard let slice = bytes.readSlice(length: min(remaining, bytes.readableBytes)), slice.readableBytes > 0 else {
            return .needsMore
        }
        state = next(remaining - slice.readableBytes)
        return .event(.body(slice))
    }

    private mutating func readChunkLine(_ bytes: inout ByteBuffer) throws(FramingFailure) -> Step {
        let failure = FramingFailure(400, "a chunk's size line is too long")
        guard let line = try line(&bytes, limit: limits.chunkLine, failure) else { return .needsMore }
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
        guard !digits.isEmpty, digits.count <= 15, digits.allSatisfy({ Self.hexValue($0) != nil }) else {
            throw FramingFailure(400, "a chunk's size is not a hexadecimal number")
        }
        let size = digits.reduce(0) { $0 << 4 | (Self.hexValue($1) ?? 0) }
        state = size == 0 ? .trailers(bytes: 0) : .chunk(remaining: size)
        return .again
    }

    private mutating func readChunkEnd(_ bytes: inout ByteBuffer) throws(FramingFailure) -> Step {
        guard bytes.readableBytes >= 2 else { return .needsMore }
        guard bytes.readBytes(length: 2) == [0x0D, 0x0A] else {
            throw FramingFailure(400, "a chunk is not followed by a line end")
        }
        state = .chunkLine
        return .again
    }

    private mutating func readTrailer(_ bytes: inout ByteBuffer, _ used: Int) throws(FramingFailure) -> Step {
        let overflow = FramingFailure(431, "the trailers are larger than \(limits.headers) bytes")
        guard let line = try line(&bytes, limit: limits.headers - used, overflow) else { return .needsMore }
        state = line.isEmpty ? .end : .trailers(bytes: used + line.count + 2)
        return .again
    }

    /// Takes one line without its CRLF; `nil` while its end has not come. The limit counts the line without its end.
    private mutating func line(
        _ bytes: inout ByteBuffer, limit: Int, _ overflow: FramingFailure
    ) throws(FramingFailure) -> [UInt8]? {
        let most = min(bytes.readableBytes, max(0, limit) + 2)
        // What was searched before is not searched again, so that a line sent byte by byte costs no more.
        let from = min(searched, most)
        guard let feed = Self.newline(in: bytes, from: from, to: most) else {
            guard bytes.readableBytes < limit + 2 else { throw overflow }
            searched = most
            return nil
        }
        searched = 0
        guard let line = bytes.readBytes(length: feed + 1), line.count >= 2, line[feed - 1] == 0x0D else {
            throw FramingFailure(400, "a line of the request does not end in CR LF")
        }
        guard !line.dropLast(2).contains(where: { $0 == 0x0D || $0 == 0 }) else {
            throw FramingFailure(400, "a line of the request holds a control character")
        }
        return Array(line.dropLast(2))
    }

    private static func newline(in bytes: ByteBuffer, from: Int, to end: Int) -> Int? {
        bytes.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress, from < end else { return nil }
            return findByte(0x0A, base + from, end - from).map { $0 + from }
        }
    }

    static func hexValue(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
