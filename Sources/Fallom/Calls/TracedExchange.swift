package import ProviderCalls
import Synchronization

/// One call of a model API made by any HTTP client, read along while it goes on: its span is made of what request and
/// answer say.
///
/// ```swift
/// let exchange = session.exchange(method: "POST", url: url, headers: headers, body: body)   // nil: no call of a model
/// …send the request…
/// exchange?.head(status: 200, headers: answerHeaders)
/// exchange?.take(bytes)          // as often as bytes come, however they are cut; compressed or not
/// exchange?.end()                // or fail(error), letGo(), cancel()
/// ```
///
/// It knows OpenAI (and what is compatible with it), Anthropic, Gemini, Vertex, Bedrock, Ollama and Cohere. Safe to use
/// from any task; it changes nothing of what is sent, and ends its span once, whatever happens: at the latest as let go,
/// when nobody holds it any more.
public final class TracedExchange: Sendable {
    private let call: TracedCall
    private let request: ProviderRequest
    private let provider: String?
    /// The clocks that it is timed by.
    package let time: TimeSource
    private let exchange: Mutex<ProviderExchange?>

    /// Begins a call now; `nil` when the request is no call of a model API.
    ///
    /// - Parameters:
    ///   - body: the request's body; `nil` when it cannot be read yet (``read(requestBody:)`` takes it later).
    ///   - provider: who answers, where the address does not tell.
    public convenience init?(
        session: Session, method: String, url: String, headers: [(name: String, value: String)], body: [UInt8]?,
        provider: String? = nil
    ) {
        self.init(.fixed(session), method: method, url: url, headers: headers, body: body, provider: provider)
    }

    /// Begins a call now; `nil` when the request is no call of a model API. Which session it is of is asked only then.
    package convenience init?(
        _ source: SessionSource, method: String, url: String, headers: [(name: String, value: String)], body: [UInt8]?,
        provider: String?
    ) {
        guard let request = ProviderRequest(method: method, url: url, headers: headers, body: body) else { return nil }
        self.init(session: source.session, request, provider: provider)
    }

    /// Begins a call of a request that was recognised.
    package init(session: Session, _ request: ProviderRequest, provider: String?) {
        self.request = request
        self.provider = provider
        time = session.core.time
        let dialect = request.dialect
        call = TracedCall(
            session: session,
            TracedCall.Description(
                name: dialect.method, method: dialect.method, kind: dialect.kind, model: request.model,
                isStreaming: request.isStreaming, provider: provider ?? request.provider, baseURL: request.baseURL),
            capture: { dialect.capture(request: request.json) })
        exchange = Mutex(ProviderExchange(request))
    }

    deinit { letGo() }

    /// Whether a request may be a call of a model API: by method and path alone, so that nearly all others are told apart
    /// before their body is looked at.
    public static func mayBeCall(method: String, url: String) -> Bool {
        ProviderRequest.mayBeCall(method: method, url: url)
    }

    /// The request's body with the wish for a stream's tokens; `nil` where it has no place.
    package var bodyAskingForUsage: [UInt8]? { request.bodyAskingForUsage }

    /// Trace and span id.
    public var context: SpanContext { call.context }

    /// Runs `operation` inside of the call: spans that are started there are its children.
    public nonisolated(nonsending) func run<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await call.place.run(operation)
    }

    /// Nanoseconds since the call began, for ``take(_:at:)``.
    public var elapsedNanoseconds: Int64 { call.elapsedNanoseconds }

    /// Takes a request's body that could not be read at the beginning.
    public func read(requestBody: [UInt8]) {
        exchange.withLock { $0?.read(requestBody: requestBody) }
    }

    /// The answer began.
    public func head(status: Int, headers: [(name: String, value: String)]) {
        exchange.withLock { $0?.head(status: status, headers: headers) }
    }

    /// Bytes of the answer came now.
    public func take(_ bytes: UnsafeRawBufferPointer) { take(bytes, at: elapsedNanoseconds) }

    /// Bytes of the answer came so many nanoseconds after the call began.
    public func take(_ bytes: UnsafeRawBufferPointer, at nanoseconds: Int64) {
        let firstToken = exchange.withLock { exchange -> Int64? in
            exchange?.take(bytes, at: nanoseconds)
            return exchange?.firstToken ?? nil
        }
        if let firstToken { call.noteFirstToken(at: firstToken) }
    }

    /// Bytes of the answer came now.
    public func take(_ bytes: [UInt8]) { bytes.withUnsafeBytes { take($0) } }

    /// Bytes of the answer came at that time of the monotonic clock.
    package func take(_ bytes: UnsafeRawBufferPointer, atMonotonic nanoseconds: Int64) {
        take(bytes, at: call.elapsed(atMonotonic: nanoseconds))
    }

    /// The answer's bytes ended.
    public func end() { finish { $0.end() } }

    /// The answer's bytes ended at that time of the monotonic clock.
    package func end(atMonotonic nanoseconds: Int64) {
        finish(at: call.elapsed(atMonotonic: nanoseconds)) { $0.end() }
    }

    /// The connection failed, before or in the middle of the answer.
    public func fail(_ error: any Error) { finish { $0.fail(error) } }

    /// Nobody reads the answer any more.
    public func letGo() { finish { $0.letGo() } }

    /// The caller was cancelled.
    public func cancel() { finish { $0.cancel() } }

    private func finish(at elapsed: Int64? = nil, _ end: (consuming ProviderExchange) -> ProviderCall) {
        guard let exchange = exchange.withLock({ $0.take() }) else { return }
        let over = end(exchange)
        // The request itself, with its pictures, is let go.
        let captured = over.captured
        call.end(over.ending, at: elapsed) { captured }
    }
}

extension Session {
    /// Begins a call of a model API made by any HTTP client; `nil` when the request is none. See ``TracedExchange``.
    public func exchange(
        method: String, url: String, headers: [(name: String, value: String)], body: [UInt8]?, provider: String? = nil
    ) -> TracedExchange? {
        TracedExchange(
            session: self, method: method, url: url, headers: headers, body: body, provider: provider)
    }
}
