internal import OrderedJSON
internal import SpanCodec

/// The language a client is answered in.
public enum AnswerDialect: Hashable, Sendable {
    /// JSON objects.
    case json
    /// OTLP messages.
    case protobuf
    /// OTLP messages in gRPC's frames, errors as its status.
    case grpc
}

/// What went wrong with a request, before it is written in the client's own language.
public struct RequestFailure: Error, Hashable, Sendable {
    /// The HTTP status that says it.
    public var status: Int
    /// One sentence for people, without a full stop.
    public var reason: String
    var field: String?
    var offset: Int?
    /// Headers of the answer.
    public var headers: [Answer.Header] = []

    /// Makes a failure.
    public init(_ status: Int, _ reason: String, headers: [Answer.Header] = []) {
        self.init(status, reason, field: nil, offset: nil, headers: headers)
    }

    init(_ status: Int, _ reason: String, field: String?, offset: Int?, headers: [Answer.Header] = []) {
        self.status = status
        self.reason = reason
        self.field = field
        self.offset = offset
        self.headers = headers
    }

    init(_ failure: FramingFailure) {
        self.init(failure.status, failure.reason)
    }

    /// A refusal that passes: the same request can be sent again.
    static func busy(_ status: Int, _ reason: String) -> RequestFailure {
        RequestFailure(status, reason, headers: [Answer.Header(name: "Retry-After", value: "1")])
    }

    /// The answer: a `google.rpc.Status` in protobuf for clients that send protobuf, gRPC's status for its clients, else
    /// one JSON object that reads as such a status (`code`, `message`) and as a Fallom error (`error`, `field`,
    /// `offset`).
    public func answer(in dialect: AnswerDialect) -> Answer {
        switch dialect {
        case .json: Answer(status: status, contentType: ContentType.json, headers: headers, body: json)
        case .protobuf:
            Answer(
                status: status, contentType: ContentType.protobuf, headers: headers,
                body: OTLPAnswer.status(code: statusCode, message: reason, .protobuf))
        case .grpc: GRPCAnswer.failed(GRPCStatus(of: self), reason, headers: headers)
        }
    }

    private var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("error", reason)
            if let field { writer.member("field", field) }
            if let offset { writer.member("offset", offset) }
            writer.member("code", statusCode)
            writer.member("message", reason)
        }
        return writer.bytes
    }

    /// The gRPC code that says the same as the HTTP status (`google.rpc.Code`).
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
