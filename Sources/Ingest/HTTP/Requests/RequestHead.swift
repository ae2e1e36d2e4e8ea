/// The start of a request, read and checked as far as framing goes; the same whether it came by HTTP/1.1 or HTTP/2.
public struct RequestHead: Hashable, Sendable {
    /// How the body's end is found.
    public enum Framing: Hashable, Sendable {
        /// There is no body.
        case none
        /// So many bytes.
        case length(Int)
        /// The sender says when it ends: chunks of HTTP/1.1, a stream of HTTP/2.
        case streamed
    }

    /// The protocol it came by.
    public enum Version: Hashable, Sendable {
        /// HTTP/1.0
        case http10
        /// HTTP/1.1
        case http11
        /// HTTP/2
        case http2
    }

    /// One header field: the name in lower case, the value as text. By HTTP/1 its bytes are read as Latin-1, which is
    /// what the published SDKs send (docs/wire.md §1).
    public struct Field: Hashable, Sendable {
        /// In lower case.
        public var name: String
        /// Without the spaces around it.
        public var value: String
    }

    /// `POST`.
    public var method: String
    /// The path, percent-encoding kept, without the query.
    public var path: String
    /// What follows the question mark.
    public var query: String?
    /// The protocol.
    public var version: Version
    /// The header fields in their order; by HTTP/2 the authority stands among them as `host`.
    public var fields: [Field]
    /// How the body's end is found.
    public var framing: Framing
    /// Whether the client wants the connection kept.
    public var keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    public var expectsContinue: Bool

    /// The last value of that header.
    public subscript(name: String) -> String? {
        fields.last { $0.name == name }?.value
    }

    /// How often that header occurs.
    func count(of name: String) -> Int {
        fields.reduce(0) { $0 + ($1.name == name ? 1 : 0) }
    }

    /// The comma-separated words of all headers of that name, in lower case.
    func words(of name: String) -> [String] {
        fields.filter { $0.name == name }
            .flatMap { $0.value.split(separator: ",") }
            .map { word in
                var word = word
                while let first = word.first, first == " " || first == "\t" { word.removeFirst() }
                while let last = word.last, last == " " || last == "\t" { word.removeLast() }
                return word.lowercased()
            }
            .filter { !$0.isEmpty }
    }
}

extension RequestHead {
    /// Splits a target (`/path?query`, or the absolute form a proxy's client sends) into path and query.
    mutating func take(target: String) throws(RequestFailure) {
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw RequestFailure(400, "the request target holds a character that must be percent-encoded")
        }
        var rest = target[...]
        if rest.prefix(7).lowercased() == "http://" {
            rest = rest.dropFirst(7)
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        guard rest.hasPrefix("/") || (rest == "*" && method == "OPTIONS") else {
            throw RequestFailure(400, "the request target is not a path")
        }
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        path = String(rest)
    }

    /// The length the client announced; `nil` when it did not.
    func announcedLength() throws(RequestFailure) -> Int? {
        let lengths = Set(fields.filter { $0.name == "content-length" }.map(\.value))
        guard let text = lengths.first else { return nil }
        guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw RequestFailure(400, "Content-Length is not one whole number")
        }
        guard let length = Int(text) else { throw RequestFailure(413, "Content-Length is absurdly large") }
        return length
    }

    /// Settles whether the client waits for `100 Continue`.
    mutating func takeExpectation() throws(RequestFailure) {
        guard version != .http10, let expectation = self["expect"] else { return }
        guard expectation.lowercased() == "100-continue" else {
            throw RequestFailure(417, "the only expectation known here is 100-continue")
        }
        expectsContinue = framing != .none
    }
}
