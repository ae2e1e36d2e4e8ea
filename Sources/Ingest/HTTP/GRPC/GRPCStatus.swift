/// How a gRPC call went (`google.rpc.Code`); the names are the protocol's.
enum GRPCStatus: Int, Hashable, Sendable {
    case ok = 0
    case invalidArgument = 3
    case deadlineExceeded = 4
    case permissionDenied = 7
    case resourceExhausted = 8
    case unimplemented = 12
    case internalError = 13
    case unavailable = 14
    case unauthenticated = 16

    /// The code for a failure. A full queue or store is `UNAVAILABLE`, which exporters send again; `RESOURCE_EXHAUSTED`
    /// they do not, so it means the request's own size alone.
    init(of failure: RequestFailure) {
        switch failure.status {
        case 401: self = .unauthenticated
        case 403, 421: self = .permissionDenied
        case 404, 405, 415, 417, 501, 505: self = .unimplemented
        case 408: self = .deadlineExceeded
        case 413, 414, 431: self = .resourceExhausted
        case 429, 503: self = .unavailable
        case 500: self = .internalError
        default: self = .invalidArgument
        }
    }
}
