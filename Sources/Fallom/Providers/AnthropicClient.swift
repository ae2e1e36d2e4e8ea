import OrderedJSON
import ProviderCalls

/// Anthropic's Messages API over HTTP.
public struct AnthropicClient: MessagesClient {
    var http: ProviderHTTP
    private let url: String
    /// Who answers.
    public let endpoint: TracedEndpoint

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - apiKey: the key; `nil` for `ANTHROPIC_API_KEY`. Blanks and line ends around it are cut off.
    ///   - token: gives a token for each request, in place of a key.
    ///   - baseURL: the API's base without its version; `nil` for `ANTHROPIC_BASE_URL`, then Anthropic's own.
    ///   - provider: who answers, where the address does not tell; `nil` for `anthropic`.
    ///   - version: the `anthropic-version` header.
    ///   - headers: more headers of every request.
    ///   - timeout: until an answer begins.
    ///   - limits: how long to wait for the rest, and how often to try; `nil` for the usual.
    public init(
        apiKey: String? = nil, token: TokenSource? = nil, baseURL: String? = nil, provider: String? = nil,
        version: String = "2023-06-01", headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(600), limits: CallLimits? = nil
    ) {
        let base = OpenAIClient.trimmed(
            baseURL ?? EnvironmentVariables.variable("ANTHROPIC_BASE_URL") ?? "https://api.anthropic.com")
        let known = TracedEndpoint(baseURL: base)
        let credentials = Credentials(
            key: apiKey ?? EnvironmentVariables.variable("ANTHROPIC_API_KEY"), in: "x-api-key",
            address: base, headers: [(name: "anthropic-version", value: version)] + headers,
            token: token,
            missing: known.provider == "anthropic" ? "no API key: set ANTHROPIC_API_KEY, or give apiKey" : nil)
        http = ProviderHTTP(
            credentials: credentials, limits: limits ?? CallLimits(head: timeout))
        url = base + "/v1/messages"
        endpoint = TracedEndpoint(provider: provider ?? known.provider ?? "anthropic", baseURL: known.baseURL)
    }

    /// Makes a message.
    ///
    /// - Throws: ``ProviderError`` for any answer but a success.
    public func createMessage(_ request: MessagesRequest) async throws -> MessagesAnswer {
        MessagesAnswer(JSON(try await http.send(request.json.value, to: url, .anthropicMessages)))
    }

    /// Makes a message that comes as events; `stream` is set for the caller.
    public func streamMessage(_ request: MessagesRequest) async throws -> MappedEventStream<MessagesEvent> {
        let body = request.json.value.setting("stream", true)
        return MappedEventStream(try await http.stream(body, to: url, .anthropicMessages)) { MessagesEvent(JSON($0)) }
    }
}

/// A request of the Messages API.
public struct MessagesRequest: TraceableJSON, Hashable, PromptTagged {
    /// The request's JSON.
    public var json: JSON
    /// The prompt it was made from.
    var promptTag: PromptTag?

    /// Takes the request's JSON.
    public init(_ json: JSON) { self.json = json }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - messages: role and content of each, as in `[("user", "Hello!")]`.
    ///   - parameters: everything else by its name in the API (`temperature`, `tools`, …).
    public init(
        model: String, maxTokens: Int = 1024, messages: [(role: String, content: JSON)], system: String? = nil,
        parameters: KeyValuePairs<String, JSON> = [:]
    ) {
        var made = ObjectBuilder()
        made.add("model", model)
        made.add("max_tokens", .number(maxTokens))
        made.add("system", system)
        made.add("messages", .array(messages.map { ["role": .string($0.role), "content": $0.content.value] }))
        json = JSON(made.object.setting(parameters))
    }

    /// The request itself.
    public var traceableJSON: JSON? { json }
}

/// An answer of the Messages API.
public struct MessagesAnswer: TraceableJSON, Hashable {
    /// The answer as it came.
    public var json: JSON

    /// Takes an answer.
    public init(_ json: JSON) { self.json = json }

    /// The answer itself.
    public var traceableJSON: JSON? { json }
    /// What the model says.
    public var text: String {
        (json["content"]?.array ?? []).filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }
            .joined()
    }
    /// The tools the model asks for.
    public var toolCalls: [ToolCall] {
        (json["content"]?.array ?? []).filter { $0["type"]?.string == "tool_use" }.map { block in
            ToolCall(
                id: block["id"]?.string ?? "", name: block["name"]?.string ?? "",
                argumentsText: (block["input"] ?? .object([])).compactText)
        }
    }
    /// Why the model stopped.
    public var stopReason: String? { json["stop_reason"]?.string }
}

/// An event of a streamed answer of the Messages API.
public struct MessagesEvent: TraceableJSON, Hashable {
    /// The event as it came.
    public var json: JSON

    /// Takes an event.
    public init(_ json: JSON) { self.json = json }

    /// The event itself.
    public var traceableJSON: JSON? { json }
    /// What kind of event it is.
    public var type: String { json["type"]?.string ?? "" }
    /// The text it adds.
    public var text: String? { json["delta"]?["text"]?.string }
}
