import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Ingest

/// What comes out behind the fence and swift-nio's decoder, asked for piece by piece.
private final class PartCollector: ChannelInboundHandler {
    typealias InboundIn = RequestPart

    private(set) var parts: [RequestPart] = []
    private(set) var failures: [RequestFailure] = []
    /// Whether it asks for the next message when one has ended.
    var isGreedy = true

    func handlerAdded(context: ChannelHandlerContext) {
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        parts.append(part)
        if part != .end || isGreedy { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failures += RequestFailure(reading: error).map { [$0] } ?? []
    }
}

@Suite struct `Request framing` {
    private static let head = "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n"

    /// Everything that comes out of some bytes, given in pieces of `size`.
    private func read(_ text: String, pieces size: Int = .max, isGreedy: Bool = true) throws -> PartCollector {
        let collector = PartCollector()
        collector.isGreedy = isGreedy
        let fence = FenceHandler()
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "unused")).wait()
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([
            fence, HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder()), HTTP1Codec(fence: fence),
            collector,
        ])
        let bytes = Array(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        var start = 0
        while start < bytes.count {
            let end = size == .max ? bytes.count : min(start + size, bytes.count)
            channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes[start..<end]))
            channel.embeddedEventLoop.run()
            start = end
        }
        return collector
    }

    private func body(_ parts: [RequestPart]) -> String {
        parts.reduce(into: "") { text, part in
            if case .body(let bytes) = part { text += String(buffer: bytes) }
        }
    }

    private func heads(_ parts: [RequestPart]) -> [RequestHead] {
        parts.compactMap { part in
            guard case .head(let head) = part else { return nil }
            return head
        }
    }

    private static let three =
        head + "Content-Length: 5\r\n\r\nhello" + head
        + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n10\r\n0123\r\n\r\n89abcdef\r\n0\r\nTrailer: t\r\n\r\n"
        + "GET /configs?x=1 HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(arguments: [1, 2, 3, 7, 64, Int.max])
    func `requests come out the same in whatever pieces they come`(size: Int) throws {
        let collector = try read(Self.three, pieces: size)
        #expect(collector.failures.isEmpty)
        #expect(body(collector.parts) == "helloabc0123\r\n\r\n89abcdef")
        #expect(collector.parts.filter { $0 == .end }.count == 3)
        let last = try #require(heads(collector.parts).last)
        #expect(last.path == "/configs" && last.query == "x=1" && last.framing == .none)
    }

    @Test(arguments: [1, 7, Int.max])
    func `what stands behind a request waits until it is asked for`(size: Int) throws {
        let collector = try read(Self.three, pieces: size, isGreedy: false)
        #expect(collector.parts.last == .end && heads(collector.parts).count == 1)
    }

    @Test func `header values are Latin-1, in every request of a connection`() throws {
        let named = Self.head + "X-Fallom-Session-Id: sess-\u{FC}n\u{EF}\r\n"
        let collector = try read(
            named + "Content-Length: 2\r\n\r\n\u{FC}\u{EF}" + named + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + named
                + "\r\n")
        #expect(heads(collector.parts).map { $0["x-fallom-session-id"] } == ["sess-ünï", "sess-ünï", "sess-ünï"])
        #expect(collector.parts.contains(.body(ByteBuffer(bytes: [0xFC, 0xEF]))), "a body is left as it is")
    }

    @Test func `empty lines before a request are forgiven, and are no request`() throws {
        #expect(try read("\r\n\r\n" + Self.head + "\r\n").parts.count == 2)
        #expect(try read("\r\n\r\n\r\n").parts.isEmpty)
    }

    @Test(arguments: [
        ("GET /\r\n\r\n", 400),
        ("GARBAGE\r\n\r\n", 400),
        ("\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\n", 400),
        ("GET / HTTP/2.0\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
        // An LF where a line would begin once ended the process.
        ("\n", 400), ("\r\n\n", 400), ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\u{FC} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\u{0}b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\u{7F}b\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400),
    ])
    func `broken framing is refused with its status`(text: String, status: Int) throws {
        for size in [1, Int.max] {
            #expect(try read(text, pieces: size).failures.first?.status == status, "in pieces of \(size)")
        }
    }

    @Test(arguments: [1, 1000, Int.max])
    func `what is too long is refused before it has come`(size: Int) throws {
        let long = String(repeating: "a", count: 70_000)
        for (text, status) in [("GET /\(long)", 414), (Self.head + "X: \(long)", 431)] {
            #expect(try read(text, pieces: size).failures.map(\.status) == [status])
        }
        let many = String(repeating: "A: b\r\n", count: 200)
        #expect(try read(Self.head + many, pieces: size).failures.map(\.status) == [431])
    }

    @Test func `who asks for another protocol is answered in this one, once`() throws {
        let upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
        let parts = try read(upgrade).parts
        #expect(heads(parts).map(\.keepsAlive) == [false])
    }

    @Test(arguments: [
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ProtocolGuess.Verdict.http2),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore", .http2), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r", .open), ("P", .open),
        ("", .open), ("PO", .http1), ("PRI * HTTP/2.1", .http1), ("GET / HTTP/1.1\r\n\r\n", .http1), ("\r\n", .http1),
    ])
    func `the first bytes tell the protocol`(text: String, verdict: ProtocolGuess.Verdict) {
        #expect(ProtocolGuess.verdict(on: ByteBuffer(string: text)) == verdict)
    }
}
