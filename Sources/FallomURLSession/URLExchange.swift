import Fallom
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension Session {
    /// Begins a call of a request; `nil` when it is none of a model API.
    ///
    /// - Parameter body: the request's body, asked for only where the address is one of a model API.
    func exchange(_ request: URLRequest, provider: String?, body: () -> Data?) -> TracedExchange? {
        SessionSource.fixed(self).exchange(request, provider: provider, body: body)
    }
}

extension SessionSource {
    /// Begins a call of a request; `nil` when it is none of a model API. Which session it is of is asked only then.
    ///
    /// - Parameter body: the request's body, asked for only where the address is one of a model API.
    func exchange(_ request: URLRequest, provider: String?, body: () -> Data?) -> TracedExchange? {
        let (method, url) = (request.httpMethod ?? "GET", request.url?.absoluteString ?? "")
        guard TracedExchange.mayBeCall(method: method, url: url) else { return nil }
        let headers = (request.allHTTPHeaderFields ?? [:]).map { (name: $0.key, value: $0.value) }
        return TracedExchange(
            self, method: method, url: url, headers: headers, body: body().map { Array($0) }, provider: provider)
    }
}

extension TracedExchange {
    /// The answer began.
    func head(_ response: URLResponse) {
        guard let response = response as? HTTPURLResponse else { return }
        var headers: [(name: String, value: String)] = []
        for (name, value) in response.allHeaderFields {
            // What was compressed has been inflated by the time that it is seen here.
            guard let name = name as? String, name.lowercased() != "content-encoding" else { continue }
            headers.append((name, "\(value)"))
        }
        head(status: response.statusCode, headers: headers)
    }

    /// Bytes of the answer came now.
    func take(_ data: Data) { data.withUnsafeBytes { take($0) } }

    /// The call failed. The span is told what a URL's error says, without the URL: its query may hold a key.
    func failed(_ error: any Error, _ request: URLRequest?) {
        let described = error as NSError
        guard !(error is CancellationError) else { return cancel() }
        guard described.domain == NSURLErrorDomain else { return fail(error) }
        guard described.code != NSURLErrorCancelled else { return cancel() }
        let host = request?.url?.host ?? "the provider"
        let code = described.code
        fail(
            ProviderError(
                kind: code == NSURLErrorTimedOut ? .timeout : .connection,
                message: "no answer from \(host): \(Self.reason(code)) (\(NSURLErrorDomain) \(code))"))
    }

    private static func reason(_ code: Int) -> String {
        switch code {
        case NSURLErrorTimedOut: "the time allowed was over"
        case NSURLErrorCannotFindHost, NSURLErrorDNSLookupFailed: "no such host"
        case NSURLErrorCannotConnectToHost: "no connection"
        case NSURLErrorNetworkConnectionLost: "the connection broke"
        case NSURLErrorNotConnectedToInternet: "this machine is not connected"
        case NSURLErrorSecureConnectionFailed, NSURLErrorServerCertificateUntrusted: "no secure connection"
        default: "it failed"
        }
    }
}
