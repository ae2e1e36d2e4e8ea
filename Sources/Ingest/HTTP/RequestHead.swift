/// The start of a request, read and checked as far as framing goes.
struct RequestHead: Hashable, Sendable {
    /// How the body's end is found.
    enum Framing: Hashable, Sendable {
        /// There is no body.
        case none
        /// So many bytes.
        case length(Int)
        /// Chunks.
        case chunked
    }

    /// One header field: the name in lower case, the value's bytes as Latin-1 text, which is what the published SDKs
    /// send (conventions §2.1).
    struct Field: Hashable, Sendable {
        var name: String
        var value: String
    }

    var method: String
    /// The path, percent-encoding kept, without the query.
    var path: String
    var query: String?
    /// 0 or 1: the second figure of the HTTP version.
    var minorVersion: Int
    var fields: [Field]
    var framing: Framing
    /// Whether the client wants the connection kept.
    var keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool

    /// The last value of that header.
    subscript(name: String) -> String? {
        fields.last { $0.name == name }?.value
    }

    /// How often that header occurs.
    func count(of name: String) -> Int {
        fields.reduce(0) { $0 + ($1.name == name ? 1 : 0) }
    }
}

/// Why a request cannot be read further: the answer's status, a reason for people.
struct FramingFailure: Error, Hashable, Sendable {
    var status: Int
    var reason: String

    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }
}
