import OrderedJSON
import ProviderCalls

/// Google's generative models over HTTP.
public struct GoogleAIClient: Sendable {
    var http: ProviderHTTP
    private let base: String

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - apiKey: the key; `nil` for `GOOGLE_API_KEY`, then `GEMINI_API_KEY`. Blanks and line ends around it are cut off.
    ///   - token: gives a token for each request, in place of a key: for Vertex AI.
    ///   - baseURL: the API's base with its version; of Vertex AI with what stands before `/models`, as in
    ///     `https://REGION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/REGION/publishers/google`.
    ///   - headers: more headers of every request.
    ///   - timeout: until an answer begins.
    ///   - limits: how long to wait for the rest, and how often to try; `nil` for the usual.
    public init(
        apiKey: String? = nil, token: TokenSource? = nil,
        baseURL: String = "https://generativelanguage.googleapis.com/v1beta",
        headers: [(name: String, value: String)] = [], timeout: Duration = .seconds(600), limits: CallLimits? = nil
    ) {
        base = OpenAIClient.trimmed(baseURL)
        let key =
            apiKey ?? EnvironmentVariables.variable("GOOGLE_API_KEY") ?? EnvironmentVariables.variable("GEMINI_API_KEY")
        let isGoogle = TracedEndpoint(baseURL: base).provider == "gcp.gemini"
        let credentials = Credentials(
            key: key, in: "x-goog-api-key", address: base, headers: headers, token: token,
            missing: isGoogle ? "no API key: set GOOGLE_API_KEY or GEMINI_API_KEY, or give apiKey" : nil)
        http = ProviderHTTP(
            credentials: credentials, limits: limits ?? CallLimits(head: timeout))
    }

    /// One of the models.
    public func generativeModel(_ name: String) -> GoogleGenerativeModel {
        GoogleGenerativeModel(http: http, base: base, modelName: name)
    }
}

/// One of Google's generative models.
public struct GoogleGenerativeModel: GenerativeModelClient, EmbeddingsClient {
    private let http: ProviderHTTP
    private let base: String
    /// The model's name.
    public let modelName: String
    /// Who answers.
    public let endpoint: TracedEndpoint

    init(http: ProviderHTTP, base: String, modelName: String) {
        self.http = http
        self.base = base
        self.modelName = modelName
        let known = TracedEndpoint(baseURL: base)
        endpoint = TracedEndpoint(provider: known.provider ?? "gcp.gemini", baseURL: known.baseURL)
    }

    /// Generates content.
    ///
    /// - Throws: ``ProviderError`` for any answer but a success.
    public func generateContent(_ request: GenerateRequest) async throws -> GenerateAnswer {
        GenerateAnswer(JSON(try await http.send(request.json.value, to: url("generateContent"), .googleGenerate)))
    }

    /// Generates content that comes in pieces.
    public func streamGenerateContent(_ request: GenerateRequest) async throws -> MappedEventStream<GenerateAnswer> {
        let url = url("streamGenerateContent") + "?alt=sse"
        return MappedEventStream(try await http.stream(request.json.value, to: url, .googleGenerate)) {
            GenerateAnswer(JSON($0))
        }
    }

    /// Makes embeddings.
    ///
    /// - Throws: ``ProviderError`` for any answer but a success.
    public func createEmbeddings(_ request: GoogleEmbeddingRequest) async throws -> EmbeddingAnswer {
        let asked = request.json.value
        let requests = (asked["requests"]?.array ?? []).map { $0.setting("model", .string("models/" + name)) }
        let body = asked.setting("requests", .array(requests))
        return EmbeddingAnswer(JSON(try await http.send(body, to: url("batchEmbedContents"), .googleEmbed)))
    }

    /// The model that is asked, whatever a request says.
    public func model(ofEmbedding request: GoogleEmbeddingRequest) -> String? { modelName }

    private var name: String {
        modelName.hasPrefix("models/") ? String(modelName.dropFirst("models/".count)) : modelName
    }

    private func url(_ method: String) -> String {
        base + "/models/" + PercentEncoding.encoded(name) + ":" + method
    }
}

/// A request of `generateContent`. A text stands for one message of the user.
public struct GenerateRequest: TraceableJSON, Hashable, ExpressibleByStringLiteral, PromptTagged {
    /// The request's JSON.
    public var json: JSON
    /// The prompt it was made from.
    var promptTag: PromptTag?

    /// Takes the request's JSON.
    public init(_ json: JSON) { self.json = json }

    /// One message of the user.
    public init(text: String) {
        json = ["contents": [["role": "user", "parts": [["text": .string(text)]]]]]
    }

    /// One message of the user.
    public init(stringLiteral text: String) { self.init(text: text) }

    /// Makes a request.
    ///
    /// - Parameter parameters: everything else by its name in the API (`tools`, `generationConfig`, …).
    public init(contents: JSON, system: String? = nil, parameters: KeyValuePairs<String, JSON> = [:]) {
        var made = ObjectBuilder()
        made.add("contents", contents.value)
        if let system { made.add("systemInstruction", ["parts": [["text": .string(system)]]]) }
        json = JSON(made.object.setting(parameters))
    }

    /// The request itself.
    public var traceableJSON: JSON? { json }
}

/// An answer of `generateContent`, or a piece of one.
public struct GenerateAnswer: TraceableJSON, Hashable {
    /// The answer as it came.
    public var json: JSON

    /// Takes an answer.
    public init(_ json: JSON) { self.json = json }

    /// The answer itself.
    public var traceableJSON: JSON? { json }
    /// What the model says.
    public var text: String {
        parts.filter { $0["thought"]?.bool != true }.compactMap { $0["text"]?.string }.joined()
    }
    /// How it came to it, as far as the model tells.
    public var thoughts: String {
        parts.filter { $0["thought"]?.bool == true }.compactMap { $0["text"]?.string }.joined()
    }
    /// The functions the model asks for.
    public var functionCalls: [ToolCall] {
        parts.compactMap { $0["functionCall"] }.map { call in
            ToolCall(
                id: call["id"]?.string ?? "", name: call["name"]?.string ?? "",
                argumentsText: (call["args"] ?? .object([])).compactText)
        }
    }
    /// Why the model stopped.
    public var finishReason: String? { json.value.firstAnswer("candidates")?["finishReason"]?.string }

    private var parts: [JSONValue] { json.value.firstAnswer("candidates")?["content"]?["parts"]?.array ?? [] }
}
