import LocalExport
import OrderedJSON
import ProviderCalls

/// What the wrappers of the three APIs have in common.
struct ClientTracing: Sendable {
    var session: Session
    var dialect: CallDialect
    var endpoint: TracedEndpoint

    /// Makes a call that is answered as a whole.
    nonisolated(nonsending) func call<Request: TraceableJSON, Answer: TraceableJSON>(
        _ request: Request, model: String?, _ operation: nonisolated(nonsending) (Request) async throws -> Answer
    ) async throws -> Answer {
        let call = TracedCall(
            session: session, description(model, isStreaming: false), prompt: (request as? any PromptTagged)?.promptTag)
        do {
            let answer = try await call.run { try await operation(request) }
            call.end(.answered) { [dialect] in
                dialect.capture(request: request.traceableJSON?.value, response: answer.traceableJSON?.value)
            } held: {
                request.heldBytes + answer.heldBytes
            }
            return answer
        } catch {
            call.end(.failed(error)) { [dialect] in
                dialect.capture(request: request.traceableJSON?.value)
            } held: {
                request.heldBytes
            }
            throw error
        }
    }

    /// Makes a call that is answered piece by piece.
    nonisolated(nonsending) func stream<Request: TraceableJSON, Pieces: AsyncSequence & Sendable>(
        _ request: Request, model: String?, _ operation: nonisolated(nonsending) (Request) async throws -> Pieces
    ) async throws -> TracedStream<Pieces> where Pieces.Element: TraceableJSON {
        let call = TracedCall(
            session: session, description(model, isStreaming: true), prompt: (request as? any PromptTagged)?.promptTag)
        do {
            let pieces = try await call.run { try await operation(request) }
            return TracedStream(
                pieces, observer: StreamObserver(call: call, dialect: dialect, request: request))
        } catch {
            call.end(.failed(error)) { [dialect] in
                dialect.capture(request: request.traceableJSON?.value)
            } held: {
                request.heldBytes
            }
            throw error
        }
    }

    private func description(_ model: String?, isStreaming: Bool) -> TracedCall.Description {
        TracedCall.Description(
            name: dialect.method, method: dialect.method, kind: dialect.kind, model: model, isStreaming: isStreaming,
            provider: endpoint.provider, baseURL: endpoint.baseURL)
    }
}

extension TraceableJSON {
    /// The memory that it refers to, about.
    var heldBytes: Int { traceableJSON?.value.heapBytes ?? 0 }
}

/// Who answers, as far as a client says.
public struct TracedEndpoint: Hashable, Sendable {
    /// The provider's name (`openai`, `anthropic`, `google`, `openrouter`, …); `nil` when the client cannot tell.
    public var provider: String?
    /// The base address, without user and query; `nil` when the client cannot tell.
    public var baseURL: String?

    /// Makes an endpoint.
    public init(provider: String? = nil, baseURL: String? = nil) {
        self.provider = provider
        self.baseURL = baseURL
    }

    /// The endpoint of an address: the provider by its host, where it is a known one.
    public init(baseURL: String) {
        let service = ServiceURL(baseURL)
        self.init(provider: service.flatMap { ProviderHosts.provider(host: $0.host) }, baseURL: service?.text)
    }
}
