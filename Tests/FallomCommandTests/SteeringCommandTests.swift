import ArgumentParser
import Assignment
import Console
import Experiments
import Glibc
import OrderedJSON
import Prompts
import Testing
import TraceModel
import Workspace
import WorkspaceModel

@testable import FallomCommand

/// `simulate`, `configs lint|import`, `prompts diff|metrics|import`, on a workspace of their own.
struct SteeringCommandTests {
    private static let live = #"""
        {"key": "support", "version": 1, "variants": [{"model": "a", "weight": 50}, {"model": "b", "weight": 50}],
         "targeting": {"individualTargets": [], "rules": [{"variantIndex": 1,
           "conditions": [{"field": "plan", "operator": "eq", "value": "pro"}]}], "enabled": true}}
        """#
    private static let draft = #"{"variants": [{"model": "a", "weight": 100}]}"#

    private func withWorkspace(_ body: (TemporaryWorkspace) async throws -> Void) async throws {
        let workspace = try TemporaryWorkspace()
        defer { workspace.remove() }
        try OutputFile.write(Array(Self.live.utf8), to: workspace.file("live.json"))
        _ = try workspace.folder.importRecords(APIList.read(workspace.file("live.json"), named: "configs"))
        try await body(workspace)
    }

    private func run(_ arguments: [String], in workspace: TemporaryWorkspace) async throws {
        let all = arguments + ["--workspace", workspace.path, "--store", workspace.file("none.db")]
        var command = try #require(try await RootCommand.asyncParseAsRoot(all) as? any AsyncParsableCommand)
        try await command.run()
    }

    @Test(arguments: [
        ["simulate", "support"], ["simulate", "support", "--sessions", "5", "--history"],
        ["simulate", "support", "--sessions", "0"], ["simulate", "support", "--check", "f", "--sessions", "3"],
        ["simulate", "support", "--check", "f", "--against", "2"], ["configs", "lint", "--version", "2"],
        ["prompts", "diff", "p", "1"], ["prompts", "diff", "p", "1", "2", "--part", "both"],
    ])
    func `what makes no sense is refused`(arguments: [String]) async {
        await #expect(throws: (any Error).self) { try await RootCommand.asyncParseAsRoot(arguments) }
    }

    @Test func `contexts are read from an array and from lines, with and without a context object`() async throws {
        try await withWorkspace { workspace in
            let objects = [
                #"{"name": "n", "session_id": "s", "customer_id": "c", "context": {"plan": "pro", "seats": 5}}"#,
                #"{"plan": "free"}"#, #"{"session_id": "only"}"#, "7",
            ]
            let array = workspace.file("array.json")
            let lines = workspace.file("lines.ndjson")
            try OutputFile.write(Array("\n[\(objects.joined(separator: ","))]".utf8), to: array)
            try OutputFile.write(Array(objects.joined(separator: "\n\n").utf8), to: lines)
            let first = try SimulationPopulation.file(array)
            let second = try SimulationPopulation.file(lines)
            #expect(first.cases == second.cases)
            #expect(first.cases.map(\.subject.sessionID) == ["s", "case-2", "only"])
            #expect(first.cases.map { $0.subject.context["plan"] } == ["pro", "free", nil])
            #expect(first.cases[2].subject.context.isEmpty)
            #expect(first.problems.count == 2)
            #expect(second.problems.contains { $0.hasPrefix("\(lines):1: context.seats") })
            #expect(second.problems.contains { $0.hasPrefix("\(lines):7: ") })
        }
    }

    @Test func `counts add up, by variant and by reason`() async throws {
        try await withWorkspace { workspace in
            let config = try workspace.config("support")
            var population = SimulationPopulation.synthetic(1000)
            population.cases.append(
                SimulationCase(subject: Subject(sessionID: "x", context: EvaluationContext([("plan", "pro")]))))
            let lines = SimulationReport(config: config, population: population).lines(for: .plain)
            let expected = population.cases.count { $0.evaluation(by: config).variantIndex == 0 }
            #expect(lines.contains { $0.contains(" a ") && $0.contains(" \(expected) ") })
            #expect(lines.contains { $0.hasPrefix("rule 1") && $0.hasSuffix(" 1") })
            #expect(lines.contains { $0.hasPrefix("by weight ") && $0.hasSuffix("1,000") })
        }
    }

    @Test func `who moves is who is answered otherwise`() async throws {
        try await withWorkspace { workspace in
            let live = try workspace.config("support")
            let draft = try ModelConfig(
                record: JSONValue(parsing: #"{"key": "support", "variants": [{"model": "a", "weight": 100}]}"#))
            let population = SimulationPopulation.synthetic(500)
            let movers = population.cases.filter { $0.evaluation(by: live).model == "b" }
            let lines = SimulationReport(config: live, population: population)
                .moveLines(to: draft, named: "draft.json", most: 3, for: .plain)
            #expect(lines[2].hasPrefix("\(movers.count) of 500 get another model"))
            #expect(lines[2].hasSuffix("exactly 49.9996%"))
            #expect(lines.contains { $0.hasPrefix(movers[0].title) })
            #expect(lines.last == "and \(movers.count - 3) more; --json lists all")
        }
    }

    @Test func `a regression file guards a rule set: a changed assignment fails the check`() async throws {
        try await withWorkspace { workspace in
            let cases = workspace.file("cases.ndjson")
            try await run(["simulate", "support", "--sessions", "40", "--write-cases", cases, "--json"], in: workspace)
            #expect(try RegressionFile(path: cases, config: "support").cases.count == 40)
            try await run(["simulate", "support", "--check", cases], in: workspace)
            let draft = workspace.file("draft.json")
            try OutputFile.write(Array(Self.draft.utf8), to: draft)
            try await run(["simulate", "support", "--sessions", "40", "--against", draft], in: workspace)
            try await run(["configs", "new", "support", draft, "--use"], in: workspace)
            let exit = await #expect(throws: ExitCode.self) {
                try await run(["simulate", "support", "--check", cases, "--json"], in: workspace)
            }
            #expect(exit == .failure)
            try await run(["simulate", "support", "--check", cases, "--version", "1"], in: workspace)
        }
    }

    @Test(arguments: [
        #"{"config_key": "support", "session_id": "s"}"#, #"{"config_key": "support", "model": "a"}"#,
        #"{"config_key": "support", "session_id": "s", "model": 5}"#, #"{"session_id": "s", "model": "a"}"#,
        #"{"config_key": "other", "session_id": "s", "model": "a"}"#, "",
    ])
    func `a file that would guard nothing is refused`(text: String) async throws {
        try await withWorkspace { workspace in
            let path = workspace.file("bad.ndjson")
            try OutputFile.write(Array(text.utf8), to: path)
            let failure = #expect(throws: CommandFailure.self) { try RegressionFile(path: path, config: "support") }
            #expect(failure?.message.contains(path) == true)
        }
    }

    @Test func `recorded sessions of which nothing is known are counted apart where targeting asks`() throws {
        let record = """
            {"key":"support","version":1,"variants":[{"model":"a","weight":100}],"targeting":{"rules":[
            {"conditions":[{"field":"plan","operator":"eq","value":"pro"}],"variantIndex":0}]}}
            """
        let config = try ModelConfig(record: JSONValue(parsing: record))
        let sessions = [
            RecordedSession(
                sessionID: "1", customerID: nil, context: EvaluationContext(), contextSource: .inferred,
                assignedVersion: 1, assignedModel: "a"),
            RecordedSession(
                sessionID: "2", customerID: nil, context: EvaluationContext(), contextSource: .recorded),
        ]
        let asked = SimulationPopulation.history(sessions, deciding: [config])
        #expect(asked.cases.map(\.subject.sessionID) == ["2"])
        #expect(asked.untold == 1)
        let weighted = SimulationPopulation.history(sessions, deciding: [])
        #expect(weighted.cases.count == 2)
        #expect(weighted.cases[0].expected == .init(version: 1, model: "a"))
    }

    @Test func `lint ends with 1 for an error only`() async throws {
        try await withWorkspace { workspace in
            try await run(["configs", "lint"], in: workspace)
            try await run(["configs", "lint", "support", "--json"], in: workspace)
            let broken = workspace.file("broken.json")
            try OutputFile.write(
                Array(#"{"variants": [{"model": "a", "weight": "many"}, {"weight": 5}]}"#.utf8), to: broken)
            await #expect(throws: CommandFailure.self) {
                try await run(["configs", "new", "broken", broken, "--use"], in: workspace)
            }
            try await run(["configs", "new", "broken", broken, "--use", "--force"], in: workspace)
            await #expect(throws: ExitCode.failure) { try await run(["configs", "lint"], in: workspace) }
            await #expect(throws: ExitCode.failure) {
                try await run(["configs", "lint", "broken", "--json"], in: workspace)
            }
            try await run(["configs", "lint", "support"], in: workspace)
            await #expect(throws: CommandFailure.self) { try await run(["configs", "lint", "none"], in: workspace) }
        }
    }

    @Test func `a list of the API is taken over once; another content is a conflict`() async throws {
        try await withWorkspace { workspace in
            let list = workspace.file("list.json")
            try OutputFile.write(Array("[\(Self.live)]".utf8), to: list)
            try await run(["configs", "import", list], in: workspace)
            try OutputFile.write(
                Array(#"{"configs": [{"key": "support", "version": 1, "variants": []}]}"#.utf8), to: list)
            await #expect(throws: ExitCode.failure) { try await run(["configs", "import", list], in: workspace) }
            #expect(try workspace.config("support").variants.count == 2)
            try OutputFile.write(Array(#"{"error": "no key"}"#.utf8), to: list)
            await #expect(throws: CommandFailure.self) { try await run(["configs", "import", list], in: workspace) }
        }
    }

    @Test func `prompts come from a folder and from a list, and are compared`() async throws {
        try await withWorkspace { workspace in
            let folder = workspace.file("files")
            #expect(mkdir(folder, 0o700) == 0)
            try OutputFile.write(Array("Be kind to {{name}}.\n".utf8), to: folder + "/hello.system.txt")
            try await run(["prompts", "import", folder, "--note", "first"], in: workspace)
            try OutputFile.write(Array("Be brief with {{user}}.\n".utf8), to: folder + "/hello.system.txt")
            try await run(["prompts", "import", folder], in: workspace)
            #expect(workspace.folder.load().prompts["hello"]?.ascending == [1, 2])
            #expect(workspace.folder.load().note(ofPrompt: "hello", version: 1)?.note == "first")
            for format in ["words", "unified"] {
                try await run(["prompts", "diff", "hello", "1", "2", "--format", format], in: workspace)
            }
            await #expect(throws: CommandFailure.self) {
                try await run(["prompts", "diff", "hello", "1", "9"], in: workspace)
            }
        }
    }

    @Test func `words that went and came are marked, the rest is not`() throws {
        let diff = TextDiff(old: "one two three\nsame\n", new: "one 2 three\nsame\n")
        #expect(WordDiffText(diff).lines(for: .plain) == ["- one [-two-] three", "+ one {+2+} three", "  same"])
    }

    @Test func `figures of versions are given with what they say`() {
        let metrics = PromptMetrics([], isPartial: true)
        #expect(PromptsMetricsCommand.lines(metrics, for: .plain).last == "older calls are not counted")
    }
}
