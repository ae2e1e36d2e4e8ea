internal import NIOCore
internal import SpanCodec

/// A whole answer to one request.
public struct Answer: Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The media type of the body; `nil` where there is nothing to describe.
    public var contentType: String?
    /// Headers beside those that follow from the body.
    public var headers: [Header] = []
    /// The body.
    public var body: [UInt8]
    /// What is said behind the body (gRPC); `nil` for nothing.
    public var trailers: [Header]?

    /// One header field.
    public struct Header: Hashable, Sendable {
        /// The name as it is sent by HTTP/1.
        public var name: String
        /// The value.
        public var value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Makes an answer.
    public init(
        status: Int, contentType: String?, headers: [Header] = [], body: [UInt8], trailers: [Header]? = nil
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
        self.trailers = trailers
    }

    /// A JSON answer.
    public static func json(_ status: Int, _ body: [UInt8]) -> Answer {
        Answer(status: status, contentType: ContentType.json, body: body)
    }

    /// `200 {}`: taken, and nothing more to say.
    static let accepted = Answer.json(200, Array("{}".utf8))

    /// The same answer with other headers beside its own.
    func adding(_ more: [Header]) -> Answer {
        guard !more.isEmpty else { return self }
        var answer = self
        answer.headers += more
        return answer
    }
}

/// What an answer says in front of its body.
public struct AnswerHead: Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The headers, without those that frame the message (`Content-Length`, `Transfer-Encoding`, `Connection`).
    public var headers: [Answer.Header]
    /// The body's bytes; `nil` where nobody knows yet.
    public var length: Int?
    /// The words behind the status by HTTP/1; `nil` for the usual ones.
    public var reason: String?

    /// Makes a head.
    public init(status: Int, headers: [Answer.Header], length: Int? = nil, reason: String? = nil) {
        self.status = status
        self.headers = headers
        self.length = length
        self.reason = reason
    }
}

/// A piece of an answer on its way to the wire.
enum AnswerPart: Hashable, Sendable {
    /// `100 Continue`.
    case proceed
    /// The head. `closes` when nothing more is answered on this connection; `ends` when no body and no trailers follow.
    case head(AnswerHead, closes: Bool, ends: Bool)
    /// Some of the body.
    case piece(ByteBuffer)
    /// The end, with what is said there.
    case end(trailers: [Answer.Header])
}

extension Answer {
    /// The head as it is sent.
    var head: AnswerHead {
        var all = contentType.map { [Header(name: "Content-Type", value: $0)] } ?? []
        all += headers
        all.append(Header(name: "X-Content-Type-Options", value: "nosniff"))
        all.append(Header(name: "Cache-Control", value: "no-store"))
        return AnswerHead(status: status, headers: all, length: isOfGRPC || status == 204 ? nil : body.count)
    }

    /// gRPC frames its messages itself and says how it went in headers or trailers.
    private var isOfGRPC: Bool { contentType == ContentType.grpc }

    /// The parts on the wire. `HEAD` gets everything but the body.
    func parts(omittingBody: Bool, closes: Bool) -> [AnswerPart] {
        let isShort = omittingBody || (body.isEmpty && trailers == nil)
        var parts = [AnswerPart.head(head, closes: closes, ends: isShort)]
        guard !isShort else { return parts }
        if !body.isEmpty { parts.append(.piece(ByteBuffer(bytes: body))) }
        parts.append(.end(trailers: trailers ?? []))
        return parts
    }
}

/// Media types spoken here.
enum ContentType {
    static let json = "application/json"
    static let protobuf = "application/x-protobuf"
    static let lines = "application/x-ndjson"
    /// What `/v1/traces` takes.
    static let all = "\(json), \(protobuf), \(lines)"
    static let grpc = "application/grpc"
}
