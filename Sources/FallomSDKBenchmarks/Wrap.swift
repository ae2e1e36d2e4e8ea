import Fallom
import OrderedJSON

extension FallomSDKBenchmarks {
    /// A call through the wrapper less the call itself, on a client without a network.
    static func wrap() async throws {
        var options = FallomOptions(apiKey: "k")
        options.sendsTraces = false
        options.syncInterval = nil
        options.exporters = [NullExporter()]
        let client = try FallomClient(options, environment: [:], transport: FixedTransport(body: []))
        let session = client.session(configKey: "bench", sessionID: "s", customerID: "c")
        let chat = InstantChat()
        let wrapped = session.wrapOpenAI(chat)
        let request = ChatRequest(
            model: "gpt-4o", messages: [.system("You are helpful."), .user("What is the capital of France?")])
        let bare = try await median("unwrapped call", 100_000) { _ in _ = try await chat.createChatCompletion(request) }
        let traced = try await median("wrapped call", 50_000, settle: client.flush) { _ in
            _ = try await wrapped.createChatCompletion(request)
        }
        print("wrapping adds \(rounded((traced - bare) / 1000)) us on the caller's path")
        let span = try await median("span with one attribute", 50_000, settle: client.flush) { _ in
            let span = session.startSpan("s")
            span.set("a", 1)
            span.end()
        }
        print("a span costs \(rounded(span / 1000)) us on the caller's path")
        await client.shutdown()
    }
}
