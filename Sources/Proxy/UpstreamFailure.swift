internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Why there is no answer, or not all of it.
struct UpstreamFailure: Error, Hashable, CustomStringConvertible {
    /// For people.
    let description: String
    /// Whether the provider was reached, and hung up.
    let wasConnected: Bool

    /// - Parameters:
    ///   - url: the address asked; its query is not told.
    ///   - hasBegun: whether some of the answer had come.
    init(_ error: any Error, at url: String, hasBegun: Bool) {
        let place = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst().first ?? ""
        let code = (error as? IOError)?.errnoCode
        let isCut = (error as? HTTPClientError) == .remoteConnectionClosed || code == ECONNRESET || code == EPIPE
        wasConnected = hasBegun || isCut
        guard !wasConnected else {
            description = "\(place) hung up " + (hasBegun ? "in the middle of its answer" : "before it answered")
            return
        }
        description = "no connection to \(place): \(Self.reason(error, code))"
    }

    private static func reason(_ error: any Error, _ code: Int32?) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout || error == .tlsHandshakeTimeout:
            return "it did not come about in time"
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first?.error else { return "no such host" }
            return reason(first, (first as? IOError)?.errnoCode)
        case is SocketAddressError: return "no such host"
        default: return code.map { String(cString: strerror($0)) } ?? "\(error)"
        }
    }
}
