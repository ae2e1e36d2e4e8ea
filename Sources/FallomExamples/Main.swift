import Fallom

/// One runnable example for every wrapper. With no keys they talk to a double at `FAKE_LLM_URL`.
@main
enum FallomExamples {
    static func main() async throws {
        let names = Array(CommandLine.arguments.dropFirst())
        if names.count == 3, names[0] == "play-exchanges" { return try await ExchangePlayback.run(names[1], names[2]) }
        if names.count > 3, names[0] == "score-sessions" {
            return try await SessionScoring.run(names[1], names[2], names.dropFirst(3))
        }
        let chosen = examples.filter { names.isEmpty || names.contains($0.name) }
        guard !chosen.isEmpty else {
            print("examples: " + examples.map(\.name).joined(separator: " "))
            return
        }
        // Reads FALLOM_API_KEY, FALLOM_TRACES_URL and the others.
        let fallom = try FallomClient()
        let providers = Providers()
        for example in chosen {
            let session = fallom.session(
                configKey: "examples", sessionID: "example-\(example.name)", customerID: "customer-1", tags: ["example"]
            )
            do {
                print("\(example.name): \(try await example.run(fallom, session, providers))")
            } catch {
                print("\(example.name) failed: \(error)")
            }
        }
        await fallom.shutdown()
        let dropped = fallom.counters.dropped
        if dropped > 0 { print("\(dropped) spans did not arrive: \(fallom.counters.exporters)") }
    }

    static let examples: [Example] = [
        openAIExample, openAIStreamExample, responsesExample, azureExample, anthropicExample, googleExample,
        toolsExample, textStreamExample, objectExample, objectStreamExample, modelExample, agentExample, spanExample,
        assignmentExample, promptExample, httpExample,
    ]
}

/// An example: its name, and what it does with a client and a session.
struct Example: Sendable {
    var name: String
    var run: @Sendable (FallomClient, Session, Providers) async throws -> String
}
