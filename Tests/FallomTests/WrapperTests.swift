import Fallom
import OrderedJSON
import SpanCodec
import Synchronization
import Testing
import TraceModel

@Suite struct WrapperTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var api: String
        var situation: Situation
        var streaming: Bool
        var testDescription: String { "\(api) \(situation) \(streaming ? "streamed" : "whole")" }
    }

    static let cases = Clients.all.flatMap { api in
        Situation.allCases.flatMap { situation in
            [false, true].map { Case(api: api, situation: situation, streaming: $0) }
        }
    }

    @Test(arguments: cases) func `the app sees what it would see unwrapped, and the span is right`(_ item: Case)
        async throws
    {
        let clients = Clients(item.situation == .cut ? .pacedLLM : .llm, key: item.situation.key)
        let test = try TestClient()
        let bare = await clients.outcome(item.api, item.situation, streaming: item.streaming, session: nil)
        let wrapped = await clients.outcome(item.api, item.situation, streaming: item.streaming, session: test.session)
        if item.situation == .cut {
            // How many pieces arrive before the connection's end is the network's affair.
            #expect(wrapped.error == bare.error)
            #expect(zip(wrapped.values, bare.values).allSatisfy { $0 == $1 })
        } else {
            #expect(wrapped == bare)
        }
        let records = await test.records()
        #expect(records.count == 1)
        let record = try #require(records.first)
        #expect(record.kind == .llm && record.sessionID == "session-1" && record.customerID == "customer-1")
        #expect(record.isStreaming == (item.streaming ? true : nil))
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(record.encoded(), into: &batch)
        #expect(batch.rejected.isEmpty)
        let span = try #require(batch.spans.first?.span)
        let isCut = item.situation == .cut && item.streaming
        if let status = item.situation.status {
            // Gemini answers a bad key with 400.
            let expected = item.api == "google" && status == 401 ? 400 : status
            #expect(span.status == .error)
            #expect(span.errorMessage?.hasPrefix("\(expected) ") == true)
            #expect(record["http.response.status_code"]?.int == expected)
            #expect(span.requestModel != nil)
        } else if isCut {
            #expect(span.status == .error && bare.error != nil)
        } else {
            #expect(bare.error == nil && span.status == .ok)
            try checkAnswer(span, record, item)
        }
    }

    private func checkAnswer(_ span: Span, _ record: FallomRecord, _ item: Case) throws {
        #expect(span.responseModel?.isEmpty == false)
        let provider = ["azure.chat": "azure.ai.openai", "azure.responses": "azure.ai.openai"][item.api]
        if let provider { #expect(record["fallom.provider"]?.string == provider) }
        #expect(span.responseID?.isEmpty == false)
        let usage = span.usage
        #expect((usage.prompt ?? 0) > 0 && (usage.completion ?? 0) > 0)
        #expect(usage.total == (usage.prompt ?? 0) + (usage.completion ?? 0))
        if item.situation == .cached { #expect((usage.cached ?? 0) > 0) }
        if item.api.hasSuffix("responses") { #expect(usage.reasoning == 7) }
        let called: [String] =
            switch item.situation {
            case .tools: ["get_weather"]
            case .twoTools: ["get_weather", "get_time"]
            default: []
            }
        #expect(span.toolCalls == called)
        if item.streaming {
            let first = try #require(span.timeToFirstTokenNanoseconds)
            #expect(first > 0 && first <= span.durationNanoseconds ?? 0)
        }
        let response = record.json("fallom.raw.response")
        if called.isEmpty { #expect(response?["text"]?.string?.hasSuffix(item.situation.text) == true) }
        #expect(record.json("fallom.raw.request") != nil)
    }

    @Test(arguments: Clients.all) func `a stream that is cut off is a failed span`(_ api: String) async throws {
        let test = try TestClient()
        let clients = Clients(.pacedLLM, key: "good-key")
        let outcome = await clients.outcome(api, .cut, streaming: true, session: test.session)
        #expect(outcome.error != nil)
        let record = try #require(await test.records().first)
        #expect(record.isError)
        if outcome.values.isEmpty { #expect(record.json("fallom.raw.response") == nil) }
    }

    @Test func `a stream that fails shows what came until then`() async throws {
        let test = try TestClient()
        let client = EchoChat(chunks: ["Echo", "(1)", ": x"], fails: true)
        let outcome = await Outcome.ofStream {
            try await test.session.wrapOpenAI(client).chat.completions.stream(Requests.chat(.plain))
        }
        #expect(outcome.values.count == 3 && outcome.error == "Down: Down()")
        let record = try #require(await test.records().first)
        #expect(record.json("fallom.raw.response")?["text"] == "Echo(1): x")
        #expect(record.timeToFirstTokenMilliseconds != nil)
    }

    @Test(arguments: Clients.all) func `an abandoned stream yields its span at once`(_ api: String) async throws {
        let test = try TestClient()
        let clients = Clients(.llm, key: "good-key")
        let outcome = await clients.outcome(
            api, .plain, streaming: true, session: test.session, onValue: { $0 < 2 })
        #expect(outcome.values.count == 2)
        let record = try #require(await test.records().first)
        #expect(record["fallom.abandoned"] == true && !record.isError)
    }

    @Test func `a stream that is never read yields its span`() async throws {
        let test = try TestClient()
        do { _ = try await test.session.wrapOpenAI(EchoChat()).chat.completions.stream(Requests.chat(.plain)) }
        #expect(await test.records().count == 1)
    }

    @Test(arguments: Clients.all, [false, true])
    func `a cancelled task sees what it would see unwrapped`(_ api: String, streaming: Bool) async throws {
        let test = try TestClient()
        let clients = Clients(.slowLLM, key: "good-key")
        func run(_ session: Session?) async -> Outcome {
            await Task {
                if !streaming { withUnsafeCurrentTask { $0?.cancel() } }
                return await clients.outcome(api, .plain, streaming: streaming, session: session) { _ in
                    withUnsafeCurrentTask { $0?.cancel() }
                    return true
                }
            }.value
        }
        let bare = await run(nil)
        let wrapped = await run(test.session)
        #expect(wrapped == bare)
        let record = try #require(await test.records().first)
        #expect(record.isError)
    }

    @Test func `a wrapped stream asks for no piece before the app does`() async throws {
        let test = try TestClient()
        let asked = Counter()
        let client = PullChat(asked: asked)
        var pieces = try await test.session.wrapOpenAI(client).streamChatCompletion(Requests.chat(.plain))
            .makeAsyncIterator()
        #expect(asked.value == 0)
        _ = try await pieces.next()
        #expect(asked.value == 1)
        _ = try await pieces.next()
        #expect(asked.value == 2)
    }

    @Test(arguments: [false, true]) func `an error of the client inside reaches the app as it is`(_ streams: Bool)
        async throws
    {
        let test = try TestClient()
        let client = test.session.wrapOpenAI(EchoChat(fails: true))
        await #expect(throws: EchoChat.Down.self) {
            if streams {
                for try await _ in try await client.streamChatCompletion(Requests.chat(.plain)) {}
            } else {
                _ = try await client.createChatCompletion(Requests.chat(.plain))
            }
        }
        let record = try #require(await test.records().first)
        #expect(record.isError && record["error.type"] == "Down")
    }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func add(_ number: Int = 1) { count.add(number, ordering: .sequentiallyConsistent) }
}

/// A client that counts how often a piece is asked for.
struct PullChat: ChatCompletionsClient {
    let asked: Counter

    func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion { ChatCompletion([:]) }

    func streamChatCompletion(_ request: ChatRequest) async throws -> AsyncThrowingStream<ChatChunk, any Error> {
        AsyncThrowingStream {
            asked.add()
            return ChatChunk(["choices": [["delta": ["content": "x"]]]])
        }
    }
}
