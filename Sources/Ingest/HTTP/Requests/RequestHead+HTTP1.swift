internal import NIOHTTP1

extension RequestHead {
    /// Takes over a head that swift-nio decoded, and settles its framing where RFC 9112 (§3, §6) leaves a server the
    /// choice: strictly.
    init(_ decoded: HTTPRequestHead) throws(RequestFailure) {
        self.init(
            method: decoded.method.rawValue, path: "", query: nil,
            version: decoded.version == .http1_0 ? .http10 : .http11,
            fields: decoded.headers.map { Field(name: $0.name.lowercased(), value: $0.value) }, framing: .none,
            keepsAlive: decoded.version != .http1_0, expectsContinue: false)
        guard decoded.version == .http1_1 || decoded.version == .http1_0 else {
            throw RequestFailure(505, "only HTTP/1.0, HTTP/1.1 and HTTP/2 are spoken here")
        }
        guard fields.allSatisfy({ $0.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } }) else {
            throw RequestFailure(400, "a header's value holds a control character")
        }
        try take(target: decoded.uri)
        guard count(of: "host") == 1 || (version == .http10 && count(of: "host") == 0) else {
            throw RequestFailure(400, "a request needs exactly one Host header")
        }
        framing = try http1Framing()
        takeConnection()
        try takeExpectation()
    }

    private func http1Framing() throws(RequestFailure) -> Framing {
        let length = try announcedLength()
        guard count(of: "transfer-encoding") > 0 else { return length.map { .length($0) } ?? .none }
        guard length == nil else {
            throw RequestFailure(400, "a request cannot have both Content-Length and Transfer-Encoding")
        }
        guard version == .http11 else { throw RequestFailure(400, "HTTP/1.0 has no Transfer-Encoding") }
        guard words(of: "transfer-encoding") == ["chunked"] else {
            throw RequestFailure(501, "the only Transfer-Encoding known here is chunked")
        }
        return .streamed
    }

    private mutating func takeConnection() {
        let connection = words(of: "connection")
        if connection.contains("close") {
            keepsAlive = false
        } else if connection.contains("keep-alive") {
            keepsAlive = true
        }
        // Who asks for another protocol gets its answer in this one, and the connection ends: the decoder reads no
        // further behind such a request.
        if method == "CONNECT" || connection.contains("upgrade") && count(of: "upgrade") > 0 { keepsAlive = false }
    }
}
