import OrderedJSON
import ProviderCalls
import Synchronization

/// OpenAI's Chat Completions and Responses over HTTP, and every API compatible with them: OpenRouter, LiteLLM, vLLM,
/// Ollama and others by `baseURL`, Azure by ``init(azureEndpoint:deployment:apiVersion:apiKey:token:timeout:limits:)``.
public struct OpenAIClient: ChatCompletionsClient, ResponsesClient, EmbeddingsClient {
    var http: ProviderHTTP
    private let chatURL: String
    private let responsesURL: String
    private let embeddingsURL: String
    private let usageRequest = UsageRequest()
    /// Who answers.
    public let endpoint: TracedEndpoint

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - apiKey: the key; `nil` for `OPENAI_API_KEY`. Blanks and line ends around it are cut off.
    ///   - token: gives a token for each request, in place of a key.
    ///   - baseURL: the API's base with its version, as in `https://openrouter.ai/api/v1`; `nil` for `OPENAI_BASE_URL`,
    ///     then OpenAI's own.
    ///   - provider: who answers, where the address does not tell.
    ///   - headers: more headers of every request.
    ///   - timeout: until an answer begins.
    ///   - limits: how long to wait for the rest, and how often to try; `nil` for the usual.
    public init(
        apiKey: String? = nil, token: TokenSource? = nil, baseURL: String? = nil, provider: String? = nil,
        headers: [(name: String, value: String)] = [], timeout: Duration = .seconds(600), limits: CallLimits? = nil
    ) {
        let base = Self.trimmed(
            baseURL ?? EnvironmentVariables.variable("OPENAI_BASE_URL") ?? "https://api.openai.com/v1")
        let known = TracedEndpoint(baseURL: base)
        endpoint = TracedEndpoint(provider: provider ?? known.provider, baseURL: known.baseURL)
        let credentials = Credentials(
            key: apiKey ?? EnvironmentVariables.variable("OPENAI_API_KEY"), in: "Authorization", prefix: "Bearer ",
            address: base, headers: headers, token: token,
            missing: known.provider == "openai" ? "no API key: set OPENAI_API_KEY, or give apiKey" : nil)
        http = ProviderHTTP(
            credentials: credentials, limits: limits ?? CallLimits(head: timeout))
        chatURL = base + "/chat/completions"
        responsesURL = base + "/responses"
        embeddingsURL = base + "/embeddings"
    }

    /// Makes a client of a model deployed on Azure: key in the `api-key` header, or a token of Entra; version in the query.
    public init(
        azureEndpoint: String, deployment: String, apiVersion: String, apiKey: String? = nil, token: TokenSource? = nil,
        timeout: Duration = .seconds(600), limits: CallLimits? = nil
    ) {
        let base = Self.trimmed(azureEndpoint)
        let query = "?api-version=" + PercentEncoding.encoded(apiVersion)
        http = ProviderHTTP(
            credentials: Credentials(
                key: apiKey, in: "api-key", address: base, headers: [], token: token,
                missing: "no API key: give apiKey or token"),
            limits: limits ?? CallLimits(head: timeout))
        let deployed = base + "/openai/deployments/" + PercentEncoding.encoded(deployment)
        chatURL = deployed + "/chat/completions" + query
        embeddingsURL = deployed + "/embeddings" + query
        responsesURL = base + "/openai/responses" + query
        endpoint = TracedEndpoint(provider: "azure.ai.openai", baseURL: ServiceURL(base)?.text)
    }

    /// Makes a chat completion.
    ///
    /// - Throws: ``ProviderError`` for any answer but a success.
    public func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion {
        ChatCompletion(JSON(try await http.send(request.json.value, to: chatURL, .openAIChat)))
    }

    /// Makes a chat completion that comes in pieces; `stream` is set for the caller. Unless the request says otherwise in
    /// `stream_options`, the tokens are asked for, too; a server that refuses that is asked once more without, and from then
    /// on.
    public func streamChatCompletion(_ request: ChatRequest) async throws -> MappedEventStream<ChatChunk> {
        let body = request.json.value.setting("stream", true)
        guard request.json["stream_options"] == nil, usageRequest.isWelcome else {
            return try await stream(body)
        }
        do {
            return try await stream(body.setting("stream_options", ["include_usage": true]))
        } catch let error as ProviderError where error.refusesUsage {
            usageRequest.refuse()
            return try await stream(body)
        }
    }

    private func stream(_ body: JSONValue) async throws -> MappedEventStream<ChatChunk> {
        MappedEventStream(try await http.stream(body, to: chatURL, .openAIChat)) { ChatChunk(JSON($0)) }
    }

    /// Makes a response.
    ///
    /// - Throws: ``ProviderError`` for any answer but a success.
    public func createResponse(_ request: ResponseRequest) async throws -> ModelResponse {
        ModelResponse(JSON(try await http.send(request.json.value, to: responsesURL, .openAIResponses)))
    }

    /// Makes a response that comes as events; `stream` is set for the caller.
    public func streamResponse(_ request: ResponseRequest) async throws -> MappedEventStream<ResponseEvent> {
        let body = request.json.value.setting("stream", true)
        return MappedEventStream(try await http.stream(body, to: responsesURL, .openAIResponses)) {
            ResponseEvent(JSON($0))
        }
    }

    /// Makes embeddings.
    ///
    /// - Throws: ``ProviderError`` for any answer but a success.
    public func createEmbeddings(_ request: EmbeddingRequest) async throws -> EmbeddingAnswer {
        EmbeddingAnswer(JSON(try await http.send(request.json.value, to: embeddingsURL, .openAIEmbeddings)))
    }

    static func trimmed(_ url: String) -> String {
        var url = url
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        return url
    }
}

/// Whether a server takes the wish for a stream's tokens. Known once one has refused it.
private final class UsageRequest: Sendable {
    private let isRefused = Atomic<Bool>(false)
    var isWelcome: Bool { !isRefused.load(ordering: .acquiring) }
    func refuse() { isRefused.store(true, ordering: .releasing) }
}

extension ProviderError {
    /// Whether a server does not know the wish for a stream's tokens.
    fileprivate var refusesUsage: Bool {
        guard httpStatus == 400 || httpStatus == 422 else { return false }
        let said = message + (body?.compactText ?? "")
        return said.contains("stream_options") || said.contains("include_usage")
    }
}

/// A request of the Responses API.
public struct ResponseRequest: TraceableJSON, Hashable, PromptTagged {
    /// The request's JSON.
    public var json: JSON
    /// The prompt it was made from.
    var promptTag: PromptTag?

    /// Takes the request's JSON.
    public init(_ json: JSON) { self.json = json }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - input: text, or a list of items.
    ///   - parameters: everything else by its name in the API (`tools`, `previous_response_id`, …).
    public init(
        model: String, input: JSON, instructions: String? = nil, parameters: KeyValuePairs<String, JSON> = [:]
    ) {
        var made = ObjectBuilder()
        made.add("model", model)
        made.add("input", input.value)
        made.add("instructions", instructions)
        json = JSON(made.object.setting(parameters))
    }

    /// The request itself.
    public var traceableJSON: JSON? { json }
}

/// An answer of the Responses API.
public struct ModelResponse: TraceableJSON, Hashable {
    /// The answer as it came.
    public var json: JSON

    /// Takes an answer.
    public init(_ json: JSON) { self.json = json }

    /// The answer itself.
    public var traceableJSON: JSON? { json }
    /// What the model says.
    public var text: String {
        (json["output"]?.array ?? []).flatMap { $0["content"]?.array ?? [] }.compactMap { $0["text"]?.string }.joined()
    }
    /// The tools the model asks for.
    public var toolCalls: [ToolCall] {
        (json["output"]?.array ?? []).filter { $0["type"]?.string == "function_call" }.map { item in
            ToolCall(
                id: item["call_id"]?.string ?? "", name: item["name"]?.string ?? "",
                argumentsText: item["arguments"]?.string ?? "")
        }
    }
}

/// An event of a streamed answer of the Responses API.
public struct ResponseEvent: TraceableJSON, Hashable {
    /// The event as it came.
    public var json: JSON

    /// Takes an event.
    public init(_ json: JSON) { self.json = json }

    /// The event itself.
    public var traceableJSON: JSON? { json }
    /// What kind of event it is.
    public var type: String { json["type"]?.string ?? "" }
    /// The text it adds.
    public var text: String? { type == "response.output_text.delta" ? json["delta"]?.string : nil }
}
