#if AsyncHTTPClient
public import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Connections by AsyncHTTPClient.
struct AsyncHTTPConnection: ModelConnection {
    /// The connections that clients share unless given others: redirects are not followed, so that no key travels where
    /// nobody sent it. Lives as long as the process, on the loop that reads its answers (see LoopExecutor): a connection
    /// of HTTP/2 serves all calls of a host on one loop anyway.
    static let shared = AsyncHTTPConnection(sharedClient, .shared)

    private static let sharedClient: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        // A server that is not there is known at once; when to try again is decided here.
        configuration.connectionPool.retryConnectionEstablishment = false
        // A model's answer holds its connection for as long as it streams: with the default of 8 a host, the ninth call of
        // a busy app would wait for one of them to end, and fail when none does in time.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        // What is there when a connection breaks comes in one turn of the loop, and so all of it or nothing: AsyncHTTPClient
        // drops what comes in a later one.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(.maxMessagesPerRead, value: 128)
        }
        return HTTPClient(eventLoopGroup: LoopExecutor.shared.loop, configuration: configuration)
    }()

    private let client: HTTPClient
    private let loop: LoopExecutor

    init(_ client: HTTPClient, _ loop: LoopExecutor = .any()) {
        self.client = client
        self.loop = loop
    }

    func open(
        _ body: [UInt8], _ url: String, _ headers: [(name: String, value: String)], head: Duration, idle: Duration,
        _ time: TimeSource
    ) async throws -> OpenedAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await withTaskExecutorPreference(loop) { [client, loop, request] in
            let response = try await client.execute(request, timeout: TimeAmount(head))
            let pieces = response.body.map { Array($0.readableBytesView) }
            return OpenedAnswer(
                status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
                ahead: ReadAhead(
                    pieces, room: AnswerRoom.bytes, weight: AnswerRoom.weight, idle: idle, on: loop, time: time))
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, fraction) = duration.components
        self = .nanoseconds(Int64(seconds) * 1_000_000_000 + fraction / 1_000_000_000)
    }
}

extension OpenAIClient {
    /// Makes a client with connections of the app's own.
    public init(
        apiKey: String? = nil, baseURL: String? = nil, provider: String? = nil,
        headers: [(name: String, value: String)] = [], timeout: Duration = .seconds(600), limits: CallLimits? = nil,
        httpClient: HTTPClient
    ) {
        self.init(
            apiKey: apiKey, baseURL: baseURL, provider: provider, headers: headers, timeout: timeout, limits: limits)
        http.connection = AsyncHTTPConnection(httpClient)
    }

    /// Makes a client of a model deployed on Azure, with connections of the app's own.
    public init(
        azureEndpoint: String, deployment: String, apiVersion: String, apiKey: String,
        timeout: Duration = .seconds(600), limits: CallLimits? = nil, httpClient: HTTPClient
    ) {
        self.init(
            azureEndpoint: azureEndpoint, deployment: deployment, apiVersion: apiVersion, apiKey: apiKey,
            timeout: timeout, limits: limits)
        http.connection = AsyncHTTPConnection(httpClient)
    }
}

extension AnthropicClient {
    /// Makes a client with connections of the app's own.
    public init(
        apiKey: String? = nil, baseURL: String? = nil, provider: String? = nil, version: String = "2023-06-01",
        headers: [(name: String, value: String)] = [], timeout: Duration = .seconds(600), limits: CallLimits? = nil,
        httpClient: HTTPClient
    ) {
        self.init(
            apiKey: apiKey, baseURL: baseURL, provider: provider, version: version, headers: headers,
            timeout: timeout, limits: limits)
        http.connection = AsyncHTTPConnection(httpClient)
    }
}

extension GoogleAIClient {
    /// Makes a client with connections of the app's own.
    public init(
        apiKey: String? = nil, baseURL: String = "https://generativelanguage.googleapis.com/v1beta",
        headers: [(name: String, value: String)] = [], timeout: Duration = .seconds(600), limits: CallLimits? = nil,
        httpClient: HTTPClient
    ) {
        self.init(apiKey: apiKey, baseURL: baseURL, headers: headers, timeout: timeout, limits: limits)
        http.connection = AsyncHTTPConnection(httpClient)
    }
}
#endif
