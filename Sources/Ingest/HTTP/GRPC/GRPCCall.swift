internal import NIOCore

/// What the headers of a gRPC call ask for.
struct GRPCCall: Hashable, Sendable {
    /// What the call is about.
    var route: Route
    /// How a compressed message is compressed.
    var coding: RequestPlan.Coding
    /// How long the client waits; `nil` for as long as it takes.
    var timeout: TimeAmount?

    /// Whether a request is one: by its content type, and only HTTP/2 can carry it.
    static func isCall(_ head: RequestHead) -> Bool {
        guard head.version == .http2, let type = head["content-type"] else { return false }
        let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        return essence == ContentType.grpc || essence == ContentType.grpc + "+proto"
    }

    /// Reads the headers of a call.
    init(_ head: RequestHead) throws(RequestFailure) {
        guard head.method == "POST", let route = Self.services[head.path] else {
            throw RequestFailure(
                404, "there is no method \(head.path); OTLP's Export of traces, logs and metrics is here")
        }
        self.route = route
        switch head["grpc-encoding"]?.lowercased() {
        case nil, "", "identity": coding = .identity
        case "gzip": coding = .gzip
        case .some(let other): throw RequestFailure(415, "the encoding \(other) is not known here; send gzip")
        }
        if let text = head["grpc-timeout"] { timeout = try Self.timeout(text) }
    }

    private static let services: [String: Route] = [
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export": .traces,
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export": .logs,
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": .metrics,
    ]

    /// `100m`: at most eight digits and a unit.
    static func timeout(_ text: String) throws(RequestFailure) -> TimeAmount {
        let digits = text.dropLast()
        guard let unit = text.last, (1...8).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int64(digits)
        else { throw RequestFailure(400, "grpc-timeout is not a number with a unit: \(text)") }
        switch unit {
        case "H": return .hours(count)
        case "M": return .minutes(count)
        case "S": return .seconds(count)
        case "m": return .milliseconds(count)
        case "u": return .microseconds(count)
        case "n": return .nanoseconds(count)
        default: throw RequestFailure(400, "grpc-timeout has an unknown unit: \(text)")
        }
    }
}
