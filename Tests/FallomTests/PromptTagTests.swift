import Assignment
import OrderedJSON
import Prompts
import SpanCodec
import Testing
import TraceModel

@testable import Fallom

@Suite struct PromptTagTests {
    static let prompts: [JSON] = [
        [
            "key": "greet", "version": 3, "system_prompt": "You greet {{name}} in the words of their own country.",
            "user_template": "{{question}}",
        ],
        ["key": "short", "version": 1, "system_prompt": "short", "user_template": ""],
    ]
    static let tests: [JSON] = [
        ["key": "ab", "version": 1, "variants": [["prompt_key": "greet", "weight": 100]]]
    ]

    private func client(capturesContent: Bool = true) throws -> TestClient {
        try TestClient(StubTransport(prompts: Self.prompts, tests: Self.tests), capturesContent: capturesContent)
    }

    private func call(_ session: Session, _ messages: [ChatMessage] = [.user("Hello")]) async throws {
        _ = try await session.wrapOpenAI(EchoChat()).createChatCompletion(ChatRequest(model: "m", messages: messages))
    }

    @Test(arguments: [true, false]) func `every call that holds the prompt's text is tagged, no other is`(
        capturesContent: Bool
    ) async throws {
        let test = try client(capturesContent: capturesContent)
        let session = test.session
        let prompt = try await session.getPrompt("greet", variables: ["name": "Ada", "question": "How do you do?"])
        try await call(session)
        try await call(session, [.system(prompt.system), .user("Well?")])
        try await call(session, [.system("Be brief.\n\n" + prompt.system + "\n"), .user("Well?")])
        try await call(session, [.system("You greet Ida in the words of their own country."), .user("Well?")])
        try await call(session, [.assistant(prompt.system), .user("Well?")])
        let records = await test.records()
        #expect(records.map(\.promptKey) == [nil, "greet", "greet", nil, nil])
        #expect(records[1].promptVersion == 3)
    }

    @Test func `values alone are no sign of a prompt, both parts together are`() async throws {
        let prompts: [JSON] = [
            ["key": "bare", "version": 1, "system_prompt": "{{tone}}", "user_template": "{{question}}"]
        ]
        let test = try TestClient(StubTransport(prompts: prompts))
        let session = test.session
        let prompt = try await session.getPrompt("bare", variables: ["tone": "calm", "question": "How do you do?"])
        try await call(session, [.user("How do you do?")])
        try await call(session, [.system("calm"), .user("How do you do?")])
        try await call(session, [.user(prompt)])
        #expect(await test.records().map(\.promptKey) == [nil, "bare", "bare"])
    }

    @Test func `a request says itself which prompt it was made from`() async throws {
        let test = try client()
        let openAI = test.session.wrapOpenAI(EchoChat())
        let prompt = try await test.session.getPrompt("short")
        let other = try await test.client.session(configKey: "app", sessionID: "other").getPrompt(
            "greet", variables: ["question": "?"])
        _ = try await openAI.createChatCompletion(ChatRequest(model: "m", prompt: other))
        _ = try await openAI.createChatCompletion(ChatRequest(model: "m", prompt: prompt, messages: [.user("x")]))
        let carried = ChatRequest(model: "m", messages: [.system(other), .user("x")])
        _ = try await openAI.createChatCompletion(carried)
        #expect(carried.json["messages"]?[0]?["content"] == .string(other.system))
        #expect(await test.records().map(\.promptKey) == ["greet", "short", "greet"])
    }

    @Test func `a session's prompt is not looked for in other sessions, one got without a session is`() async throws {
        let test = try client()
        let other = test.client.session(configKey: "app", sessionID: "other")
        let own = try await test.session.getPrompt("short")
        try await call(other, [.system(own.system)])
        let anybody = try await test.client.prompts.get("greet", variables: ["name": "Bob"])
        try await call(other, [.system(anybody.system)])
        // Another value that stands for the same session.
        try await call(test.session, [.system(own.system)])
        #expect(await test.records().map(\.promptKey) == [nil, "greet", "short"])
    }

    @Test func `a prompt that is rendered after a call does not tag it`() async throws {
        let gate = Gate()
        let test = try client()
        let waiting = WaitingChat(gate: gate)
        async let early = test.session.wrapOpenAI(waiting).createChatCompletion(
            ChatRequest(model: "m", messages: [.system("short")]))
        await waiting.started.wait()
        _ = try await test.session.getPrompt("short")
        gate.open()
        _ = try await early
        #expect(await test.records().map(\.promptKey) == [nil])
    }

    @Test func `an A/B test's prompt says test and variant`() async throws {
        let test = try client()
        let session = test.session
        let prompt = try await session.getPromptAB("ab")
        #expect(try await test.client.prompts.getAB("ab", sessionID: session.context.sessionID) == prompt)
        try await call(session, [.system(prompt.system)])
        let record = try #require(await test.records().first)
        #expect(record.promptKey == "greet" && record.promptABTestKey == "ab" && record.promptVariantIndex == 0)
    }

    /// The ways in which apps make a call in another task than the one that got the prompt.
    enum Shape: CaseIterable { case sameTask, asyncLet, unstructured, group, withTimeLimit, detached }

    private func calls(_ shape: Shape, _ operation: @escaping @Sendable () async throws -> Void) async throws {
        switch shape {
        case .sameTask: try await operation()
        case .asyncLet:
            async let done: Void = operation()
            try await done
        case .unstructured: try await Task { try await operation() }.value
        case .detached: try await Task.detached { try await operation() }.value
        case .group:
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await operation() }
                try await group.waitForAll()
            }
        case .withTimeLimit:
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await operation() }
                group.addTask { try await untilCancelled() }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    @Test(arguments: Shape.allCases, [true, false])
    func `the call that uses a prompt is tagged wherever it is made, the one beside it is not`(
        shape: Shape, hasSession: Bool
    ) async throws {
        let test = try client()
        let session = test.session
        let prompt =
            hasSession
            ? try await session.getPrompt("greet", variables: ["name": "Ada"])
            : try await test.client.prompts.get("greet", variables: ["name": "Ada"])
        try await calls(shape) {
            try await call(session, [.system(prompt.system), .user("used")])
            try await call(session, [.user("not used")])
        }
        try await call(session, [.user("not used")])
        #expect(await test.records().map(\.promptKey) == ["greet", nil, nil])
    }

    @Test(arguments: [true, false])
    func `200 tasks at once, each with its own prompt or none, tag the right calls`(hasSession: Bool) async throws {
        let test = try client()
        await test.client.prompts.sync()
        let session = test.session
        @Sendable func work(_ number: Int) async throws {
            let name = number % 3 == 2 ? nil : "name \(number)"
            var messages = [ChatMessage.user("\(number)")]
            if let name {
                let prompt =
                    hasSession
                    ? try await session.getPrompt("greet", variables: ["name": JSON.string(name)])
                    : try await test.client.prompts.get("greet", variables: ["name": JSON.string(name)])
                // A third of the tasks get a prompt and make a call without it.
                if number % 3 == 0 { messages.insert(.system("Today.\n" + prompt.system), at: 0) }
            }
            await Task.yield()
            try await call(session, messages)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { try await work(number) } }
            try await group.waitForAll()
        }
        let calls = await test.records().filter { $0.kind == .llm }
        #expect(calls.count == 200)
        for call in calls {
            let isUsed = call.json("fallom.raw.request")?["messages"]?.array?.count == 2
            #expect(call.promptKey == (isUsed ? "greet" : nil))
        }
    }

    @Test func `many prompts and a long message cost neither order nor memory`() throws {
        var known = KnownPrompts()
        let record = PromptRecord(
            key: "k", version: 1, systemPrompt: "A template of some length for number {{n}}.", userTemplate: "")
        var catalog = VersionCatalog<PromptRecord>()
        catalog.add(record)
        for number in 1...20_000 {
            let prompt = try catalog.prompt(key: "k", variables: ["n": String(number)])
            known.add(prompt, session: nil, number: number)
        }
        let long = String(repeating: "A template of some length for number ", count: 2000)
        func found(_ text: String) -> PromptTag? {
            let printed = PrintedText(text)
            let places = printed.places(ofLength: KnownPrompts.containedCount, where: known.sieve.mayKnow)
            return known.prompt(in: [(printed, places)], session: UTF8Key("s"), before: 20_000)
        }
        #expect(found(long) == nil)
        #expect(found(long + "A template of some length for number 19999.")?.key == "k")
        // The oldest make room.
        #expect(found("A template of some length for number 1.") == nil)
    }

    @Test func `a prompt can be handed to another task`() async throws {
        let test = try client()
        let prompt = try await Task.detached { try await test.client.prompts.get("short") }.value
        try await prompt.tagging {
            try await Task { try await call(test.session) }.value
            try await call(test.session)
        }
        #expect(await test.records().map(\.promptKey) == ["short", nil])
    }
}

/// A chat client that says when it was asked, and answers when it may.
private struct WaitingChat: ChatCompletionsClient {
    let started = Gate()
    let gate: Gate

    func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion {
        started.open()
        await gate.wait()
        return ChatCompletion(["choices": []])
    }

    func streamChatCompletion(_ request: ChatRequest) async throws -> AsyncThrowingStream<ChatChunk, any Error> {
        AsyncThrowingStream { $0.finish() }
    }
}

/// A chat client without a network: as much as a third party has to write.
struct EchoChat: ChatCompletionsClient {
    struct Down: Error {}
    var chunks: [String] = ["a", "b"]
    var fails = false

    func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion {
        if fails { throw Down() }
        return ChatCompletion([
            "id": "1", "model": "m-1", "choices": [["message": ["content": "hi"], "finish_reason": "stop"]],
            "usage": ["prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3],
        ])
    }

    func streamChatCompletion(_ request: ChatRequest) async throws -> AsyncThrowingStream<ChatChunk, any Error> {
        AsyncThrowingStream { continuation in
            for chunk in chunks {
                continuation.yield(ChatChunk(["id": "1", "choices": [["delta": ["content": .string(chunk)]]]]))
            }
            continuation.finish(throwing: fails ? Down() : nil)
        }
    }
}
