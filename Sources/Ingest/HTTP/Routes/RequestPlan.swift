internal import NIOCore

/// How the body of a request that was accepted is read, and how it is answered.
struct RequestPlan: Hashable, Sendable {
    /// How the body is written.
    enum Format: Hashable, Sendable {
        case json
        case protobuf
        /// One record a line.
        case lines
        /// The client does not say.
        case unnamed
    }

    /// How the body is compressed.
    enum Coding: Hashable, Sendable {
        case identity
        case gzip
        case deflate
        case zstd
    }

    var route: Route
    var format: Format
    var coding: Coding
    /// The language of the answer.
    var dialect: AnswerDialect
    /// How long the client waits.
    var timeout: TimeAmount?
}

extension RequestPlan {
    /// Reads the head of a request by plain HTTP or gRPC. Throws what to refuse it with.
    init(_ head: RequestHead) throws(RequestFailure) {
        guard !GRPCCall.isCall(head) else {
            let call = try GRPCCall(head)
            self.init(
                route: call.route, format: .protobuf, coding: call.coding, dialect: .grpc, timeout: call.timeout)
            return
        }
        let route: Route
        do throws(Route.Miss) {
            route = try Route.find(method: head.method, path: head.path)
        } catch {
            throw error.failure(method: head.method)
        }
        if head.method == "POST", head.framing == .none {
            throw RequestFailure(411, "a POST needs Content-Length or Transfer-Encoding: chunked")
        }
        let format = try Format(head, route)
        self.init(
            route: route, format: format, coding: try Coding(head), dialect: format == .protobuf ? .protobuf : .json)
    }
}

extension Route.Miss {
    fileprivate func failure(method: String) -> RequestFailure {
        switch self {
        case .unknown(let reason): RequestFailure(404, reason)
        case .method(let allowed):
            RequestFailure(
                405, "\(method) is not possible here",
                headers: [Answer.Header(name: "Allow", value: allowed.joined(separator: ", "))])
        }
    }
}

extension RequestPlan.Format {
    fileprivate init(_ head: RequestHead, _ route: Route) throws(RequestFailure) {
        guard let type = head["content-type"], route.hasBody else {
            self = .unnamed
            return
        }
        let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch (route, essence) {
        case (.metrics, ContentType.protobuf), (.traces, ContentType.protobuf), (.logs, ContentType.protobuf):
            self = .protobuf
        case (.metrics, _), (_, ContentType.json): self = .json
        case (.traces, ContentType.lines), (.traces, "application/jsonl"): self = .lines
        default:
            let known = route.speaksOTLP ? "\(ContentType.json) or \(ContentType.protobuf)" : ContentType.json
            throw RequestFailure(415, "the content type \(type) is not known here; send \(known)")
        }
    }
}

extension RequestPlan.Coding {
    fileprivate init(_ head: RequestHead) throws(RequestFailure) {
        switch head["content-encoding"]?.lowercased() {
        case nil, "", "identity": self = .identity
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        case "zstd": self = .zstd
        case .some(let other):
            throw RequestFailure(
                415, "the content encoding \(other) is not known here; send gzip, deflate or zstd",
                headers: [Answer.Header(name: "Accept-Encoding", value: "gzip, deflate, zstd")])
        }
    }
}
