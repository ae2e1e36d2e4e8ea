import Assignment
import Fallom
import Foundation
import OrderedJSON
import Prompts
import Testing

/// The golden vectors, through the API that an app uses. `FALLOM_VECTORS` names another folder.
@Suite struct VectorTests {
    static func lines(_ file: String, in target: String) throws -> [JSON] {
        let url: URL
        if let folder = ProcessInfo.processInfo.environment["FALLOM_VECTORS"], !folder.isEmpty {
            url = URL(fileURLWithPath: folder).appendingPathComponent(file)
        } else {
            url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("\(target)/Fixtures/vectors/\(file)")
        }
        return try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")).map {
            try JSON(parsing: $0)
        }
    }

    @Test func `Vector assignments come out as from the published SDKs`() async throws {
        try await checkAssignments(Self.lines("assignments.ndjson", in: "AssignmentTests"))
    }

    @Test func `Vector targeting comes out as from the published SDKs`() async throws {
        try await checkAssignments(Self.lines("targeting.ndjson", in: "AssignmentTests"))
    }

    @Test func `Vector templates come out as from the published SDKs`() async throws {
        try await checkTemplates(Self.lines("templates.ndjson", in: "PromptsTests"))
    }

    @Test func `Vector prompt A/B tests come out as from the published SDKs`() async throws {
        let workspace = try #require(try Self.workspace()["prompts"]?.array)
        var clients: [JSON: TestClient] = [:]
        for vector in try Self.lines("prompt_ab.ndjson", in: "PromptsTests") {
            let input = try #require(vector["input"])
            let test = try #require(input["prompt_ab_test"])
            let client = try clients[test] ?? TestClient(StubTransport(prompts: workspace, tests: [test]))
            clients[test] = client
            let expected = try #require(vector["expected"])
            let id = vector["id"]?.string ?? "?"
            do {
                let prompt = try await client.client.prompts.getAB(
                    test["key"]?.string ?? "", sessionID: input["session_id"]?.string ?? "",
                    variables: PromptValues(PromptVariables(json: input["variables"]?.value)))
                #expect(prompt.key == expected["key"]?.string, "\(id)")
                #expect(prompt.version == expected["version"]?.int, "\(id)")
                #expect(prompt.variantIndex == expected["variant_index"]?.int, "\(id)")
                #expect(prompt.abTestKey == expected["ab_test_key"]?.string, "\(id)")
                #expect(same(prompt.system, expected["system"]?.string), "\(id)")
                #expect(same(prompt.user, expected["user"]?.string), "\(id)")
            } catch {
                #expect(expected["error"]?.string != nil, "\(id): \(error)")
            }
        }
        #expect(!clients.isEmpty)
    }

    @Test func `Vector differences come out as the contract chooses`() async throws {
        let vectors = try Self.lines("differences.ndjson", in: "AssignmentTests")
        #expect(!vectors.isEmpty)
        try await checkAssignments(vectors.filter { $0["set"]?.string != "templates" })
        let templates = try Self.lines("differences.ndjson", in: "PromptsTests")
        try await checkTemplates(templates.filter { $0["set"]?.string == "templates" })
    }

    private static func workspace() throws -> JSON {
        let folder = ProcessInfo.processInfo.environment["FALLOM_VECTORS"].flatMap { $0.isEmpty ? nil : $0 }
        let url =
            folder.map { URL(fileURLWithPath: $0).appendingPathComponent("prompt_ab_workspace.json") }
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("PromptsTests/Fixtures/vectors/prompt_ab_workspace.json")
        return try JSON(parsing: Data(contentsOf: url))
    }

    private func checkAssignments(_ vectors: [JSON]) async throws {
        #expect(!vectors.isEmpty)
        var clients: [JSON: TestClient] = [:]
        for vector in vectors {
            let input = try #require(vector["input"])
            let config = try #require(input["config"])
            let client = try clients[config] ?? TestClient(StubTransport(configs: [config]))
            clients[config] = client
            let context = TargetingContext(
                EvaluationContext(
                    (input["context"]?.object ?? []).compactMap { member in
                        member.value.string.map { (member.name, $0) }
                    }))
            let sessionID = input["session_id"]?.string ?? ""
            let customerID = input["customer_id"]?.string
            let key = config["key"]?.string ?? ""
            let id = vector["id"]?.string ?? "?"
            let model = try? await client.client.models.get(
                key, sessionID: sessionID, customerID: customerID, context: context)
            #expect(same(model, vector["expected"]?["model"]?.string), "\(id)")
            let explained = try? await client.client.models.assignment(
                key, sessionID: sessionID, customerID: customerID, context: context)
            #expect(same(explained?.model, model), "\(id)")
            if let bucket = vector["expected"]?["bucket"]?.int, let drawn = explained?.bucket {
                #expect(drawn == bucket, "\(id)")
            }
        }
    }

    private func checkTemplates(_ vectors: [JSON]) async throws {
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let input = try #require(vector["input"])
            let prompt: JSON = [
                "key": "p", "version": 1, "system_prompt": input["template"] ?? .null, "user_template": "",
            ]
            let client = try TestClient(StubTransport(prompts: [prompt]))
            let result = try await client.client.prompts.get(
                "p", variables: PromptValues(PromptVariables(json: input["variables"]?.value)))
            #expect(same(result.system, vector["expected"]?["output"]?.string), "\(vector["id"]?.string ?? "?")")
        }
    }

    private func same(_ left: String?, _ right: String?) -> Bool {
        left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
    }
}
