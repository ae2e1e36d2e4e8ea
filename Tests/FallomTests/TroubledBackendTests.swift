import Assignment
import Fallom
import OrderedJSON
import Prompts
import Testing

/// Every way in which the service can be of no use, for spans, configs, prompts and assignments alike.
@Suite struct TroubledBackendTests {
    enum Trouble: String, CaseIterable, Sendable {
        case down, drip, garbage, hangup, broken, redirect, refusesTLS

        var url: String {
            let server = PythonServer.backend.url
            return switch self {
            case .down: "http://127.0.0.1:1"
            case .broken: server + "/status-500"
            case .refusesTLS: server.replacing("http://", with: "https://")
            default: server + "/" + rawValue
            }
        }

        /// The limit of a request to it: two of them leave a request waiting.
        var limit: TroubledTime.RequestLimit {
            get async throws {
                switch self {
                case .drip: .asked
                case .refusesTLS: .greeted(before: try await TroubledTime.requests(of: "tls"))
                case .down, .garbage, .hangup, .broken, .redirect: .never
                }
            }
        }
    }

    private static let config: JSON = [
        "key": "known", "version": 1, "variants": [["model": "m", "weight": 100]],
    ]

    /// A flush ends when `tries` requests to addresses with that end are over.
    private func client(
        _ trouble: Trouble, configs: JSON? = nil, tries: Int = 1, of suffix: String = "/v1/traces",
        _ limit: TroubledTime.RequestLimit
    ) throws -> FallomClient {
        var options = FallomOptions(apiKey: "the-key")
        options.tracesURL = trouble.url
        options.configsURL = trouble.url
        options.promptsURL = trouble.url
        options.syncInterval = nil
        let time = TroubledTime(limit, tries: tries)
        options.takeLimits(of: time)
        return try FallomClient(
            options, environment: [:],
            transport: WatchedTransport(
                configs: configs, network: AsyncHTTPTransport(time: options.time), suffix: suffix, time: time))
    }

    @Test(arguments: Trouble.allCases) func `calls go on, spans wait and are counted as failed at the end`(
        _ trouble: Trouble
    ) async throws {
        let client = try client(trouble, tries: 6, try await trouble.limit)
        let wrapped = client.session(configKey: "app", sessionID: trouble.rawValue).wrapOpenAI(EchoChat())
        for _ in 0..<5 {
            #expect(try await wrapped.createChatCompletion(Requests.chat(.plain)).text == "hi")
        }
        // Only a redirect is a last word.
        #expect(
            await client.flush(timeout: trouble == .redirect ? TroubledTime.request : TroubledTime.flush)
                == (trouble == .redirect))
        await client.shutdown()
        let counters = try #require(client.counters.exporters.first)
        #expect(counters.accepted == 5 && counters.failed == 5 && counters.delivered == 0)
        #expect(counters.lastFailure?.isEmpty == false && counters.lastFailure?.contains("the-key") == false)
    }

    @Test(arguments: Trouble.allCases) func `models fall back, prompts say they are not there`(_ trouble: Trouble)
        async throws
    {
        let client = try client(trouble, try await trouble.limit)
        #expect(try await client.models.get("x", sessionID: "s", fallback: "f") == "f")
        let modelError = await #expect(throws: AssignmentFailure.self) {
            try await client.models.get("x", sessionID: "s")
        }
        let promptError = await #expect(throws: PromptFailure.self) { try await client.prompts.get("p") }
        // Named is what happened and which service it was, no dashboard.
        for words in [modelError?.description ?? "", promptError?.description ?? ""] {
            #expect(words.contains("is not known: GET \(trouble.url)/") && !words.contains("dashboard"), "\(words)")
        }
        if trouble == .broken { #expect(modelError?.description.contains("answered 500") == true) }
        if trouble == .down { #expect(modelError?.description.contains("connection refused") == true) }
        await #expect(throws: PromptFailure.self) { try await client.prompts.getAB("t", sessionID: "s") }
        for status in [client.models.status, client.prompts.status, client.prompts.abTestStatus] {
            #expect(status.failures == 1 && status.successes == 0 && status.lastFailure?.isEmpty == false)
        }
        await client.shutdown()
    }

    @Test(arguments: Trouble.allCases) func `a known config answers, the recording is counted as failed`(
        _ trouble: Trouble
    ) async throws {
        let client = try client(
            trouble, configs: ["configs": [Self.config]], tries: 2, of: "/sessions", try await trouble.limit)
        for _ in 0..<3 { #expect(try await client.models.get("known", sessionID: "s") == "m") }
        #expect(
            await client.flush(timeout: trouble == .redirect ? TroubledTime.request : TroubledTime.flush)
                == (trouble == .redirect))
        await client.shutdown()
        #expect(client.counters.assignments.failed == 1 && client.counters.assignments.delivered == 0)
        #expect(client.counters.dropped == 1)
    }

    /// No attempt is cut short here: only the bound of the shutdown itself ends it.
    @Test(arguments: Trouble.allCases) func `a shutdown returns, whatever the service does, and all is counted`(
        _ trouble: Trouble
    ) async throws {
        let client = try client(trouble, configs: ["configs": [Self.config]], .never)
        let session = client.session(configKey: "known", sessionID: trouble.rawValue)
        for _ in 0..<50 { session.startSpan("s").end() }
        _ = try await session.getModel()
        await client.shutdown()
        let counters = try #require(client.counters.exporters.first)
        #expect(counters.failed == 50 && counters.queued == 0)
        #expect(client.counters.assignments.failed == 1 && client.counters.assignments.queued == 0)
        session.startSpan("late").end()
        #expect(client.counters.dropped == 52)
    }

    @Test func `while a sync hangs, what is known is answered at once`() async throws {
        let gate = Gate()
        let known = Counter()
        let prompt: JSON = ["key": "p", "version": 1, "system_prompt": "S", "user_template": "U"]
        let test = try TestClient(
            StubTransport { call in
                if known.value > 0 { await gate.wait() }
                return HTTPReply(
                    status: 200,
                    body: JSON.object([
                        "configs": [Self.config], "prompts": [prompt], "prompt_ab_tests": .array([]),
                    ]).compactBytes)
            }
        ) { $0.recordsAssignments = false }
        await test.client.models.sync()
        await test.client.prompts.sync()
        known.add()
        async let configs: Void = test.client.models.sync()
        async let prompts: Void = test.client.prompts.sync()
        for _ in 0..<1000 {
            #expect(try await test.client.models.get("known", sessionID: "s") == "m")
            #expect(try await test.client.prompts.get("p").system == "S")
        }
        gate.open()
        _ = await (configs, prompts)
    }
}
