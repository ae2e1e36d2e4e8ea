import Fallom
import Foundation
import Logging
import OrderedJSON
import Synchronization
import Testing

/// A secret in every place where content can be, and content off: it leaves the process by no path.
@Suite struct PrivacyTests {
    static let secret = "PLANTED-SECRET-77"

    struct Leaky: Error, CustomStringConvertible { var description: String { PrivacyTests.secret } }

    @Test func `content off means that no content leaves`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("fallom-privacy-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = LogLines()
        let transport = StubTransport()
        var options = FallomOptions(apiKey: "key-\(Self.secret)", captureContent: false, debug: true)
        options.tracesURL = "https://traces.example,file://\(path)"
        let memory = InMemoryExporter()
        options.exporters = [memory]
        options.logger = Logger(label: "t") { _ in LineHandler(lines: log) }
        let client = try FallomClient(options, environment: [:], transport: transport)
        let session = client.session(configKey: "app", sessionID: "s")
        try await everyCall(session)
        await client.shutdown()
        #expect(memory.records.count >= 24)
        let file = try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(!file.contains(Self.secret) && file.contains("chat.completions.create"))
        for request in transport.requests {
            #expect(!request.body.contains(Self.secret) && !request.url.contains(Self.secret))
        }
        for record in memory.records {
            let text = String(decoding: record.encoded(), as: UTF8.self)
            #expect(!text.contains(Self.secret), "\(text)")
        }
        #expect(!log.all.contains(Self.secret))
    }

    @Test func `content on means that it is there`() async throws {
        let test = try TestClient()
        try await everyCall(test.session)
        let texts = await test.records().map { String(decoding: $0.encoded(), as: UTF8.self) }
        #expect(texts.filter { $0.contains(Self.secret) }.count >= 24)
    }

    private func everyCall(_ session: Session) async throws {
        let secret = JSONValue.string(Self.secret)
        let clients = Clients(.llm, key: "sk-" + Self.secret)
        let schema: JSONValue = ["type": "object", "properties": ["x": ["type": "string", "enum": [secret]]]]
        for mark in ["", " [error:429]", " [error:500]"] {
            let text = JSONValue.string(Self.secret + mark)
            let chat = ChatRequest([
                "model": "gpt-4o",
                "messages": [["role": "system", "content": secret], ["role": "user", "content": text]],
                "user": secret, "metadata": ["a": secret], "stop": [secret],
                "tools": mark.isEmpty
                    ? [["type": "function", "function": ["name": "t", "description": secret, "parameters": schema]]]
                    : [],
            ])
            let response = ResponseRequest([
                "model": "gpt-4o", "input": text, "instructions": secret, "metadata": ["a": secret],
                "tools": mark.isEmpty
                    ? [["type": "function", "name": "t", "description": secret, "parameters": schema]] : [],
            ])
            let message = MessagesRequest([
                "model": "claude", "max_tokens": 5, "system": secret, "messages": [["role": "user", "content": text]],
                "metadata": ["user_id": secret], "stop_sequences": [secret],
                "tools": mark.isEmpty ? [["name": "t", "description": secret, "input_schema": schema]] : [],
            ])
            let content = GenerateRequest([
                "contents": [["role": "user", "parts": [["text": text]]]],
                "systemInstruction": ["parts": [["text": secret]]],
                "tools": mark.isEmpty
                    ? [["functionDeclarations": [["name": "t", "description": secret, "parameters": schema]]]] : [],
            ])
            let openAI = session.wrapOpenAI(clients.openAI)
            let anthropic = session.wrapAnthropic(clients.anthropic)
            let google = session.wrapGoogleAI(clients.google)
            _ = await Outcome.of { try await openAI.chat.completions.create(chat) }
            _ = await Outcome.ofStream { try await openAI.chat.completions.stream(chat) }
            _ = await Outcome.of { try await openAI.responses.create(response) }
            _ = await Outcome.ofStream { try await openAI.responses.stream(response) }
            _ = await Outcome.of { try await anthropic.messages.create(message) }
            _ = await Outcome.ofStream { try await anthropic.messages.stream(message) }
            _ = await Outcome.of { try await google.generateContent(content) }
            _ = await Outcome.ofStream { try await google.streamGenerateContent(content) }
        }
        try await runs(session, clients, schema)
    }

    private func runs(_ session: Session, _ clients: Clients, _ schema: JSONValue) async throws {
        let model = clients.openAI.languageModel("gpt-4o")
        let ai = session.wrapAISDK()
        let tool = Tool("t", description: Self.secret, parameters: schema) { _ in .string(Self.secret) }
        let failing = Tool("t", parameters: schema) { _ in throw Leaky() }
        _ = try await ai.generateText(
            model: model, prompt: Self.secret, system: Self.secret, tools: [tool], maxSteps: 3)
        _ = try? await ai.generateText(model: model, prompt: Self.secret, tools: [failing], maxSteps: 3)
        for try await _ in try await ai.streamText(model: model, prompt: Self.secret, tools: [tool], maxSteps: 3) {}
        _ = try? await ai.generateObject(
            Int.self, model: model, prompt: Self.secret, schema: NamedSchema(name: "x", schema: schema))
        let traced = session.traceModel(model)
        _ = try await traced.generate(ModelCall(messages: [.user(Self.secret)]))
        for try await _ in try await traced.stream(ModelCall(messages: [.user(Self.secret)])) {}
        let agent = session.wrapMastraAgent(SecretAgent())
        _ = try await agent.generate(Self.secret)
        _ = try? await session.span("span", attributes: ["input": .string(Self.secret)]) { _ in throw Leaky() }
    }

    struct SecretAgent: Agent {
        struct Answer: AgentOutput {
            var text: String { PrivacyTests.secret }
            var agentSteps: [AgentStep] { [AgentStep(text: PrivacyTests.secret)] }
        }
        var name: String { "helper" }
        func generate(_ input: String) async throws -> Answer { Answer() }
    }
}

final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: String { lines.withLock { $0.joined(separator: "\n") } }
}

struct LineHandler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.add("\(event.message) \(event.metadata ?? [:])") }
}
