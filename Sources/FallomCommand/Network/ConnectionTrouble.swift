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
        default: return tls("\(error)") ?? "\(error)"
        }
    }

    /// What the TLS library means; `nil` where it is not of TLS, or not known.
    private static func tls(_ text: String) -> String? {
        let known = [
            ("WRONG_VERSION_NUMBER", "what answers there speaks no TLS"),
            ("HTTP_REQUEST", "what answers there speaks no TLS"),
            ("CERTIFICATE_VERIFY_FAILED", "its certificate is none that this machine trusts"),
            ("failedToValidateHostname", "its certificate is another host's"),
            ("uncleanShutdown", "the connection was closed in the midst of the handshake"),
            ("PROTOCOL_VERSION", "its version of TLS is too old"),
        ]
        return known.first { text.contains($0.0) }?.1
    }
}
