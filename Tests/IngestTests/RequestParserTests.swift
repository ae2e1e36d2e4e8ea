import NIOCore
import Testing

@testable import Ingest

@Suite struct `Request parser` {
    private static let head = "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n"

    /// Every event of some bytes, given in pieces of `size`.
    private func events(_ text: String, pieces size: Int = .max) throws -> [RequestParser.Event] {
        var parser = RequestParser()
        var events: [RequestParser.Event] = []
        var input = ByteBuffer()
        let bytes = Array(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        var start = 0
        while start < bytes.count {
            let end = size == .max ? bytes.count : min(start + size, bytes.count)
            input.writeBytes(bytes[start..<end])
            start = end
            while let event = try parser.next(&input) { events.append(event) }
        }
        return events
    }

    private func body(_ events: [RequestParser.Event]) -> String {
        events.reduce(into: "") { text, event in
            if case .body(let bytes) = event { text += String(buffer: bytes) }
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64, Int.max])
    func `requests come out the same in whatever pieces they come`(size: Int) throws {
        let text =
            Self.head + "Content-Length: 5\r\n\r\nhello" + Self.head
            + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nTrailer: t\r\n\r\n"
            + "GET /configs?x=1 HTTP/1.1\r\nHost: h\r\n\r\n"
        let events = try events(text, pieces: size)
        #expect(body(events) == "helloabc0123456789abcdef")
        #expect(events.filter { $0 == .end }.count == 3)
        guard case .head(let last) = events[events.count - 2] else {
            Issue.record("the last request has no head")
            return
        }
        #expect(last.path == "/configs" && last.query == "x=1" && last.framing == .none)
    }

    @Test func `header values are Latin-1`() throws {
        let events = try events(Self.head + "X-Fallom-Session-Id: sess-\u{FC}n\u{EF}\r\n\r\n")
        guard case .head(let head) = events.first else {
            Issue.record("no head")
            return
        }
        #expect(head["x-fallom-session-id"] == "sess-ünï")
    }

    @Test func `an empty line before a request is forgiven`() throws {
        #expect(try events("\r\n" + Self.head + "\r\n").count == 2)
    }

    @Test(arguments: [
        ("GET /\r\n\r\n", 400),
        ("GARBAGE\r\n\r\n", 400),
        ("\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\n", 400),
        ("GET / HTTP/2.0\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\u{FC} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\u{0}b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 400),
    ])
    func `broken framing is refused with its status`(text: String, status: Int) {
        for size in [1, Int.max] {
            #expect {
                try events(text, pieces: size)
            } throws: { error in
                (error as? FramingFailure)?.status == status
            }
        }
    }

    @Test(arguments: [1, 1000, Int.max])
    func `what is too long is refused before it has come`(size: Int) {
        let long = String(repeating: "a", count: 70_000)
        for (text, status) in [("GET /\(long)", 414), (Self.head + "X: \(long)", 431)] {
            #expect {
                try events(text, pieces: size)
            } throws: { error in
                (error as? FramingFailure)?.status == status
            }
        }
        let many = String(repeating: "A: b\r\n", count: 200)
        #expect(throws: FramingFailure.self) { try events(Self.head + many, pieces: size) }
    }

    @Test func `the same length twice is one length`() throws {
        let text = Self.head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi"
        #expect(body(try events(text)) == "hi")
    }
}
