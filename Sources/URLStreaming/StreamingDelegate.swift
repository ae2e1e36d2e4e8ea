import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Hands what comes to whoever reads it.
final class StreamingDelegate: NSObject, URLSessionDataDelegate {
    struct Reading {
        let listener: (any AnswerListener)?
        let pieces: AsyncThrowingStream<[UInt8], any Error>.Continuation
        var head: CheckedContinuation<URLResponse, any Error>?
    }

    private let readings = Mutex<[Int: Reading]>([:])
    /// The delegate of the session that is streamed for.
    private let asked: (any URLSessionDelegate)?
    private let followsRedirects: Bool

    init(asking delegate: (any URLSessionDelegate)?, followsRedirects: Bool) {
        asked = delegate
        self.followsRedirects = followsRedirects
    }

    private var askedOfTasks: (any URLSessionTaskDelegate)? { asked as? any URLSessionTaskDelegate }

    /// Begins to read a task.
    func read(_ task: URLSessionTask, _ reading: Reading) {
        readings.withLock { $0[task.taskIdentifier] = reading }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @Sendable @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let (listener, head) = readings.withLock { readings in
            defer { readings[dataTask.taskIdentifier]?.head = nil }
            let reading = readings[dataTask.taskIdentifier]
            return (reading?.listener, reading?.head)
        }
        listener?.head(response)
        head?.resume(returning: response)
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let reading = readings.withLock { $0[dataTask.taskIdentifier] }
        reading?.listener?.piece(data)
        reading?.pieces.yield(Array(data))
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let reading = readings.withLock { $0.removeValue(forKey: task.taskIdentifier) }
        guard let reading else { return }
        if let head = reading.head, let response = task.response, error == nil {
            // An answer without a body may end before its beginning was told.
            reading.listener?.head(response)
            head.resume(returning: response)
        } else {
            reading.head?.resume(throwing: error ?? URLError(.badServerResponse))
        }
        reading.listener?.end(error, of: task.originalRequest)
        reading.pieces.finish(throwing: error)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @Sendable @escaping (URLRequest?) -> Void
    ) {
        let unasked = followsRedirects ? request : nil
        #if canImport(FoundationNetworking)
        guard let askedOfTasks else { return completionHandler(unasked) }
        askedOfTasks.urlSession(
            session, task: task, willPerformHTTPRedirection: response, newRequest: request,
            completionHandler: completionHandler)
        #else
        let answer: Void? = askedOfTasks?.urlSession?(
            session, task: task, willPerformHTTPRedirection: response, newRequest: request,
            completionHandler: completionHandler)
        if answer == nil { completionHandler(unasked) }
        #endif
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @Sendable @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        #if canImport(FoundationNetworking)
        guard let askedOfTasks else { return completionHandler(.performDefaultHandling, nil) }
        askedOfTasks.urlSession(session, task: task, didReceive: challenge, completionHandler: completionHandler)
        #else
        let answer: Void? = askedOfTasks?.urlSession?(
            session, task: task, didReceive: challenge, completionHandler: completionHandler)
        if answer == nil { completionHandler(.performDefaultHandling, nil) }
        #endif
    }

    func urlSession(
        _ session: URLSession, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @Sendable @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        #if canImport(FoundationNetworking)
        guard let asked else { return completionHandler(.performDefaultHandling, nil) }
        asked.urlSession(session, didReceive: challenge, completionHandler: completionHandler)
        #else
        let answer: Void? = asked?.urlSession?(
            session, didReceive: challenge, completionHandler: completionHandler)
        if answer == nil { completionHandler(.performDefaultHandling, nil) }
        #endif
    }
}
