import Assignment
import Console
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

/// A workspace as a team might have it: a config with targeting, a second one on the same buckets, one in which everything
/// that can be malformed is, a prompt with three versions and its A/B test, and contexts.
extension WorkspaceSnapshot {
    static func sample() throws -> WorkspaceSnapshot {
        var snapshot = WorkspaceSnapshot(path: "fallom")
        snapshot.contexts = sampleContexts
        snapshot.problems = [
            WorkspaceProblem(
                path: "prompts/half/v1/system.txt", message: "the file is not UTF-8", isSkipped: true)
        ]
        for (version, note) in [(6, "name the company"), (7, "hand over when unsure")] {
            snapshot.add(
                VersionNote(note: note, author: "ada", createdAt: SampleWorld.start), ofPrompt: "onboarding",
                version: version)
        }
        for text in sampleConfigs { snapshot.configs.add(try ModelConfig(record: .parsed(text))) }
        for prompt in samplePrompts { snapshot.prompts.add(prompt, key: prompt.key, version: prompt.version) }
        let test = try PromptABTest(record: .parsed(sampleTest))
        snapshot.abTests.add(test, key: test.key, version: test.version)
        return snapshot
    }

    private static let sampleConfigs = [
        """
        {"key": "summarizer", "version": 1, "variants": [
          {"model": "gpt-4o", "weight": 100}]}
        """,
        """
        {"key": "summarizer", "version": 2, "variants": [
          {"model": "gpt-4o", "weight": 70}, {"model": "claude-sonnet-4-5", "weight": 29.5},
          {"model": "gemini-2.5-pro", "weight": 0.5}],
         "targeting": {"enabled": true,
          "individualTargets": [{"field": "customerId", "value": "vip-1", "variantIndex": 1}],
          "rules": [
            {"conditions": [{"field": "plan", "operator": "eq", "value": "enterprise"},
                            {"field": "region", "operator": "startsWith", "value": "eu-"}], "variantIndex": 1},
            {"conditions": [{"field": "country", "operator": "in", "value": ["DE", "FR", "日本"]}], "variantIndex": 2}
          ]}}
        """,
        """
        {"key": "router", "version": 1, "variants": [
          {"model": "small", "weight": 30}, {"model": "medium", "weight": 30}, {"model": "large", "weight": 40}]}
        """,
        """
        {"key": "broken-agent", "version": 1, "variants": [
          {"model": "a", "weight": "30"}, {"model": "b", "weight": "50%"}, {"model": null, "weight": null},
          {"weight": -5}, {"model": "c"}, "not an object", {"model": "d", "weight": 1e300}],
         "targeting": {"enabled": null, "individualTargets": [
            {"field": "customerId", "value": null, "variantIndex": 0}, {"field": "plan", "variantIndex": 0},
            {"field": null, "value": "x", "variantIndex": 0}, {"field": "n", "value": 5, "variantIndex": 1.5}, "no"],
          "rules": [
            {"variantIndex": 0}, {"conditions": null, "variantIndex": 0},
            {"conditions": [{"field": "plan", "operator": "EQ", "value": "x"}], "variantIndex": -1},
            {"conditions": [{"field": "plan", "value": "x"}], "variantIndex": "2"},
            {"conditions": [{"operator": "eq", "value": "x"}], "variantIndex": null},
            {"conditions": [{"field": "plan", "operator": "in", "value": "x"}], "variantIndex": 99},
            {"conditions": [{"field": "plan", "operator": "contains", "value": ["x", 1]}], "variantIndex": true},
            {"conditions": ["no"], "variantIndex": 2.0}, 7, {"conditions": []}]}}
        """,
        #"{"key": "empty-agent", "version": 0, "variants": [], "targeting": {"rules": null, "individualTargets": null}}"#,
        """
        {"key": "keyed-agent", "version": "3", "variants": {
          "b": {"model": "x", "weight": 60}, "2": {"model": "y", "weight": 20}, "1": {"model": "z", "weight": 30}}}
        """,
    ]

    private static let samplePrompts = [
        PromptRecord(
            key: "farewell", version: 1, systemPrompt: "Say goodbye to {{name}}.", userTemplate: "Bye, {{ name }}!"),
        PromptRecord(
            key: "onboarding", version: 5, systemPrompt: "You are a guide.\nWelcome {{user_name}}.\nBe brief.",
            userTemplate: "Hello"),
        PromptRecord(
            key: "onboarding", version: 6,
            systemPrompt: """
                You are a friendly guide for new customers of {{company}}.
                Welcome {{user_name}} by name.
                Be brief.

                Never promise discounts.
                Answer in the customer's language.
                """, userTemplate: "Question: {{question}}"),
        PromptRecord(
            key: "onboarding", version: 7,
            systemPrompt: """
                You are a friendly and patient guide for new customers of {{company}}.
                Welcome {{customer_name}} by name.
                Answer in the customer's language, 日本語 included.
                Be brief.

                Never promise discounts.
                If you do not know, say so and hand over to a person: a wrong answer costs more than a slow one.
                """, userTemplate: "Question: {{question}}\nPlan: {{plan}}"),
    ]

    private static let sampleTest = """
        {"key": "onboarding-test", "version": 1, "variants": [
          {"prompt_key": "onboarding", "prompt_version": 6, "weight": 40},
          {"prompt_key": "onboarding", "prompt_version": 7, "weight": 60}]}
        """

    private static let sampleContexts = [
        SampleContext(
            name: "enterprise in Europe", sessionID: "eu-session", customerID: "acme",
            context: EvaluationContext([("plan", "enterprise"), ("region", "eu-west-1")])),
        SampleContext(name: "vip", customerID: "vip-1", context: EvaluationContext()),
    ]
}

extension JSONValue {
    static func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }
}
