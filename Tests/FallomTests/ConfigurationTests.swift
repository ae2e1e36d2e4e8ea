import Fallom
import SpanCodec
import Testing

@Suite struct ConfigurationTests {
    private func client(
        _ environment: [String: String], _ change: (inout FallomOptions) -> Void = { _ in }
    ) throws -> (client: FallomClient, transport: StubTransport) {
        var options = FallomOptions()
        options.syncInterval = nil
        change(&options)
        let transport = StubTransport()
        return (try FallomClient(options, environment: environment, transport: transport), transport)
    }

    @Test func `every address and the key come from the environment`() async throws {
        let (client, transport) = try client([
            "FALLOM_API_KEY": "env-key", "FALLOM_TRACES_URL": "https://t.example/",
            "FALLOM_CONFIGS_URL": "http://c.example:81",
            "FALLOM_PROMPTS_URL": "https://p.example/base//",
        ])
        await client.models.sync()
        await client.prompts.sync()
        client.session(configKey: "a", sessionID: "b").startSpan("s").end()
        await client.flush()
        let urls = Set(transport.requests.map { "\($0.method) \($0.url)" })
        #expect(
            urls == [
                "GET http://c.example:81/configs", "GET https://p.example/base/prompts",
                "GET https://p.example/base/prompt-ab-tests", "POST https://t.example/v1/traces",
            ])
        #expect(transport.requests.allSatisfy { $0.authorization == "Bearer env-key" })
    }

    @Test func `an option wins over its variable, and both over the base`() async throws {
        let environment = [
            "FALLOM_API_KEY": "k", "FALLOM_BASE_URL": "https://base.example", "FALLOM_CONFIGS_URL": "https://c.example",
            "FALLOM_PROMPTS_URL": "",
        ]
        let (client, transport) = try client(environment) { $0.configsURL = "https://option.example" }
        await client.models.sync()
        await client.prompts.sync()
        client.session(configKey: "a", sessionID: "b").startSpan("s").end()
        await client.flush()
        let urls = Set(transport.requests.map(\.url))
        #expect(urls.contains("https://option.example/configs"))
        #expect(urls.contains("https://base.example/prompts"))
        #expect(urls.contains("https://base.example/v1/traces"))
    }

    @Test func `without a key models and prompts work, and spans for the default service go nowhere`() async throws {
        let (client, transport) = try client(["FALLOM_CONFIGS_URL": "http://127.0.0.1:4318"])
        #expect(try await client.models.get("x", sessionID: "s", fallback: "f") == "f")
        client.session(configKey: "a", sessionID: "b").startSpan("s").end()
        await client.flush()
        #expect(transport.requests.allSatisfy { $0.url == "http://127.0.0.1:4318/configs" && $0.authorization == nil })
        #expect(!transport.requests.isEmpty)
    }

    @Test func `without a key a remote service that was named is an error at start-up`() {
        let error = #expect(throws: ConfigurationError.self) {
            try FallomClient(FallomOptions(), environment: ["FALLOM_TRACES_URL": "https://traces.example"])
        }
        #expect(error?.code == .missingAPIKey)
        #expect(error?.option == "FALLOM_TRACES_URL")
    }

    @Test(arguments: ["http://127.0.0.1:4318", "https://localhost:4318", "https://[::1]:4318", "udp://127.0.0.1:4319"])
    func `a local service needs no key`(url: String) throws {
        _ = try client(["FALLOM_TRACES_URL": url])
    }

    @Test(arguments: [
        "traces.fallom.com", "ftp://x", "https://", "http://host:0", "http://host:99999", "http://user:pw@host",
        "http://host?x=1", "http://ho st", "udp://", "udp://127.0.0.1:port", "udp://192.0.2.1:4319", "file://host/x",
        "file:///no such folder/x.ndjson", "https://a.example,nonsense",
    ]) func `an address that cannot be used is an error at start-up that names the option`(url: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try FallomClient(FallomOptions(), environment: ["FALLOM_TRACES_URL": url, "FALLOM_API_KEY": "secret-key"])
        }
        #expect(error?.description.contains("secret-key") == false)
    }

    @Test(arguments: ["FALLOM_CONFIGS_URL", "FALLOM_PROMPTS_URL", "FALLOM_BASE_URL"])
    func `addresses of configs and prompts are checked too`(name: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try FallomClient(
                FallomOptions(), environment: [name: "udp://127.0.0.1:1", "FALLOM_TRACES_URL": "http://localhost"])
        }
        #expect(error?.code == .malformedURL && error?.option == name)
    }

    @Test(arguments: [("false", false), ("0", false), ("OFF", false), ("true", true), ("", true)])
    func `content is captured unless the variable says no`(text: String, captured: Bool) async throws {
        var options = FallomOptions()
        options.sendsTraces = false
        let spans = InMemoryExporter()
        options.exporters = [spans]
        let client = try FallomClient(
            options, environment: ["FALLOM_CAPTURE_CONTENT": text], transport: StubTransport())
        client.session(configKey: "a", sessionID: "b").startSpan("s", attributes: ["input": "x"]).end()
        await client.flush()
        #expect((spans.records.first?["input"] != nil) == captured)
    }

    @Test func `a flag that says neither is an error`() {
        #expect(throws: ConfigurationError.self) {
            try FallomClient(FallomOptions(), environment: ["FALLOM_CAPTURE_CONTENT": "maybe"])
        }
    }

    @Test func `a key that cannot be a header is an error that does not repeat it`() {
        let error = #expect(throws: ConfigurationError.self) {
            try FallomClient(FallomOptions(apiKey: "se\ncret"), environment: [:])
        }
        #expect(error?.code == .malformedAPIKey && error?.description.contains("cret") == false)
    }
}
