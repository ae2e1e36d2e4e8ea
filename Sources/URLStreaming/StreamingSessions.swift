package import Foundation
import Synchronization

#if canImport(FoundationNetworking)
package import FoundationNetworking
#endif

/// Hears an answer as it comes.
package protocol AnswerListener: Sendable {
    /// The answer began.
    func head(_ response: URLResponse)
    /// Bytes came.
    func piece(_ data: Data)
    /// The answer ended, or failed.
    func end(_ error: (any Error)?, of request: URLRequest?)
    /// Nobody reads the answer any more.
    func letGo()
}

/// The sessions that stream for others, one for each, so that connections are used again. One ends with the session it
/// streams for.
package final class StreamingSessions: Sendable {
    private struct Entry {
        weak var base: URLSession?
        let streaming: StreamingSession
    }

    package static let shared = StreamingSessions()

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    /// The session that streams for another: with its configuration, asking its delegate.
    package func session(like base: URLSession) -> StreamingSession {
        let (found, ended) = entries.withLock { entries -> (StreamingSession, [Entry]) in
            let key = ObjectIdentifier(base)
            if let entry = entries[key], entry.base != nil { return (entry.streaming, []) }
            let ended = entries.values.filter { $0.base == nil }
            entries = entries.filter { $0.value.base != nil }
            let streaming = StreamingSession(base.configuration, asking: base.delegate)
            entries[key] = Entry(base: base, streaming: streaming)
            return (streaming, ended)
        }
        for entry in ended { entry.streaming.finish() }
        return found
    }
}

/// A session whose answers are read piece by piece.
package struct StreamingSession: Sendable {
    private let session: URLSession
    private let delegate: StreamingDelegate

    /// Makes one.
    ///
    /// - Parameters:
    ///   - delegate: is asked about redirects and challenges.
    ///   - followsRedirects: without a delegate.
    package init(
        _ configuration: URLSessionConfiguration, asking delegate: (any URLSessionDelegate)? = nil,
        followsRedirects: Bool = true
    ) {
        self.delegate = StreamingDelegate(asking: delegate, followsRedirects: followsRedirects)
        session = URLSession(configuration: configuration, delegate: self.delegate, delegateQueue: nil)
    }

    /// Sends a request; returns when the answer has begun. Letting its pieces go ends the call.
    package func stream(
        _ request: URLRequest, _ listener: (any AnswerListener)? = nil
    ) async throws -> (pieces: AsyncThrowingStream<[UInt8], any Error>, response: URLResponse) {
        let (pieces, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self, throwing: (any Error).self)
        let task = session.dataTask(with: request)
        continuation.onTermination = { end in
            guard case .cancelled = end else { return }
            listener?.letGo()
            task.cancel()
        }
        let response = try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { head in
                delegate.read(
                    task, StreamingDelegate.Reading(listener: listener, pieces: continuation, head: head))
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
        return (pieces, response)
    }

    /// Takes no further requests, and ends when the last one has.
    package func finish() { session.finishTasksAndInvalidate() }
}
