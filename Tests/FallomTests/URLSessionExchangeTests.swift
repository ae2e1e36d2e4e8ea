import Fallom
import FallomURLSession
import Foundation
import OrderedJSON
import SpanCodec
import Synchronization
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension URLSessionConfiguration {
    /// No time limit of the connection's own is to end a call where a test waits minutes for its turn.
    static var patient: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 300
        configuration.httpMaximumConnectionsPerHost = 100
        return configuration
    }
}

extension ExchangeMatrixTests.Exchange {
    /// The request, sent to the server that plays the exchanges.
    var urlRequest: URLRequest {
        get throws {
            var request = URLRequest(url: try #require(URL(string: PythonServer.exchanges.url + "/" + name + path)))
            request.httpMethod = "POST"
            for header in json["request"]?["headers"]?.object ?? [] {
                request.setValue(header.value.string, forHTTPHeaderField: header.name)
            }
            request.httpBody = Data((json["request"]?["body"]?.string ?? "").utf8)
            return request
        }
    }
}

/// A delegate of an app: keeps what it is told.
final class KeepingDelegate: NSObject, URLSessionDataDelegate {
    private struct State {
        var data = Data()
        var status: Int?
        var end: CheckedContinuation<Void, Never>?
        var pieces = 0
        var challenges = 0
        var redirects = 0
        var failure: Int?
        var sent: Int64 = 0
    }

    private let state = Mutex(State())
    private let credential: URLCredential?

    init(credential: URLCredential? = nil) { self.credential = credential }

    var data: Data { state.withLock { $0.data } }
    var status: Int? { state.withLock { $0.status } }
    var pieces: Int { state.withLock { $0.pieces } }
    var challenges: Int { state.withLock { $0.challenges } }
    var redirects: Int { state.withLock { $0.redirects } }
    var failure: Int? { state.withLock { $0.failure } }
    var sent: Int64 { state.withLock { $0.sent } }

    /// Starts a task; returns at its end.
    func run(_ task: URLSessionTask, whenStarted: () -> Void = {}) async {
        await withCheckedContinuation { end in
            state.withLock { $0.end = end }
            task.resume()
            whenStarted()
        }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @Sendable @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        state.withLock { $0.status = (response as? HTTPURLResponse)?.statusCode }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        state.withLock { state in
            state.data += data
            state.pieces += 1
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let end = state.withLock { state in
            state.failure = error.map { ($0 as NSError).code }
            defer { state.end = nil }
            return state.end
        }
        end?.resume()
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @Sendable @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        state.withLock { $0.challenges += 1 }
        completionHandler(credential == nil ? .performDefaultHandling : .useCredential, credential)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @Sendable @escaping (URLRequest?) -> Void
    ) {
        state.withLock { $0.redirects += 1 }
        completionHandler(request)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didSendBodyData bytesSent: Int64, totalBytesSent: Int64,
        totalBytesExpectedToSend: Int64
    ) {
        state.withLock { $0.sent = totalBytesSent }
    }
}

/// Every recorded exchange, sent through URLSession in each of the ways in which a task may be made.
@Suite struct URLSessionExchangeTests {
    /// What an app sees.
    private struct Seen: Equatable {
        var data: Data?
        var status: Int?
        var failure: Int?
    }

    private func check(
        _ exchange: ExchangeMatrixTests.Exchange, _ send: (Session, URLRequest) async throws -> (Data, URLResponse)
    ) async throws {
        let test = try TestClient()
        let request = try exchange.urlRequest
        let bare = await seen { try await URLSession(configuration: .patient).data(for: request) }
        let traced = await seen { try await send(test.session, request) }
        // Of one that is cut, how much is read is the machine's.
        if exchange.json["response"]?["cut"]?.bool != true { #expect(traced == bare) }
        try ExchangeMatrixTests().check(exchange, await test.records())
    }

    private func seen(_ send: () async throws -> (Data, URLResponse)) async -> Seen {
        do {
            let (data, response) = try await send()
            return Seen(data: data, status: (response as? HTTPURLResponse)?.statusCode)
        } catch {
            return Seen(failure: (error as NSError).code)
        }
    }

    @Test(arguments: ExchangeMatrixTests.all) func `by the async functions`(
        _ exchange: ExchangeMatrixTests.Exchange
    ) async throws {
        // What is read of an answer that breaks off stays with URLSession, which gives all or nothing.
        guard exchange.json["response"]?["cut"]?.bool != true else { return }
        try await check(exchange) { session, request in
            try await session.traced(URLSession(configuration: .patient)).data(for: request)
        }
    }

    @Test(arguments: ExchangeMatrixTests.all) func `as bytes`(
        _ exchange: ExchangeMatrixTests.Exchange
    ) async throws {
        try await check(exchange) { session, request in
            let (bytes, response) = try await session.traced(URLSession(configuration: .patient)).bytes(for: request)
            var data = Data()
            for try await byte in bytes { data.append(byte) }
            return (data, response)
        }
    }

    #if canImport(FoundationNetworking)
    @Test(arguments: ExchangeMatrixTests.all) func `by a session of a traced configuration`(
        _ exchange: ExchangeMatrixTests.Exchange
    ) async throws {
        guard exchange.json["response"]?["cut"]?.bool != true else { return }
        try await check(exchange) { session, request in
            try await URLSession(configuration: URLSessionConfiguration.patient.traced(session)).data(for: request)
        }
    }

    @Test(arguments: ExchangeMatrixTests.all) func `by tasks of a delegate`(
        _ exchange: ExchangeMatrixTests.Exchange
    ) async throws {
        try await check(exchange) { session, request in
            let delegate = KeepingDelegate()
            let urlSession = session.urlSession(configuration: .patient, delegate: delegate)
            let task = urlSession.dataTask(with: request)
            await delegate.run(task)
            if let failure = delegate.failure { throw NSError(domain: NSURLErrorDomain, code: failure) }
            return (delegate.data, try #require(task.response))
        }
    }
    #endif
}
