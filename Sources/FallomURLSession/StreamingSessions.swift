#if canImport(FoundationNetworking)
import Fallom
import Foundation
import FoundationNetworking
import Synchronization

/// The sessions that stream for others on Linux, one for each, so that connections are used again. One ends with the
/// session it streams for.
final class StreamingSessions: Sendable {
    struct Streaming: Sendable {
        let session: URLSession
        let delegate: StreamingDelegate
    }

    private struct Entry {
        weak var base: URLSession?
        let streaming: Streaming
    }

    static let shared = StreamingSessions()

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    func session(like base: URLSession) -> Streaming {
        let (found, ended) = entries.withLock { entries -> (Streaming, [Entry]) in
            let key = ObjectIdentifier(base)
            if let entry = entries[key], entry.base != nil { return (entry.streaming, []) }
            let ended = entries.values.filter { $0.base == nil }
            entries = entries.filter { $0.value.base != nil }
            let delegate = StreamingDelegate(asking: base.delegate)
            let streaming = Streaming(
                session: URLSession(configuration: base.configuration, delegate: delegate, delegateQueue: nil),
                delegate: delegate)
            entries[key] = Entry(base: base, streaming: streaming)
            return (streaming, ended)
        }
        for entry in ended { entry.streaming.session.finishTasksAndInvalidate() }
        return found
    }
}

/// Hands what comes to whoever reads it.
final class StreamingDelegate: NSObject, URLSessionDataDelegate {
    private struct Reading {
        let exchange: TracedExchange?
        let pieces: AsyncThrowingStream<[UInt8], any Error>.Continuation
        var head: CheckedContinuation<URLResponse, any Error>?
    }

    private let readings = Mutex<[Int: Reading]>([:])
    /// The delegate of the session that is streamed for.
    private let asked: (any URLSessionTaskDelegate)?
    private let askedOfSession: (any URLSessionDelegate)?

    init(asking delegate: (any URLSessionDelegate)?) {
        asked = delegate as? any URLSessionTaskDelegate
        askedOfSession = delegate
    }

    /// Sends a request; returns when the answer has begun.
    func stream(
        _ request: URLRequest, _ exchange: TracedExchange?, in session: URLSession
    ) async throws -> (AsyncThrowingStream<[UInt8], any Error>, URLResponse) {
        let (pieces, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self, throwing: (any Error).self)
        let task = session.dataTask(with: request)
        continuation.onTermination = { end in
            guard case .cancelled = end else { return }
            exchange?.letGo()
            task.cancel()
        }
        let response = try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { head in
                let reading = Reading(exchange: exchange, pieces: continuation, head: head)
                readings.withLock { $0[task.taskIdentifier] = reading }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
        return (pieces, response)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @Sendable @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let (exchange, head) = readings.withLock { readings in
            defer { readings[dataTask.taskIdentifier]?.head = nil }
            let reading = readings[dataTask.taskIdentifier]
            return (reading?.exchange, reading?.head)
        }
        exchange?.head(response)
        head?.resume(returning: response)
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let reading = readings.withLock { $0[dataTask.taskIdentifier] }
        reading?.exchange?.take(data)
        reading?.pieces.yield(Array(data))
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let reading = readings.withLock { $0.removeValue(forKey: task.taskIdentifier) }
        guard let reading else { return }
        if let error { reading.exchange?.failed(error, task.originalRequest) } else { reading.exchange?.end() }
        reading.head?.resume(throwing: error ?? URLError(.badServerResponse))
        reading.pieces.finish(throwing: error)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @Sendable @escaping (URLRequest?) -> Void
    ) {
        guard let asked else { return completionHandler(request) }
        asked.urlSession(
            session, task: task, willPerformHTTPRedirection: response, newRequest: request,
            completionHandler: completionHandler)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @Sendable @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let asked else { return completionHandler(.performDefaultHandling, nil) }
        asked.urlSession(session, task: task, didReceive: challenge, completionHandler: completionHandler)
    }

    func urlSession(
        _ session: URLSession, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @Sendable @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let askedOfSession else { return completionHandler(.performDefaultHandling, nil) }
        askedOfSession.urlSession(session, didReceive: challenge, completionHandler: completionHandler)
    }
}
#endif
