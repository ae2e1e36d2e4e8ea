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
        var members = [JSONMember("error", .string(reason))]
        if let field { members.append(JSONMember("field", .string(field))) }
        if let offset { members.append(JSONMember("offset", .number(offset))) }
        members += [JSONMember("code", .number(statusCode)), JSONMember("message", .string(reason))]
        return JSONValue.object(members).compactBytes
    }

    /// The gRPC code that says the same as the HTTP status (`google.rpc.Code`).
    private var statusCode: Int {
        switch status {
        case 404: 5
        case 429: GRPCStatus.resourceExhausted.rawValue
        default: GRPCStatus(of: self).rawValue
        }
    }
}
