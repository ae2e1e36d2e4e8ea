import AsyncHTTPClient
import Calls
import Fallom  // fallom
import FallomAsyncHTTPClient  // fallom
import FallomTracing  // fallom
import Foundation
import Hummingbird
import Tracing  // fallom

/// A server whose every request is a session and makes model calls: `GET /ask/NUMBER`, NUMBER being the session. Even ones
/// use a managed prompt in one of their two calls, and get it in another task than the call is made in. `GET /call/NAME` makes a
/// call that other apps make, too. Lines that are there for tracing end in `// fallom`.
@main
enum Server {
    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        let fallom = try FallomClient()  // fallom
        InstrumentationSystem.bootstrap(  // fallom
            FallomTracer(session: fallom.session(configKey: "server", sessionID: "server")))  // fallom
        let model = ModelCalls(fallom, baseURL: (environment["FAKE_LLM_URL"] ?? "") + "/v1")

        let router = Router()
        router.middlewares.add(  // fallom
            SessionMiddleware(fallom) { request in  // fallom
                let id = request.uri.path.split(separator: "/").last.map { "request-\($0)" } ?? "none"  // fallom
                return SessionContext(configKey: "server", sessionID: id)  // fallom
            })  // fallom
        router.middlewares.add(TracingMiddleware())  // fallom
        router.get("ask/:number") { _, context -> String in
            let number = try context.parameters.require("number", as: Int.self)
            return try await model.answer(number)
        }
        let calls = Dictionary(uniqueKeysWithValues: try Call.all().map { ($0.name, $0) })
        router.get("call/:name") { _, context -> String in
            guard let call = calls[try context.parameters.require("name")], let session = Session.current else {
                throw HTTPError(.notFound)
            }
            let client = session.wrapOpenAI(OpenAIClient(apiKey: "good-key", baseURL: call.baseURL))  // fallom
            let request = ChatRequest(model: call.model, messages: [.user(call.prompt)])
            guard call.streams else { return try await client.chat.completions.create(request).text }
            var text = ""
            for try await chunk in try await client.chat.completions.stream(request) { text += chunk.text ?? "" }
            return text
        }
        router.get("counters") { _, _ in "\(fallom.counters)" }
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            services: [fallom],  // fallom
            onServerRunning: { channel in
                FileHandle.standardOutput.write(Data("port \(channel.localAddress?.port ?? 0)\n".utf8))
            })
        try await app.runService()
        print("dropped \(fallom.counters.dropped)")
    }
}

/// What the server asks the model: two calls at once, below a span of its own.
struct ModelCalls: Sendable {
    private let baseURL: String
    /// Made once: its calls are spans of whatever session asks.
    private let client: TracedOpenAI<OpenAIClient>

    init(_ fallom: FallomClient, baseURL: String) {
        self.baseURL = baseURL
        client = fallom.wrapOpenAI(OpenAIClient(apiKey: "good-key", baseURL: baseURL))
    }

    func answer(_ number: Int) async throws -> String {
        guard let session = Session.current else { return "no session" }
        return try await session.span("answer", kind: .chain) { _ throws(any Error) in
            async let text = number % 2 == 0 ? prompted(number, session) : plain("first \(number)")
            async let other = plainByHand("second \(number)", session)
            return try await text + " / " + other
        }
    }

    private func prompted(_ number: Int, _ session: Session) async throws -> String {
        let prompt = try await Task {
            try await session.getPrompt("onboarding", variables: ["user_name": "\(number)", "company": "Acme"])
        }.value
        let request = ChatRequest(
            model: "gpt-4o-mini", messages: [.system("Answer shortly.\n" + prompt.system), .user("used \(number)")])
        return try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await client.chat.completions.create(request).text }
            return try await group.next() ?? ""
        }
    }

    private func plain(_ text: String) async throws -> String {
        let request = ChatRequest(model: "gpt-4o-mini", messages: [.user(text)])
        return try await client.chat.completions.create(request).text
    }

    /// The same by the app's own HTTP client, whose own spans belong into the tree as well.
    private func plainByHand(_ text: String, _ session: Session) async throws -> String {
        var request = HTTPClientRequest(url: baseURL + "/chat/completions")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Authorization", value: "Bearer good-key")
        let body: JSON = ["model": "gpt-4o-mini", "messages": [["role": "user", "content": .string(text)]]]
        request.body = .bytes(body.compactBytes)
        let response = try await session.traced(HTTPClient.shared).execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return ChatCompletion(try JSON(parsing: bytes.readableBytesView)).text
    }
}
