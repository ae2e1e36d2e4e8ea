import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import FallomURLSession
import Foundation
import NIOCore
import NIOHTTP1
import OrderedJSON
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Clients that are made once, and calls that know their session without being told.
@Suite struct CurrentSessionTests {
    private static func tape() throws -> ExchangeTape {
        try ExchangeTape([
            [
                "request": ["path": "/chat/completions"],
                "response": ["body": ["choices": [["message": ["content": "Hi"], "finish_reason": "stop"]]]],
                "repeats": true,
            ],
            [
                "request": ["path": "/messages"],
                "response": ["body": ["content": [["type": "text", "text": "Hi"]], "stop_reason": "end_turn"]],
                "repeats": true,
            ],
            [
                "request": ["path": "/models/gemini-2.5-flash:generateContent"],
                "response": [
                    "body": [
                        "candidates": [["content": ["parts": [["text": "Hi"]]], "finishReason": "STOP"]]
                    ]
                ],
                "repeats": true,
            ],
        ])
    }

    /// Code deep below that has no parameter for a session.
    private static func deepBelow(_ fallom: FallomClient, _ api: String) async throws -> String {
        switch api {
        case "openAI":
            try await fallom.openAI.chat.completions.create(ChatRequest(model: "m", messages: [.user("Hello")])).text
        case "anthropic":
            try await fallom.anthropic.messages.create(
                MessagesRequest(model: "m", messages: [("user", "Hello")])
            ).text
        case "a run":
            try await fallom.wrapAISDK().generateText(model: FixedModel(text: "Hi"), prompt: "Hello").text
        default: try await fallom.google.generativeModel("gemini-2.5-flash").generateContent("Hello").text
        }
    }

    @Test(arguments: ["openAI", "anthropic", "google", "a run"])
    func `a client made once makes each call in the task's session`(
        _ api: String
    ) async throws {
        let fallom = try FallomClient.testing(exchanges: try Self.tape())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await fallom.withSession(configKey: "app", sessionID: "s-\(number)") { session in
                        #expect(Session.current?.context.sessionID == session.context.sessionID)
                        async let first = Self.deepBelow(fallom, api)
                        let second = try await Task { try await Self.deepBelow(fallom, api) }.value
                        #expect(try await first == "Hi" && second == "Hi")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(Session.current == nil)
        let spans = await fallom.finishedSpans()
        let counts = Dictionary(grouping: spans, by: \.record.sessionID).mapValues(\.count)
        #expect(counts.count == 50 && counts.values.allSatisfy { $0 == 2 } && spans.allSatisfy { $0.output == ["Hi"] })
    }

    @Test func `inside of a span calls are its children`() async throws {
        let fallom = try FallomClient.testing(exchanges: try Self.tape())
        let session = fallom.session(configKey: "app", sessionID: "s")
        _ = try await session.span("work") { _ throws(any Error) in try await Self.deepBelow(fallom, "openAI") }
        let spans = await fallom.finishedSpans()
        let work = try #require(spans.first { $0.name == "work" })
        let call = try #require(spans.first { $0.name != "work" })
        #expect(call.record.parentSpanID == work.record.spanID && call.record.sessionID == "s")
    }

    @Test func `outside of any session a call is made all the same, seen and said`() async throws {
        let log = CapturedLog()
        let fallom = try FallomClient.testing(exchanges: try Self.tape()) {
            $0.logger = log.logger
            $0.time = ManualTime().frozen
        }
        // What only looks like a call of a model is none, and is not spoken of.
        var other = HTTPClientRequest(url: PythonServer.llm.url + "/inbox/messages")
        other.method = .POST
        other.body = .bytes(Array("{}".utf8))
        _ = try await fallom.traced(HTTPClient.patient).execute(other, timeout: .minutes(5))
        #expect(log.warnings.isEmpty)
        for _ in 0..<3 { #expect(try await Self.deepBelow(fallom, "openAI") == "Hi") }
        let spans = await fallom.finishedSpans()
        #expect(spans.count == 3 && spans.allSatisfy { $0.record.sessionID == "outside-any-session" })
        #expect(log.warnings.count == 1 && log.warnings.first?.contains("fallom.withSession") == true)
    }

    @Test func `another client's session gives its name, and the spans stay with their own client`() async throws {
        let (one, other) = (try FallomClient.testing(exchanges: try Self.tape()), try FallomClient.testing())
        try await other.withSession(configKey: "app", sessionID: "s") {
            _ = try await Self.deepBelow(one, "openAI")
        }
        #expect(await one.finishedSpans().map(\.record.sessionID) == ["s"])
        #expect(await other.finishedSpans().isEmpty)
    }

    @Test(arguments: [true, false]) func `a plain HTTP client made once makes each call in the task's session`(
        byURLSession: Bool
    ) async throws {
        let answer = #"{"choices":[{"index":0,"finish_reason":"stop","message":{"content":"Hi"}}]}"#
        let url = try Script.url([.init(pieces: [answer])], "\(byURLSession)") + "/v1/chat/completions"
        let body = ChatRequest(model: "m", messages: [.user("Hello")]).json.compactBytes
        let fallom = try FallomClient.testing()
        let (http, urlSession) = (fallom.traced(HTTPClient.patient), fallom.traced(URLSession.shared))
        for number in 0..<3 {
            try await fallom.withSession(configKey: "app", sessionID: "s-\(number)") { () async throws in
                if byURLSession {
                    var request = URLRequest(url: try #require(URL(string: url)))
                    request.httpMethod = "POST"
                    request.httpBody = Data(body)
                    _ = try await urlSession.data(for: request)
                } else {
                    var request = HTTPClientRequest(url: url)
                    request.method = .POST
                    request.body = .bytes(body)
                    _ = try await http.execute(request, timeout: .minutes(5)).body.collect(upTo: 1 << 20)
                }
            }
        }
        let spans = await fallom.finishedSpans()
        #expect(spans.map(\.record.sessionID) == ["s-0", "s-1", "s-2"])
        #expect(spans.allSatisfy { $0.input == ["Hello"] && $0.output == ["Hi"] })
    }
}
