#if canImport(FoundationNetworking)
import Fallom
import Foundation
import FoundationNetworking
import Synchronization

/// Stands in front of an app's delegate and hears the pieces of answers. It passes on everything.
final class ReadingDelegate: NSObject, URLSessionDataDelegate, URLSessionDownloadDelegate, URLSessionWebSocketDelegate {
    private struct State {
        var exchanges: [Int: TracedExchange] = [:]
        var queue: OperationQueue?
    }

    private let inner: (any URLSessionDelegate)?
    private let state = Mutex(State())

    init(_ inner: (any URLSessionDelegate)?) { self.inner = inner }

    /// Takes the queue on which it is told things.
    func use(_ queue: OperationQueue) { state.withLock { $0.queue = queue } }

    /// Begins to read a task.
    func read(_ task: URLSessionTask, _ exchange: TracedExchange) {
        state.withLock { $0.exchanges[task.taskIdentifier] = exchange }
    }

    /// Ends to read the task of that number.
    func forget(_ number: Int) { state.withLock { $0.exchanges[number] = nil } }

    /// Does something once the pieces that are on their way have come.
    func afterPieces(_ operation: @escaping @Sendable () -> Void) {
        guard let queue = state.withLock({ $0.queue }) else { return operation() }
        queue.addOperation(operation)
    }

    private var ofTasks: (any URLSessionTaskDelegate)? { inner as? any URLSessionTaskDelegate }
    private var ofData: (any URLSessionDataDelegate)? { inner as? any URLSessionDataDelegate }
    private var ofDownloads: (any URLSessionDownloadDelegate)? { inner as? any URLSessionDownloadDelegate }
    private var ofSockets: (any URLSessionWebSocketDelegate)? { inner as? any URLSessionWebSocketDelegate }

    // Data

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        state.withLock { $0.exchanges[dataTask.taskIdentifier] }?.take(data)
        ofData?.urlSession(session, dataTask: dataTask, didReceive: data)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @Sendable @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        guard let ofData else { return completionHandler(.allow) }
        ofData.urlSession(
            session, dataTask: dataTask, didReceive: response, completionHandler: completionHandler)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, willCacheResponse response: CachedURLResponse,
        completionHandler: @Sendable @escaping (CachedURLResponse?) -> Void
    ) {
        guard let ofData else { return completionHandler(response) }
        ofData.urlSession(
            session, dataTask: dataTask, willCacheResponse: response, completionHandler: completionHandler)
    }

    // Tasks

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        ofTasks?.urlSession(session, task: task, didCompleteWithError: error)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @Sendable @escaping (URLRequest?) -> Void
    ) {
        guard let ofTasks else { return completionHandler(request) }
        ofTasks.urlSession(
            session, task: task, willPerformHTTPRedirection: response, newRequest: request,
            completionHandler: completionHandler)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @Sendable @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let ofTasks else { return completionHandler(.performDefaultHandling, nil) }
        ofTasks.urlSession(session, task: task, didReceive: challenge, completionHandler: completionHandler)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        needNewBodyStream completionHandler: @Sendable @escaping (InputStream?) -> Void
    ) {
        guard let ofTasks else { return completionHandler(nil) }
        ofTasks.urlSession(session, task: task, needNewBodyStream: completionHandler)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didSendBodyData bytesSent: Int64, totalBytesSent: Int64,
        totalBytesExpectedToSend: Int64
    ) {
        ofTasks?.urlSession(
            session, task: task, didSendBodyData: bytesSent, totalBytesSent: totalBytesSent,
            totalBytesExpectedToSend: totalBytesExpectedToSend)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willBeginDelayedRequest request: URLRequest,
        completionHandler: @Sendable @escaping (URLSession.DelayedRequestDisposition, URLRequest?) -> Void
    ) {
        ofTasks?.urlSession(
            session, task: task, willBeginDelayedRequest: request, completionHandler: completionHandler)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didFinishCollecting metrics: URLSessionTaskMetrics
    ) {
        ofTasks?.urlSession(session, task: task, didFinishCollecting: metrics)
    }

    // Sessions

    func urlSession(_ session: URLSession, didBecomeInvalidWithError error: (any Error)?) {
        inner?.urlSession(session, didBecomeInvalidWithError: error)
    }

    func urlSession(
        _ session: URLSession, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @Sendable @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let inner else { return completionHandler(.performDefaultHandling, nil) }
        inner.urlSession(session, didReceive: challenge, completionHandler: completionHandler)
    }

    // Downloads and sockets: never calls of models

    func urlSession(
        _ session: URLSession, downloadTask: URLSessionDownloadTask, didFinishDownloadingTo location: URL
    ) {
        ofDownloads?.urlSession(session, downloadTask: downloadTask, didFinishDownloadingTo: location)
    }

    func urlSession(
        _ session: URLSession, downloadTask: URLSessionDownloadTask, didWriteData bytesWritten: Int64,
        totalBytesWritten: Int64, totalBytesExpectedToWrite: Int64
    ) {
        ofDownloads?.urlSession(
            session, downloadTask: downloadTask, didWriteData: bytesWritten, totalBytesWritten: totalBytesWritten,
            totalBytesExpectedToWrite: totalBytesExpectedToWrite)
    }

    func urlSession(
        _ session: URLSession, webSocketTask: URLSessionWebSocketTask, didOpenWithProtocol protocol: String?
    ) {
        ofSockets?.urlSession(session, webSocketTask: webSocketTask, didOpenWithProtocol: `protocol`)
    }

    func urlSession(
        _ session: URLSession, webSocketTask: URLSessionWebSocketTask,
        didCloseWith closeCode: URLSessionWebSocketTask.CloseCode, reason: Data?
    ) {
        ofSockets?.urlSession(session, webSocketTask: webSocketTask, didCloseWith: closeCode, reason: reason)
    }
}
#endif
