import Assignment
import Foundation
import OrderedJSON
import Prompts
import Testing

/// The published SDKs' prompts, reproduced.
@Suite struct PromptVectorTests {
    @Test(arguments: ["templates.ndjson", "differences.ndjson"])
    func `Vector templates are rendered as the contract says`(_ file: String) throws {
        var count = 0
        for vector in try VectorFile.lines(file) {
            guard let template = vector["input"]?["template"]?.string else { continue }
            count += 1
            let variables = PromptVariables(json: vector["input"]?["variables"])
            let output = Template(template).rendered(with: variables).text
            let expected = try #require(vector["expected"]?["output"]?.string)
            #expect(Array(output.utf8) == Array(expected.utf8), "\(vector["id"]?.string ?? "?")")
        }
        #expect(count > 0)
    }

    @Test func `Vector prompt tests choose the same prompt and render it`() throws {
        let url = VectorFile.url("prompt_ab_workspace.json")
        let workspace = try JSONValue(parsing: Array(Data(contentsOf: url)))
        var prompts = VersionCatalog<PromptRecord>()
        for record in workspace["prompts"]?.array ?? [] { prompts.add(try PromptRecord(record: record)) }
        let vectors = try VectorFile.lines("prompt_ab.ndjson")
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let id = vector["id"]?.string ?? "?"
            let input = try #require(vector["input"])
            let expected = try #require(vector["expected"])
            let test = try PromptABTest(record: try #require(input["prompt_ab_test"]))
            let variables = PromptVariables(json: input["variables"])
            let sessionID = try #require(input["session_id"]?.string)
            do {
                let result = try prompts.prompt(of: test, sessionID: sessionID, variables: variables)
                #expect(result.key == expected["key"]?.string, "\(id)")
                #expect(result.version == expected["version"]?.int, "\(id)")
                #expect(result.variantIndex == expected["variant_index"]?.int, "\(id)")
                #expect(result.abTestKey == expected["ab_test_key"]?.string, "\(id)")
                #expect(result.system == expected["system"]?.string, "\(id)")
                #expect(result.user == expected["user"]?.string, "\(id)")
            } catch {
                #expect(expected["error"]?.string != nil, "\(id): \(error)")
                if let message = expected["message"]?.string { #expect(error.description == message, "\(id)") }
            }
        }
    }
}
