import Glibc
import SystemCalls
import Testing

@testable import Ingest

/// A TCP client that sends exactly the bytes it is told to. Its blocking calls run on threads of their own.
final class RawClient: Sendable {
    struct Response: Sendable {
        var status = 0
        var headers: [String: String] = [:]
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = try Self.connect(port: port)
    }

    deinit {
        close(descriptor)
    }

    private static func connect(port: Int) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST
        var list: UnsafeMutablePointer<addrinfo>?
        try #require(getaddrinfo("127.0.0.1", "\(port)", &hints, &list) == 0)
        defer { freeaddrinfo(list) }
        let address = try #require(list)
        let descriptor = socket(address.pointee.ai_family, address.pointee.ai_socktype, 0)
        try #require(Glibc.connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    /// Sends bytes; gives up silently when the other side has closed.
    func send(_ bytes: [UInt8]) async throws {
        let descriptor = descriptor
        try await BlockingThread.run {
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Says that nothing more will be sent.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// One response; its status is 0 when the connection ended instead.
    func response(hasBody: Bool = true) async throws -> Response {
        let descriptor = descriptor
        return try await BlockingThread.run { Self.read(descriptor, hasBody: hasBody) }
    }

    /// Hangs up in the middle.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// The next so many bytes, as text; fewer when the connection ended.
    func bytes(_ count: Int) async throws -> String {
        let descriptor = descriptor
        return try await BlockingThread.run {
            var bytes = [UInt8](repeating: 0, count: count)
            let got = recv(descriptor, &bytes, count, Int32(MSG_WAITALL))
            return String(decoding: bytes[..<max(0, got)], as: UTF8.self)
        }
    }

    /// Whether the other side closes without saying more.
    func isClosed() async throws -> Bool {
        let descriptor = descriptor
        return try await BlockingThread.run {
            var byte: UInt8 = 0
            return recv(descriptor, &byte, 1, 0) == 0
        }
    }

    private static func read(_ descriptor: Int32, hasBody: Bool) -> Response {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { return Response() }
            head.append(byte)
        }
        var response = Response()
        let lines = String(decoding: head.dropLast(4), as: UTF8.self).split(separator: "\r\n")
        response.status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            response.headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
        var rest = hasBody ? response.headers["content-length"].flatMap { Int($0) } ?? 0 : 0
        while rest > 0 {
            var buffer = [UInt8](repeating: 0, count: rest)
            let count = recv(descriptor, &buffer, rest, 0)
            guard count > 0 else { break }
            response.body += buffer[..<count]
            rest -= count
        }
        return response
    }
}

extension RawClient {
    /// Sends a request with a body and gives the response.
    func post(
        _ path: String, _ body: [UInt8], type: String? = "application/json", headers: [String] = []
    ) async throws -> Response {
        var lines = ["POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Length: \(body.count)"]
        if let type { lines.append("Content-Type: \(type)") }
        lines += headers
        try await send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
        return try await response()
    }

    func post(_ path: String, _ body: String, headers: [String] = []) async throws -> Response {
        try await post(path, Array(body.utf8), headers: headers)
    }

    func get(_ path: String, headers: [String] = []) async throws -> Response {
        let lines = ["GET \(path) HTTP/1.1", "Host: localhost"] + headers
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        return try await response()
    }
}
