#if canImport(FoundationNetworking)
import Dispatch
import Fallom
import Foundation
import FoundationNetworking
import Synchronization

/// Stands in front of the protocol that does the work and listens to what it tells the task. Everything happens on the
/// task's own queue.
class ReadingProtocol: URLProtocol {
    private var inner: URLProtocol?
    private var exchange: TracedExchange?
    private var delegate: ReadingDelegate?

    deinit {
        guard let exchange else { return }
        guard let delegate, let number = task?.taskIdentifier else { return exchange.letGo() }
        delegate.afterPieces {
            exchange.letGo()
            delegate.forget(number)
        }
    }

    override class func canInit(with request: URLRequest) -> Bool {
        TracedExchange.mayBeCall(method: request.httpMethod ?? "GET", url: request.url?.absoluteString ?? "")
            && Bindings.shared[self] != nil
    }

    override class func canonicalRequest(for request: URLRequest) -> URLRequest { request }

    override func startLoading() {
        if inner == nil { begin() }
        guard let inner else {
            client?.urlProtocol(self, didFailWithError: URLError(.unsupportedURL))
            return
        }
        inner.startLoading()
    }

    override func stopLoading() {
        if task?.state == .canceling { exchange?.cancel() }
        inner?.stopLoading()
    }

    private func begin() {
        guard let task, let client, let binding = Bindings.shared[Self.self] else { return }
        let classes = binding.others + (URLSessionConfiguration.default.protocolClasses ?? [])
        let working = classes.lazy.compactMap { $0 as? URLProtocol.Type }.first { $0.canInit(with: request) }
        exchange = binding.session.exchange(request, provider: binding.provider) { Self.body(of: task, request) }
        delegate = task.delegate as? ReadingDelegate
        if let exchange { delegate?.read(task, exchange) }
        inner = working?.init(
            task: task, cachedResponse: cachedResponse,
            client: ProtocolTap(client, exchange: exchange, delegate: delegate))
    }

    /// The body that is sent. What an upload sends stands in its task alone, and is looked for there: should a later
    /// version keep it elsewhere, the span shows the answer only.
    private static func body(of task: URLSessionTask, _ request: URLRequest) -> Data? {
        guard task is URLSessionUploadTask else { return request.httpBody }
        var mirror: Mirror? = Mirror(reflecting: task)
        while let level = mirror {
            if let held = level.children.first(where: { $0.label == "knownBody" })?.value {
                return body(held)
            }
            mirror = level.superclassMirror
        }
        return nil
    }

    private static func body(_ held: Any) -> Data? {
        let kind = Mirror(reflecting: held).children.first.flatMap { Mirror(reflecting: $0.value).children.first }
        if let bytes = kind?.value as? DispatchData { return Data(bytes) }
        return (kind?.value as? URL).flatMap { SentFile.contents(of: $0) }
    }
}

/// Hears what a protocol tells its task, and passes it on.
final class ProtocolTap: NSObject, URLProtocolClient {
    private let client: any URLProtocolClient
    private let exchange: TracedExchange?
    private let delegate: ReadingDelegate?
    /// Whether the answer came here. That of a task with a delegate goes to the delegate alone.
    private let sawAnswer = Atomic<Bool>(false)

    init(_ client: any URLProtocolClient, exchange: TracedExchange?, delegate: ReadingDelegate?) {
        self.client = client
        self.exchange = exchange
        self.delegate = delegate
    }

    func urlProtocol(
        _ inner: URLProtocol, didReceive response: URLResponse, cacheStoragePolicy policy: URLCache.StoragePolicy
    ) {
        exchange?.head(response)
        client.urlProtocol(inner, didReceive: response, cacheStoragePolicy: policy)
    }

    func urlProtocol(_ inner: URLProtocol, didLoad data: Data) {
        sawAnswer.store(true, ordering: .relaxed)
        // A task without a delegate is not told that the answer began.
        if let response = inner.task?.response { exchange?.head(response) }
        exchange?.take(data)
        client.urlProtocol(inner, didLoad: data)
    }

    func urlProtocolDidFinishLoading(_ inner: URLProtocol) {
        if let exchange {
            if sawAnswer.load(ordering: .relaxed) {
                exchange.end()
            } else if let delegate {
                // After the pieces that are still on their way to the delegate.
                delegate.afterPieces { exchange.end() }
            } else {
                exchange.letGo()
            }
        }
        client.urlProtocolDidFinishLoading(inner)
    }

    func urlProtocol(_ inner: URLProtocol, didFailWithError error: any Error) {
        if let exchange {
            let request = inner.task?.originalRequest
            if let delegate {
                delegate.afterPieces { exchange.failed(error, request) }
            } else {
                exchange.failed(error, request)
            }
        }
        client.urlProtocol(inner, didFailWithError: error)
    }

    func urlProtocol(_ inner: URLProtocol, wasRedirectedTo request: URLRequest, redirectResponse: URLResponse) {
        client.urlProtocol(inner, wasRedirectedTo: request, redirectResponse: redirectResponse)
    }

    func urlProtocol(_ inner: URLProtocol, cachedResponseIsValid cachedResponse: CachedURLResponse) {
        client.urlProtocol(inner, cachedResponseIsValid: cachedResponse)
    }

    func urlProtocol(_ inner: URLProtocol, didReceive challenge: URLAuthenticationChallenge) {
        client.urlProtocol(inner, didReceive: challenge)
    }

    func urlProtocol(_ inner: URLProtocol, didCancel challenge: URLAuthenticationChallenge) {
        client.urlProtocol(inner, didCancel: challenge)
    }
}
#endif
