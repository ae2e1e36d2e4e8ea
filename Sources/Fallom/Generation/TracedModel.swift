import OrderedJSON
import ProviderCalls
import Synchronization

/// A model whose calls are spans of a session. It answers, throws and streams as the model inside does.
public struct TracedModel<Base: LanguageModel>: LanguageModel {
    /// The model inside.
    public let base: Base
    private let session: Session

    init(_ base: Base, session: Session) {
        self.base = base
        self.session = session
    }

    /// The provider's name.
    public var provider: String { base.provider }
    /// The model's id.
    public var modelID: String { base.modelID }
    /// The API's address.
    public var baseURL: String? { base.baseURL }

    /// Answers as a whole.
    public func generate(_ call: ModelCall) async throws -> ModelReply {
        let traced = start("doGenerate", isStreaming: false)
        do {
            let reply = try await traced.run { try await base.generate(call) }
            traced.end(.answered) { ModelCallCapture.capture(call, reply) }
            return reply
        } catch {
            traced.end(.failed(error)) { ModelCallCapture.capture(call, nil) }
            throw error
        }
    }

    /// Answers piece by piece; the span lasts until the stream ends.
    public func stream(_ call: ModelCall) async throws -> ModelStream {
        let traced = start("doStream", isStreaming: true)
        do {
            let parts = try await traced.run { try await base.stream(call) }
            return ModelStream(ObservedParts(base: parts, observer: PartsObserver(traced, call)))
        } catch {
            traced.end(.failed(error)) { ModelCallCapture.capture(call, nil) }
            throw error
        }
    }

    private func start(_ name: String, isStreaming: Bool) -> TracedCall {
        TracedCall(
            session: session,
            TracedCall.Description(
                name: name, method: "traceModel." + name, model: base.modelID, isStreaming: isStreaming,
                provider: base.knownProvider, baseURL: base.baseURL))
    }
}

/// A model around another.
protocol WrappingModel: LanguageModel {
    /// The model inside.
    var inner: any LanguageModel { get }
}

extension TracedModel: WrappingModel {
    var inner: any LanguageModel { base }
}

extension Session {
    /// A model whose calls are spans of this session. In a run that is traced already (``wrapAISDK(_:)``) it makes no
    /// second span of a call.
    public func traceModel<Model: LanguageModel>(_ model: Model) -> TracedModel<Model> {
        TracedModel(model, session: self)
    }

    /// A model whose calls are spans of this session, for one whose type is not known.
    @_disfavoredOverload
    public func traceModel(_ model: any LanguageModel) -> any LanguageModel {
        func traced(_ model: some LanguageModel) -> any LanguageModel { TracedModel(model, session: self) }
        return traced(model)
    }
}

/// What one call of a model says.
enum ModelCallCapture {
    static func capture(_ call: ModelCall, _ reply: ModelReply?) -> CapturedCall {
        var captured = CapturedCall()
        var request = ObjectBuilder()
        request.add("messages", .array(call.messages.map(\.json)))
        if !call.tools.isEmpty { request.add("tools", .array(call.tools.map { .string($0.name) })) }
        captured.request = request.object.withoutMedia
        captured.offeredTools = Set(call.tools.map(\.name))
        guard let reply else { return captured }
        var response = ObjectBuilder()
        response.add("text", reply.text)
        response.add("finishReason", reply.end.finishReason)
        response.add("responseId", reply.end.responseID)
        response.add("modelId", reply.end.modelID)
        if !reply.toolCalls.isEmpty { response.add("toolCalls", .array(reply.toolCalls.map(\.json))) }
        captured.response = response.object
        captured.responseModel = reply.end.modelID
        captured.answeredBy = reply.end.answeredBy
        captured.responseID = reply.end.responseID
        captured.usage = reply.end.usage.json
        captured.tokens = reply.end.usage.tokens
        captured.cost = reply.end.usage.cost
        captured.finishReason = reply.end.finishReason == "unknown" ? nil : reply.end.finishReason
        captured.toolCalls = reply.toolCalls.map { .init(id: $0.id, name: $0.name) }
        var metadata = ObjectBuilder()
        metadata.add("finishReason", reply.end.finishReason)
        metadata.add("responseId", reply.end.responseID)
        captured.metadata = metadata.object
        return captured
    }
}

/// Gathers the parts of a streamed answer.
private final class PartsObserver: Sendable {
    private let traced: TracedCall
    private let call: ModelCall
    private let reply = Mutex(ModelReply.empty)

    init(_ traced: TracedCall, _ call: ModelCall) {
        self.traced = traced
        self.call = call
    }

    deinit { finish(.abandoned) }

    func note(_ part: ModelPart, arrived: Int64?) {
        reply.withLock { $0.add(part) }
        if part.hasContent { traced.noteFirstToken(atMonotonic: arrived) }
    }

    func finish(_ ending: CallEnding, arrived: Int64? = nil) {
        let reply = reply.withLock { $0 }
        traced.end(ending, at: arrived.map { traced.elapsed(atMonotonic: $0) }) { [call] in
            ModelCallCapture.capture(call, reply.isEmpty ? nil : reply)
        }
    }
}

private struct ObservedParts: AsyncSequence, Sendable {
    typealias Element = ModelPart
    typealias Failure = any Error

    let base: ModelStream
    let observer: PartsObserver

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), token: PartsToken(observer))
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: ModelStream.AsyncIterator
        let token: PartsToken

        mutating func next() async throws -> ModelPart? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> ModelPart? {
            do {
                guard let part = try await base.next(isolation: actor) else {
                    token.observer.finish(Task.isCancelled ? .cancelled : .answered, arrived: base.lastArrival)
                    return nil
                }
                token.observer.note(part, arrived: base.lastArrival)
                return part
            } catch {
                token.observer.finish(.failed(error))
                throw error
            }
        }
    }
}

/// Ends the span when an iterator is let go before its end.
private final class PartsToken: Sendable {
    let observer: PartsObserver
    init(_ observer: PartsObserver) { self.observer = observer }
    deinit { observer.finish(.abandoned) }
}
