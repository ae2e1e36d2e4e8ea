internal import NIOCore

/// Stands in front of swift-nio's decoder of HTTP/1 and gives it one message after another, cut where the message ends,
/// however much has come: what follows waits until it is asked for. So a client that sends a hundred thousand requests at
/// once costs no more than one that waits for its answers.
///
/// It reads lines and lengths, not HTTP. On the way it refuses what smuggling is made of (bare LF, NUL, folded lines,
/// heads beyond all bounds), and writes header bytes beyond ASCII as UTF-8: they are Latin-1 here, which the decoder
/// would replace.
struct RequestFence {
    /// Bounds on the part in front of a body.
    struct Limits: Hashable, Sendable {
        /// Bytes of the request line.
        var requestLine = 8 << 10
        /// Bytes of all header lines together.
        var headers = 64 << 10
        /// How many header lines.
        var headerCount = 128
    }

    private enum Place {
        case head(HeadScan)
        /// A body of which so many bytes are still to come.
        case counted(Int)
        /// A body in chunks, which an empty line ends; so many bytes of one stood at the end of the last piece.
        case chunks(matched: Int)
        /// Nothing that comes matters any more.
        case closed
    }

    private let limits: Limits
    private var place = Place.head(HeadScan())
    private var held = ByteBuffer()

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether some of a head is held, and not all of it.
    var hasPartOfHead: Bool {
        guard case .head = place else { return false }
        return held.readableBytes > 0
    }

    /// How many bytes are held.
    var heldBytes: Int { held.readableBytes }

    /// Takes bytes as they came.
    mutating func append(_ bytes: inout ByteBuffer) {
        if case .closed = place { return }
        guard held.readableBytes > 0 else {
            held = bytes
            return
        }
        if held.readerIndex > 0 { held.discardReadBytes() }
        held.writeBuffer(&bytes)
    }

    /// What follows the head that was given out last.
    mutating func expect(_ framing: RequestHead.Framing) {
        if case .closed = place { return }
        switch framing {
        case .none, .length(0): place = .head(HeadScan())
        case .length(let count): place = .counted(count)
        // The head itself ends in an empty line, which is not the body's.
        case .streamed: place = .chunks(matched: 0)
        }
    }

    /// The message's end was read: another head follows.
    mutating func messageEnded() {
        if case .closed = place { return }
        place = .head(HeadScan())
    }

    /// The connection ends after what is being answered: what still comes is thrown away.
    mutating func close() {
        place = .closed
        held = ByteBuffer()
    }

    /// The next piece: a whole head, or some of a body that does not go beyond its end. `nil` when more must come. After
    /// a failure nothing comes any more.
    mutating func next() throws(RequestFailure) -> ByteBuffer? {
        guard held.readableBytes > 0 else { return nil }
        switch place {
        case .head(var scan):
            do throws(RequestFailure) {
                let end = try scan.end(of: &held, limits)
                place = .head(end == nil ? scan : HeadScan())
                return end.flatMap { held.readSlice(length: $0) }.map(Self.utf8)
            } catch {
                close()
                throw error
            }
        case .counted(let rest):
            guard rest > 0 else { return nil }
            let piece = held.readSlice(length: min(rest, held.readableBytes))
            place = .counted(rest - (piece?.readableBytes ?? 0))
            return piece
        case .chunks(let matched):
            let (end, more) = EmptyLine.search(held, matched: matched)
            place = .chunks(matched: more)
            return held.readSlice(length: end)
        case .closed: return nil
        }
    }

    /// A head whose bytes beyond ASCII are Latin-1, as UTF-8.
    private static func utf8(_ head: ByteBuffer) -> ByteBuffer {
        guard head.readableBytesView.contains(where: { $0 >= 0x80 }) else { return head }
        var text = ByteBuffer()
        text.reserveCapacity(head.readableBytes * 2)
        for byte in head.readableBytesView {
            if byte < 0x80 {
                text.writeInteger(byte)
            } else {
                text.writeInteger(0xC0 | byte >> 6)
                text.writeInteger(0x80 | byte & 0x3F)
            }
        }
        return text
    }
}

/// How far a head that is still coming was looked through.
private struct HeadScan {
    /// Bytes that hold no line end that was not seen.
    private var searched = 0
    private var lineStart = 0
    private var lines = 0

    /// Where the head ends, once it has come; `nil` before. Empty lines in front of it are dropped (RFC 9112 §2.2).
    mutating func end(of bytes: inout ByteBuffer, _ limits: RequestFence.Limits) throws(RequestFailure) -> Int? {
        while let feed = Self.find(0x0A, in: bytes, from: searched) {
            try checkSize(upTo: feed - 1, limits)
            // An LF that begins a line has no CR before it, nor a line.
            guard feed > lineStart else { throw Self.bareLineEnd }
            let line = lineStart..<(feed - 1)
            try check(line, of: bytes)
            searched = feed + 1
            lineStart = feed + 1
            guard line.isEmpty else {
                lines += 1
                continue
            }
            guard lines == 0 else { return feed + 1 }
            bytes.moveReaderIndex(forwardBy: feed + 1)
            self = HeadScan()
        }
        try checkSize(upTo: bytes.readableBytes, limits)
        searched = bytes.readableBytes
        return nil
    }

    private static let bareLineEnd = RequestFailure(400, "a line of the request does not end in CR LF")

    private func checkSize(upTo end: Int, _ limits: RequestFence.Limits) throws(RequestFailure) {
        if lines == 0 {
            guard end <= limits.requestLine else { throw RequestFailure(414, "the request line is too long") }
        } else {
            guard end <= limits.headers else {
                throw RequestFailure(431, "the headers are larger than \(limits.headers) bytes")
            }
            guard lines <= limits.headerCount + 1 else {
                throw RequestFailure(431, "there are more than \(limits.headerCount) header lines")
            }
        }
    }

    private func check(_ line: Range<Int>, of bytes: ByteBuffer) throws(RequestFailure) {
        let start = bytes.readerIndex
        guard bytes.getInteger(at: start + line.upperBound, as: UInt8.self) == 0x0D else { throw Self.bareLineEnd }
        if lines == 0, !line.isEmpty { try checkRequestLine(line, of: bytes) }
        let first = bytes.getInteger(at: start + line.lowerBound, as: UInt8.self)
        if lines > 0, first == 0x20 || first == 0x09 {
            throw RequestFailure(400, "a header is folded over two lines")
        }
        for byte in [UInt8(0x0D), 0] where Self.find(byte, in: bytes, from: line.lowerBound, to: line.upperBound) != nil
        {
            throw RequestFailure(400, "a line of the request holds a control character")
        }
    }

    /// Three words with one space between: the decoder would forgive more, and HTTP/0.9.
    private func checkRequestLine(_ line: Range<Int>, of bytes: ByteBuffer) throws(RequestFailure) {
        let words = bytes.readableBytesView.dropFirst(line.lowerBound).prefix(line.count)
            .split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words.allSatisfy({ !$0.isEmpty }) else {
            throw RequestFailure(400, "the first line is not an HTTP request")
        }
    }

    private static func find(_ byte: UInt8, in bytes: ByteBuffer, from: Int, to end: Int = .max) -> Int? {
        bytes.withUnsafeReadableBytes { bytes in
            let end = min(end, bytes.count)
            guard let base = bytes.baseAddress, from < end else { return nil }
            return findByte(byte, base + from, end - from).map { $0 + from }
        }
    }
}

/// The CR LF CR LF that ends a head, and a body in chunks.
private enum EmptyLine {
    private static let bytes: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

    /// How many bytes there are up to the end of the first empty line, or in all where there is none, and how many bytes of
    /// one stand at their end. So many stood in front of these.
    static func search(_ buffer: ByteBuffer, matched: Int) -> (end: Int, matched: Int) {
        buffer.withUnsafeReadableBytes { all in
            var matched = matched
            var index = 0
            while index < all.count {
                if matched == 0 {
                    guard let base = all.baseAddress, let next = findByte(0x0D, base + index, all.count - index) else {
                        return (all.count, 0)
                    }
                    index += next
                }
                let byte = all[index]
                matched = byte == bytes[matched] ? matched + 1 : byte == bytes[0] ? 1 : 0
                index += 1
                if matched == bytes.count { return (index, 0) }
            }
            return (index, matched)
        }
    }
}
