import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// What went wrong with a connection, for people.
enum ConnectionTrouble {
    /// Words for an error of a client.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout || error == .tlsHandshakeTimeout:
            return "no connection came about in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed: return "the connection was closed"
        case let error as HTTPClientError
        where error == .invalidURL || error == .emptyHost || error == .emptyScheme:
            return "that is no address"
        case let error as NIOConnectionError:
            return error.connectionErrors.first.map { words($0.error) } ?? "no such host"
        case is SocketAddressError: return "no such host"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        default: return "\(error)"
        }
    }
}
