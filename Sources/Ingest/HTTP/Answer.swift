internal import NIOCore
internal import OrderedJSON
internal import SpanCodec

/// An answer to one request.
struct Answer: Hashable, Sendable {
    var status: Int
    var contentType: String
    var headers: [Header] = []
    var body: [UInt8]

    struct Header: Hashable, Sendable {
        var name: String
        var value: String
    }

    init(status: Int, contentType: String, headers: [Header] = [], body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// A JSON answer.
    static func json(_ status: Int, _ body: [UInt8]) -> Answer {
        Answer(status: status, contentType: "application/json", body: body)
    }

    /// `200 {}`: taken, and nothing more to say.
    static let accepted = Answer.json(200, Array("{}".utf8))

    /// The same answer with another header.
    func adding(_ name: String, _ value: String) -> Answer {
        var answer = self
        answer.headers.append(Header(name: name, value: value))
        return answer
    }
}

/// What went wrong with a request, before it is written in the client's own language.
struct RequestFailure: Error, Hashable, Sendable {
    var status: Int
    var reason: String
    var field: String?
    var offset: Int?
    var headers: [Answer.Header] = []

    init(_ status: Int, _ reason: String, field: String? = nil, offset: Int? = nil, headers: [Answer.Header] = []) {
        self.status = status
        self.reason = reason
        self.field = field
        self.offset = offset
        self.headers = headers
    }

    /// The answer: a `google.rpc.Status` in protobuf for clients that send protobuf, else one JSON object that reads as
    /// such a status (`code`, `message`) and as a Fallom error (`error`, `field`, `offset`).
    func answer(isProtobuf: Bool) -> Answer {
        if isProtobuf {
            let body = OTLPAnswer.status(code: statusCode, message: reason, .protobuf)
            return Answer(status: status, contentType: ContentType.protobuf, headers: headers, body: body)
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("error")
            writer.value(reason)
            if let field {
                writer.name("field")
                writer.value(field)
            }
            if let offset {
                writer.name("offset")
                writer.value(offset)
            }
            writer.name("code")
            writer.value(statusCode)
            writer.name("message")
            writer.value(reason)
        }
        return Answer(status: status, contentType: ContentType.json, headers: headers, body: writer.bytes)
    }

    /// The gRPC code that says the same as the HTTP status.
    private var statusCode: Int {
        switch status {
        case 401: 16
        case 403, 421: 7
        case 404: 5
        case 405, 415, 417, 501, 505: 12
        case 408: 4
        case 413, 414, 429, 431: 8
        case 500: 13
        case 503: 14
        default: 3
        }
    }
}

/// Media types spoken here.
enum ContentType {
    static let json = "application/json"
    static let protobuf = "application/x-protobuf"
    static let lines = "application/x-ndjson"
    /// What `/v1/traces` takes.
    static let all = "\(json), \(protobuf), \(lines)"
}

extension Answer {
    /// The bytes on the wire. `HEAD` gets everything but the body.
    func encoded(omittingBody: Bool, closing: Bool, keepAliveIsNews: Bool) -> ByteBuffer {
        var text = "HTTP/1.1 \(status) \(Self.phrase(status))\r\n"
        text += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        if closing {
            text += "Connection: close\r\n"
        } else if keepAliveIsNews {
            text += "Connection: keep-alive\r\n"
        }
        text += "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n\r\n"
        var buffer = ByteBuffer()
        buffer.reserveCapacity(text.utf8.count + (omittingBody ? 0 : body.count))
        buffer.writeString(text)
        if !omittingBody { buffer.writeBytes(body) }
        return buffer
    }

    static func phrase(_ status: Int) -> String {
        phrases[status] ?? "Status \(status)"
    }

    private static let phrases: [Int: String] = [
        200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 408: "Request Timeout", 411: "Length Required", 413: "Content Too Large",
        414: "URI Too Long", 415: "Unsupported Media Type", 417: "Expectation Failed", 421: "Misdirected Request",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
    ]
}
