internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2

extension RequestFailure {
    /// What to answer to bytes that could not be read as a request; `nil` when there is nobody to answer.
    init?(reading error: any Error) {
        switch error {
        case let failure as RequestFailure: self = failure
        case let failure as HTTPParserError: self.init(failure)
        default: return nil
        }
    }

    private init?(_ error: HTTPParserError) {
        switch error {
        case .invalidEOFState, .closedConnection: return nil
        case .invalidVersion: self.init(505, "only HTTP/1.0, HTTP/1.1 and HTTP/2 are spoken here")
        case .headerOverflow: self.init(431, "the headers are too large")
        case .invalidContentLength, .unexpectedContentLength:
            self.init(400, "the request's length is not one whole number")
        case .invalidChunkSize: self.init(400, "a chunk's size is not a hexadecimal number")
        case .invalidMethod: self.init(400, "the first line is not an HTTP request")
        case .invalidURL, .invalidHost, .invalidPort, .invalidPath, .invalidQueryString, .invalidFragment:
            self.init(400, "the request target is not a path")
        default: self.init(400, "the request is not HTTP as RFC 9112 writes it (\(error))")
        }
    }
}
