#if !AsyncHTTPClient
import Foundation

extension ProviderError {
    /// What an error of URLSession means; `nil` where there is no more to say than that it broke.
    static func described(
        _ error: any Error, _ place: String, _ moment: Moment, _ limit: Duration
    ) -> (kind: Kind, message: String)? {
        if error is TimeoutError { return (.timeout, "no answer from \(place) within \(limit)") }
        let error = error as NSError
        guard error.domain == NSURLErrorDomain else { return nil }
        switch error.code {
        case NSURLErrorTimedOut: return (.timeout, "no connection to \(place) within the time allowed")
        case NSURLErrorBadURL, NSURLErrorUnsupportedURL:
            return (.invalidRequest, "the address is none that can be asked: it needs http:// or https:// and a host")
        case NSURLErrorCannotFindHost, NSURLErrorDNSLookupFailed:
            return (.connection, "no connection to \(place): no such host")
        case NSURLErrorCannotConnectToHost: return (.connection, "no connection to \(place): connection refused")
        case NSURLErrorNetworkConnectionLost: return nil
        default:
            return (.connection, "the connection to \(place) broke \(moment.rawValue): URLSession's \(error.code)")
        }
    }

    /// Whether an error says that the call was cancelled.
    static func isCancellation(_ error: any Error) -> Bool {
        (error as NSError).domain == NSURLErrorDomain && (error as NSError).code == NSURLErrorCancelled
    }
}
#endif
