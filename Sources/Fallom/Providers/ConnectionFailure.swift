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
    /// What an error of the connection is to the app: named by kind and address. NIO's own may hold header values, and are
    /// kept as the cause only where they cannot.
    ///
    /// - Parameters:
    ///   - url: the address asked, without user and query.
    ///   - moment: what had come by then.
    init(connection error: any Error, url: String, _ moment: Moment, limit: Duration) {
        let place = Self.place(url)
        var kind = Kind.connection
        var message = "the connection to \(place) broke \(moment.rawValue)"
        switch error {
        case let error as HTTPClientError where error == .connectTimeout || error == .tlsHandshakeTimeout:
            kind = .timeout
            message = "no connection to \(place) within the time allowed"
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            kind = .timeout
            message = "no answer from \(place) within \(limit)"
        case let error as HTTPClientError where error == .getConnectionFromPoolTimeout:
            kind = .timeout
            message = "no free connection to \(place) within the time allowed"
        case let error as HTTPClientError where error == .invalidURL || error == .emptyHost || error == .emptyScheme:
            kind = .invalidRequest
            message = "the address is none that can be asked: it needs http:// or https:// and a host"
        case let error as ReadAhead<ByteBuffer>.Stalled:
            kind = .timeout
            message = "nothing came from \(place) for \(error.limit)"
        case let error as NIOConnectionError:
            let isUnknown = error.dnsAError != nil && error.connectionErrors.isEmpty
            message =
                "no connection to \(place): "
                + (isUnknown
                    ? "no such host" : error.connectionErrors.first.map { Self.reason($0.error) } ?? "it failed")
        case is SocketAddressError: message = "no connection to \(place): no such host"
        case let error as IOError where moment == .beforeAnswer && error.errnoCode != ECONNRESET:
            message = "no connection to \(place): \(Self.reason(error))"
        case let error as IOError: message += ": \(Self.reason(error))"
        default: break
        }
        self.init(kind: kind, message: message, url: url, cause: error)
    }

    /// How far a call had come when its connection failed.
    enum Moment: String {
        case beforeAnswer = "before the answer began"
        case insideAnswer = "in the middle of the answer"
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

    /// Host and port of a URL.
    private static func place(_ url: String) -> String {
        let rest = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst()
        return rest.first.map { String($0) } ?? url
    }

    /// A URL without user and query: what may be said of it.
    static func safe(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = path.firstRange(of: "//") else {
            return String(path[(path.lastIndex(of: "@").map { path.index(after: $0) } ?? path.startIndex)...])
        }
        let authority = path[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return String(path) }
        return String(path[..<scheme.upperBound] + path[path.index(after: at)...])
    }
}
