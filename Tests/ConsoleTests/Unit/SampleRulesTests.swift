import Assignment
import Experiments
import Testing
import WorkspaceModel

@testable import Console

@Suite struct SampleRulesTests {
    @Test func `the config's own rules can be edited as text, malformed ones cannot`() throws {
        let snapshot = try WorkspaceSnapshot.sample()
        let rules = try #require(snapshot.configs["summarizer"]?.current?.targeting?.rules)
        #expect(
            rules.compactMap { RuleText($0)?.text } == [
                "plan eq enterprise and region startsWith eu- -> 1", "country in DE, FR, 日本 -> 2",
            ])
        let broken = try #require(snapshot.configs["broken-agent"]?.current?.targeting?.rules)
        for rule in broken {
            if let text = RuleText(rule)?.text { #expect(throws: Never.self) { try RuleText(text, .rules) } }
        }
    }
}
