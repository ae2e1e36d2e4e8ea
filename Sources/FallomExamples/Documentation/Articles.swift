import Fallom
import FallomMetrics
import Foundation
import OrderedJSON

// The code of the documentation's articles. A test compares them, so that what is shown there compiles.

func overview() async throws {
    let fallom = try FallomClient()
    let session = fallom.session(configKey: "my-agent", sessionID: "session-123", customerID: "user-456")
    let openAI = session.wrapOpenAI(OpenAIClient())
    let answer = try await openAI.chat.completions.create(
        ChatRequest(model: "gpt-4o", messages: [.user("Hello!")]))
    print(answer.text)
}

func start() async throws {
    let fallom = try FallomClient()
    let session = fallom.session(configKey: "my-agent", sessionID: "conversation-1", customerID: "user-456")
    let openAI = session.wrapOpenAI(OpenAIClient())  // OPENAI_API_KEY, OPENAI_BASE_URL

    let answer = try await openAI.chat.completions.create(
        ChatRequest(model: "gpt-4o", messages: [.system("Be brief."), .user("Hello!")]))
    print(answer.text)

    await fallom.shutdown()  // delivers what is queued, within five seconds
}

func stream(_ openAI: TracedOpenAI<OpenAIClient>, _ request: ChatRequest) async throws {
    for try await chunk in try await openAI.chat.completions.stream(request) {
        print(chunk.text ?? "", terminator: "")
    }
}

func chooseModel(_ session: Session) async throws -> String {
    let model = try await session.getModel(fallback: "gpt-4o-mini", context: ["plan": "enterprise"])
    return model
}

func askTheAssigned(_ fallom: FallomClient, _ session: Session) async throws {
    let answer = try await session.wrapAISDK().generateText(
        model: fallom.modelRouter.assigned(fallback: "gpt-4o-mini"), prompt: "Hello!")
    print(answer.text)
}

func streamOfAny(_ fallom: FallomClient, _ session: Session, _ model: String) async throws {
    let stream = try await session.wrapAISDK().streamText(
        model: fallom.modelRouter.model(model), prompt: "Hello!")
    for try await piece in stream.text {
        print(piece, terminator: "")
    }
}

func sayHowGood(_ fallom: FallomClient, _ session: Session) {
    session.score("helpful", true, comment: "thumbs up")

    fallom.session(configKey: "my-agent", sessionID: "conversation-1").score("helpful", 0.2, by: "ada")
}

func thumbsUp() {
    Session.current?.score("helpful", true)
}

func usePrompt(_ session: Session, _ openAI: TracedOpenAI<OpenAIClient>, _ model: String) async throws {
    let prompt = try await session.getPrompt("welcome", variables: ["userName": "Ada", "company": "Acme"])
    let answer = try await openAI.chat.completions.create(
        ChatRequest(model: model, prompt: prompt))
    print(answer.text)
}

func ownSpan(
    _ session: Session, _ query: String, _ search: @Sendable (String) async throws -> [String]
) async throws -> [String] {
    let documents = try await session.span("rag.retrieve", kind: .retrieval, attributes: ["rag.topK": 5]) { span in
        let found = try await search(query)
        span.set("rag.found", .number(found.count))
        return found
    }
    return documents
}

/// A third party's client, to be wrapped.
struct MyOpenAI {
    func chats(query: ChatQuery) async throws -> ChatResult { ChatResult(text: "hello") }
    func chatsStream(query: ChatQuery) -> AsyncThrowingStream<ChatStreamResult, any Error> {
        AsyncThrowingStream { $0.finish() }
    }
}

struct ChatQuery: Codable { var model: String }
struct ChatResult: Codable { var text: String }
struct ChatStreamResult: Codable { var text: String }

extension ChatQuery: TraceableJSON {}
extension ChatResult: TraceableJSON {}
extension ChatStreamResult: TraceableJSON {}

extension MyOpenAI: ChatCompletionsClient {
    func createChatCompletion(_ request: ChatQuery) async throws -> ChatResult {
        try await chats(query: request)
    }
    func streamChatCompletion(_ request: ChatQuery) async throws -> AsyncThrowingStream<ChatStreamResult, any Error> {
        chatsStream(query: request)
    }
    func model(of request: ChatQuery) -> String? { request.model }  // else it is read from the JSON
}

func wrapMine(_ session: Session) {
    let openAI = session.wrapOpenAI(MyOpenAI())
    _ = openAI
}

func testAnApp() async throws {
    func answer(_ question: String, in session: Session) async throws {}

    let spans = InMemoryExporter()
    var options = FallomOptions()
    options.sendsTraces = false
    options.exporters = [spans]
    let fallom = try FallomClient(options, environment: [:])

    try await answer("Hello!", in: fallom.session(configKey: "my-agent", sessionID: "test"))
    await fallom.flush()

    let span = spans.spans.first
    print(span?.model ?? "", span?.isError ?? true)
}

func runATool() async throws {
    func answer(_ question: String, in session: Session) async throws {}

    try await FallomClient.run { fallom in
        try await answer("Hello!", in: fallom.session(configKey: "my-tool", sessionID: "1"))
    }
}

func testWithAnAssignment() async throws {
    func answer(_ question: String, in session: Session) async throws {}

    let fallom = try FallomClient.testing(
        assignments: ["my-agent": "gpt-4o"],
        prompts: [PromptFixture("welcome", system: "Greet {{name}}.")])

    try await answer("Hello!", in: fallom.session(configKey: "my-agent", sessionID: "test"))

    for span in await fallom.finishedSpans() {
        print(span.name, span.sessionID, span.model ?? "", span.promptKey ?? "", span.promptTokens ?? 0, span.output)
    }
    for score in await fallom.finishedScores() {
        print(score.sessionID, score.name, score.value ?? 0)
    }
}

func recordATape(_ request: ChatRequest, to file: URL) async throws {
    let tape = ExchangeTape()
    let recording = OpenAIClient().recording(on: tape)
    _ = try await recording.chat.completions.create(request)
    try Data(tape.text.utf8).write(to: file)
}

func writeATape() async throws {
    let tape = try ExchangeTape([
        [
            "request": ["path": "/chat/completions", "body": ["model": "gpt-4o"]],
            "response": ["body": ["choices": [["message": ["content": "From 7."], "finish_reason": "stop"]]]],
        ],
        [
            "request": ["path": "/messages"],
            "response": ["body": ["content": [["type": "text", "text": "From seven."]], "stop_reason": "end_turn"]],
        ],
    ])
    let fallom = try FallomClient.testing(assignments: ["my-agent": "claude-sonnet-4-5"], exchanges: tape)

    let said = try await fallom.session(configKey: "my-agent", sessionID: "test").wrapAISDK().generateText(
        model: fallom.modelRouter.assigned(fallback: "gpt-4o"), prompt: "When is breakfast?")
    print(said.text, await fallom.finishedSpans().last?.requestedModel ?? "")
}

func playATape(_ request: ChatRequest, from file: URL) async throws {
    let tape = try ExchangeTape(parsing: Data(contentsOf: file))
    let fallom = try FallomClient.testing(assignments: ["my-agent": "gpt-4o"], exchanges: tape)

    let answer = try await fallom.withSession(configKey: "my-agent", sessionID: "test") {
        try await fallom.openAI.chat.completions.create(request)
    }

    let span = await fallom.finishedSpans().first
    print(answer.text, span?.model ?? "", span?.finishReason ?? "", span?.toolCalls ?? [], tape.unplayed)
}

func inASession(_ fallom: FallomClient, _ conversation: String) async throws {
    func answer(_ question: String) async throws {}

    try await fallom.withSession(configKey: "my-agent", sessionID: conversation) {
        try await answer("Hello!")
    }
}

func clientMadeOnce(_ fallom: FallomClient) async throws {
    let openAI = fallom.wrapOpenAI(OpenAIClient(baseURL: "http://localhost:11434/v1"))

    func answer(_ question: String) async throws -> String? {
        let request = ChatRequest(model: "llama3.3", messages: [.user(question)])
        return try await openAI.chat.completions.create(request).text
    }
    _ = try await answer("Hello!")
}

func keepBack() throws -> FallomClient {
    var options = FallomOptions()
    options.redact = { span in
        guard span.name != "payroll" else { return nil }
        var span = span
        span.customerID = nil
        span.attributes["iban"] = nil
        return span
    }
    options.sessionShare = 0.1
    return try FallomClient(options)
}

func count() throws {
    var options = FallomOptions()
    options.recordMetrics()
    let fallom = try FallomClient(options)
    _ = fallom
}
