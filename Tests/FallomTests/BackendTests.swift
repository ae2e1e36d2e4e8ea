import AsyncHTTPClient
import Fallom
import Logging
import NIOCore
import OrderedJSON
import Synchronization
import Testing

/// The service down, slow, talking nonsense, redirecting: the app notices nothing, the counters everything.
@Suite struct BackendTests {
    static func log() async throws -> [JSON] {
        let response = try await HTTPClient.patient.execute(
            HTTPClientRequest(url: PythonServer.backend.url + "/_log"), timeout: .minutes(5))
        let body = try await response.body.collect(upTo: 1 << 26)
        return try JSON(parsing: body.readableBytesView).array ?? []
    }

    private static let patience = Duration.seconds(300)

    private func client(_ url: String) throws -> FallomClient {
        var options = FallomOptions(apiKey: "the-key")
        options.tracesURL = url
        options.configsURL = url
        options.promptsURL = url
        options.syncInterval = nil
        // Waits for the next try are over at once; no limit passes where the service answers, however busy the machine is.
        options.time = ManualTime().quick
        options.exportTimeout = Self.patience
        options.fetchTimeout = Self.patience
        return try FallomClient(options, environment: [:])
    }

    /// For a service that never works: `tries` requests for spans end before a flush does.
    private func client(_ url: String, limit: TroubledTime.RequestLimit, tries: Int) throws -> FallomClient {
        var options = FallomOptions(apiKey: "the-key")
        options.tracesURL = url
        options.configsURL = url
        options.promptsURL = url
        options.syncInterval = nil
        let time = TroubledTime(limit, tries: tries)
        options.takeLimits(of: time)
        let network = AsyncHTTPTransport(time: options.time)
        return try FallomClient(
            options, environment: [:],
            transport: WatchedTransport(network: network, suffix: "/v1/traces", time: time))
    }

    private func spans(_ client: FallomClient, _ count: Int, session: String) async throws {
        let wrapped = client.session(configKey: "app", sessionID: session).wrapOpenAI(EchoChat())
        for _ in 0..<count {
            let answer = try await wrapped.createChatCompletion(Requests.chat(.plain))
            #expect(answer.text == "hi")
        }
    }

    @Test func `a service that works gets one record a request, with the key`() async throws {
        let client = try client(PythonServer.backend.url + "/ok")
        try await spans(client, 20, session: "backend-ok")
        await client.flush(timeout: Self.patience)
        #expect(client.counters.exporters.first?.delivered == 20)
        let requests = try await Self.log().filter {
            $0["path"]?.string == "/ok/v1/traces" && $0["body"]?.string?.contains("backend-ok") == true
        }
        #expect(requests.count == 20)
        for request in requests {
            #expect(request["headers"]?["Authorization"] == "Bearer the-key")
            #expect(try JSON(parsing: request["body"]?.string ?? "")["session_id"] == "backend-ok")
        }
        await client.shutdown()
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504]) func `a status that passes is tried again`(status: Int)
        async throws
    {
        let client = try client(PythonServer.backend.url + "/once-\(status)")
        try await spans(client, 3, session: "once-\(status)")
        await client.flush(timeout: Self.patience)
        #expect(client.counters.exporters.first?.delivered == 3)
        #expect(client.counters.exporters.first?.retries == 3)
        await client.shutdown()
    }

    @Test(arguments: [400, 401, 404, 302]) func `a status that stays is not tried again`(status: Int) async throws {
        let client = try client(PythonServer.backend.url + "/status-\(status)")
        try await spans(client, 3, session: "status-\(status)")
        await client.flush(timeout: Self.patience)
        let counters = try #require(client.counters.exporters.first)
        #expect(counters.failed == 3 && counters.retries == 0 && counters.delivered == 0)
        #expect(counters.lastFailure?.contains("\(status)") == true)
        await client.shutdown()
    }

    @Test(arguments: ["garbage", "hangup", "status-503", "drip"])
    func `spans wait for a service that never works; what is left at the end is counted`(mode: String) async throws {
        let client = try client(
            PythonServer.backend.url + "/" + mode, limit: mode == "drip" ? .asked : .never, tries: 3)
        try await spans(client, 2, session: mode)
        #expect(try await client.models.get("x", sessionID: "s", fallback: "f") == "f")
        #expect(await client.flush(timeout: TroubledTime.flush) == false)
        #expect(client.counters.exporters.first?.queued == 2)
        #expect((client.counters.exporters.first?.retries ?? 0) > 0)
        await client.shutdown()
        #expect(client.counters.exporters.first?.failed == 2 && client.counters.exporters.first?.queued == 0)
    }

    @Test func `a redirect is not followed, so the key goes nowhere else`() async throws {
        let client = try client(PythonServer.backend.url + "/redirect")
        try await spans(client, 1, session: "redirect")
        #expect(try await client.models.get("x", sessionID: "s", fallback: "f") == "f")
        await client.flush(timeout: Self.patience)
        #expect(client.counters.exporters.first?.failed == 1)
        #expect(try await Self.log().allSatisfy { $0["path"]?.string?.hasPrefix("/stolen") != true })
        await client.shutdown()
    }

    @Test(arguments: ["http://127.0.0.1:1", "https://127.0.0.1:1", "refuses TLS"])
    func `spans wait for a service that is down; what is left at the end is counted`(address: String) async throws {
        let url =
            address == "refuses TLS"
            ? PythonServer.backend.url.replacing("http://", with: "https://") : address
        let greeted = try await TroubledTime.requests(of: "tls")
        let limit: TroubledTime.RequestLimit = address == "refuses TLS" ? .greeted(before: greeted) : .never
        let client = try client(url, limit: limit, tries: 4)
        try await spans(client, 3, session: "down")
        #expect(await client.flush(timeout: TroubledTime.flush) == false)
        #expect(client.counters.exporters.first?.failed == 0)
        await client.shutdown()
        #expect(client.counters.exporters.first?.failed == 3)
    }

    @Test func `a shutdown gives up what does not go and says so`() async throws {
        let stuck = StubTransport { _ in
            try await untilCancelled()
        }
        var options = FallomOptions(apiKey: "k")
        options.syncInterval = nil
        options.time = ManualTime().instant
        let client = try FallomClient(options, environment: [:], transport: stuck)
        try await spans(client, 100, session: "stuck")
        await client.shutdown()
        #expect(client.counters.exporters.first?.failed == 100)
        try await spans(client, 1, session: "late")
        #expect(client.counters.dropped == 101)
    }

    @Test func `a full queue drops the newest, counted, and never holds the app up`() async throws {
        let gate = Gate()
        let transport = StubTransport { call in
            if call.url.hasSuffix("/v1/traces") { await gate.wait() }
            return HTTPReply(status: 200)
        }
        var options = FallomOptions(apiKey: "k")
        options.syncInterval = nil
        options.queueCapacity = 10
        let client = try FallomClient(options, environment: [:], transport: transport)
        for _ in 0..<200 { try await spans(client, 1, session: "full") }
        gate.open()
        await client.flush()
        let counters = client.counters
        #expect(counters.dropped > 0)
        #expect(counters.dropped + (counters.exporters.first?.delivered ?? 0) == 200)
        await client.shutdown()
    }
}
