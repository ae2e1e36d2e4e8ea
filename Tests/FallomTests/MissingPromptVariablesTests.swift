import OrderedJSON
import Prompts
import Testing

@testable import Fallom

@Suite struct MissingPromptVariablesTests {
    private static let prompts: [JSON] = [
        ["key": "greet", "version": 3, "system_prompt": "Greet {{ user_name }}.", "user_template": "{{question}}"]
    ]

    @Test func `a placeholder without a value is said once`() async throws {
        let log = CapturedLog()
        let test = try TestClient(StubTransport(prompts: Self.prompts)) { $0.logger = log.logger }
        for _ in 0..<5 {
            let prompt = try await test.session.getPrompt("greet", variables: ["question": "Well?"])
            #expect(prompt.user == "Well?")
        }
        let said = log.warnings.filter { $0.contains("no value") }
        #expect(said.count == 1 && said.first?.contains("'greet'") == true && said.first?.contains("user_name") == true)
    }

    @Test func `a placeholder without a value is an error where that is wished for`() async throws {
        let test = try TestClient(StubTransport(prompts: Self.prompts)) { $0.missingPromptVariables = .fail }
        let error = await #expect(throws: PromptFailure.self) { try await test.session.getPrompt("greet") }
        #expect(error?.error == .missingVariables(prompt: "greet", names: ["user_name", "question"]))
        #expect(error?.kind == .missingVariables)
        let whole: PromptValues = ["question": "Well?", "user_name": "Ada"]
        #expect(try await test.session.getPrompt("greet", variables: whole).system == "Greet Ada.")
    }
}
