#if AsyncHTTPClient
import AsyncHTTPClient
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension ProviderError {
    /// What an error of AsyncHTTPClient or of the system means; `nil` where there is no more to say than that it broke.
    static func described(
        _ error: any Error, _ place: String, _ moment: Moment, _ limit: Duration
    ) -> (kind: Kind, message: String)? {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout || error == .tlsHandshakeTimeout:
            (.timeout, "no connection to \(place) within the time allowed")
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            (.timeout, "no answer from \(place) within \(limit)")
        case let error as HTTPClientError where error == .getConnectionFromPoolTimeout:
            (.timeout, "no free connection to \(place) within the time allowed")
        case let error as HTTPClientError where error == .invalidURL || error == .emptyHost || error == .emptyScheme:
            (.invalidRequest, "the address is none that can be asked: it needs http:// or https:// and a host")
        case let error as NIOConnectionError:
            (.connection, "no connection to \(place): \(reason(error))")
        case is SocketAddressError: (.connection, "no connection to \(place): no such host")
        case let error as IOError where moment == .beforeAnswer && error.errnoCode != ECONNRESET:
            (.connection, "no connection to \(place): \(reason(error))")
        case let error as IOError:
            (.connection, "the connection to \(place) broke \(moment.rawValue): \(reason(error))")
        default: nil
        }
    }

    /// Whether an error says that the call was cancelled.
    static func isCancellation(_ error: any Error) -> Bool { error as? HTTPClientError == .cancelled }

    private static func reason(_ error: NIOConnectionError) -> String {
        if error.dnsAError != nil && error.connectionErrors.isEmpty { return "no such host" }
        return error.connectionErrors.first.map { reason($0.error) } ?? "it failed"
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "it failed" }
        switch error.errnoCode {
        case ECONNREFUSED: return "connection refused"
        case ECONNRESET: return "connection reset"
        case EHOSTUNREACH, ENETUNREACH: return "no route to the host"
        case ETIMEDOUT: return "timed out"
        default: return "errno \(error.errnoCode)"
        }
    }
}
#endif
