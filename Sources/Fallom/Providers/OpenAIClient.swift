public import AsyncHTTPClient
public import OrderedJSON
import ProviderCalls

/// OpenAI's Chat Completions and Responses over HTTP, and every API compatible with them: OpenRouter, LiteLLM, vLLM,
/// Ollama and others by `baseURL`, Azure by ``init(azureEndpoint:deployment:apiVersion:apiKey:timeout:httpClient:)``.
public struct OpenAIClient: ChatCompletionsClient, ResponsesClient {
    private let http: ProviderHTTP
    private let chatURL: String
    private let responsesURL: String
    /// Who answers.
    public let endpoint: TracedEndpoint

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - apiKey: the key; `nil` for `OPENAI_API_KEY`.
    ///   - baseURL: the API's base with its version, as in `https://openrouter.ai/api/v1`; `nil` for `OPENAI_BASE_URL`,
    ///     then OpenAI's own.
    ///   - headers: more headers of every request.
    ///   - timeout: until an answer begins.
    ///   - httpClient: the connections; `nil` for those that all clients share, which follow no redirect.
    public init(
        apiKey: String? = nil, baseURL: String? = nil, headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(600), httpClient: HTTPClient? = nil
    ) {
        let base = Self.trimmed(
            baseURL ?? ProcessEnvironment.variable("OPENAI_BASE_URL") ?? "https://api.openai.com/v1")
        let key = apiKey ?? ProcessEnvironment.variable("OPENAI_API_KEY")
        http = ProviderHTTP(
            client: httpClient, headers: (key.map { [(name: "Authorization", value: "Bearer " + $0)] } ?? []) + headers,
            timeout: timeout)
        chatURL = base + "/chat/completions"
        responsesURL = base + "/responses"
        endpoint = TracedEndpoint(baseURL: base)
    }

    /// Makes a client of a model deployed on Azure: key in the `api-key` header, version in the query.
    public init(
        azureEndpoint: String, deployment: String, apiVersion: String, apiKey: String,
        timeout: Duration = .seconds(600), httpClient: HTTPClient? = nil
    ) {
        let base = Self.trimmed(azureEndpoint)
        let query = "?api-version=" + ServiceURL.percentEncoded(apiVersion)
        http = ProviderHTTP(client: httpClient, headers: [(name: "api-key", value: apiKey)], timeout: timeout)
        chatURL = base + "/openai/deployments/" + ServiceURL.percentEncoded(deployment) + "/chat/completions" + query
        responsesURL = base + "/openai/responses" + query
        endpoint = TracedEndpoint(provider: "azure.ai.openai", baseURL: ServiceURL(base)?.text)
    }

    /// Makes a chat completion.
    ///
    /// - Throws: ``ProviderError`` for any answer but a success.
    public func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion {
        ChatCompletion(try await http.send(request.json, to: chatURL))
    }

    /// Makes a chat completion that comes in pieces; `stream` is set for the caller.
    public func streamChatCompletion(_ request: ChatRequest) async throws -> MappedEventStream<ChatChunk> {
        let body = request.json.setting("stream", true)
        return MappedEventStream(try await http.stream(body, to: chatURL)) { ChatChunk($0) }
    }

    /// Makes a response.
    ///
    /// - Throws: ``ProviderError`` for any answer but a success.
    public func createResponse(_ request: ResponseRequest) async throws -> ModelResponse {
        ModelResponse(try await http.send(request.json, to: responsesURL))
    }

    /// Makes a response that comes as events; `stream` is set for the caller.
    public func streamResponse(_ request: ResponseRequest) async throws -> MappedEventStream<ResponseEvent> {
        let body = request.json.setting("stream", true)
        return MappedEventStream(try await http.stream(body, to: responsesURL)) { ResponseEvent($0) }
    }

    static func trimmed(_ url: String) -> String {
        var url = url
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        return url
    }
}

/// A request of the Responses API.
public struct ResponseRequest: TraceableJSON, Hashable {
    /// The request's JSON.
    public var json: JSONValue

    /// Takes the request's JSON.
    public init(_ json: JSONValue) { self.json = json }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - input: text, or a list of items.
    ///   - parameters: everything else by its name in the API (`tools`, `previous_response_id`, …).
    public init(
        model: String, input: JSONValue, instructions: String? = nil, parameters: KeyValuePairs<String, JSONValue> = [:]
    ) {
        var made = ObjectBuilder()
        made.add("model", model)
        made.add("input", input)
        made.add("instructions", instructions)
        json = .object(made.members + parameters.map { JSONMember($0.key, $0.value) })
    }

    /// The request itself.
    public var traceableJSON: JSONValue? { json }
}

/// An answer of the Responses API.
public struct ModelResponse: TraceableJSON, Hashable {
    /// The answer as it came.
    public var json: JSONValue

    /// Takes an answer.
    public init(_ json: JSONValue) { self.json = json }

    /// The answer itself.
    public var traceableJSON: JSONValue? { json }
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
    public var json: JSONValue

    /// Takes an event.
    public init(_ json: JSONValue) { self.json = json }

    /// The event itself.
    public var traceableJSON: JSONValue? { json }
    /// What kind of event it is.
    public var type: String { json["type"]?.string ?? "" }
    /// The text it adds.
    public var text: String? { type == "response.output_text.delta" ? json["delta"]?.string : nil }
}
