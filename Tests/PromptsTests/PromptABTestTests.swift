import Assignment
import OrderedJSON
import Prompts
import Testing

@Suite struct PromptABTestTests {
    @Test(arguments: [
        (#"{"key":"t"}"#, "Prompt A/B test 't' has no variants configured."),
        (#"{"key":"t","variants":[]}"#, "Prompt A/B test 't' has no variants configured."),
        (
            #"{"key":"t","variants":{"a":{"prompt_key":"p","weight":100}}}"#,
            "Prompt A/B test 't' has no variants configured."
        ),
        (
            #"{"key":"t","variants":[{"prompt_key":"p"}]}"#,
            "Prompt A/B test 't': the weight of variant 0 is missing, not a number."
        ),
        (#"{"key":"t","variants":[{"weight":100}]}"#, "Prompt A/B test 't': variant 0 names no prompt."),
        (#"{"key":"t","variants":[{"prompt_key":"q","weight":100}]}"#, "Prompt 'q' (from A/B test 't') not found."),
        (
            #"{"key":"t","variants":[{"prompt_key":"p","prompt_version":0,"weight":100}]}"#,
            "Prompt 'p' version 0 not found."
        ),
        (
            #"{"key":"t","variants":[{"prompt_key":"p","prompt_version":"2","weight":100}]}"#,
            "Prompt 'p' version 2 not found."
        ),
    ])
    func `every failure has its message`(_ record: String, _ message: String) throws {
        let test = try PromptABTest(record: JSONValue(parsing: record))
        do {
            _ = try prompts.prompt(of: test, sessionID: "s")
            Issue.record("no error")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test func `a choice tells bucket, interval and remainder`() throws {
        let record =
            #"{"key":"t","variants":[{"prompt_key":"p","weight":20},{"prompt_key":"p","prompt_version":2.0,"weight":30}]}"#
        let test = try PromptABTest(record: JSONValue(parsing: record))
        let first = try test.choose(sessionID: "a")
        #expect((first.variantIndex, first.bucket, first.isRemainder) == (0, 5177, false))
        #expect(test.interval(of: first) == BucketInterval(0, 200_000))
        let last = try test.choose(sessionID: "s-730010")
        #expect((last.variantIndex, last.isRemainder) == (1, true))
        #expect(test.interval(of: last) == BucketInterval(500_000, 1_000_000))
        #expect(try prompts.prompt(of: test, sessionID: "s-730010").version == 2)
    }

    @Test func `catalogs give the current version, pins, and the contract's messages`() throws {
        #expect(try prompts.prompt(key: "p").version == 3)
        #expect(try prompts.prompt(key: "p", version: 2).system == "two")
        #expect(throws: PromptError.promptNotFound(key: "x")) { try prompts.prompt(key: "x") }
        #expect(throws: PromptError.versionNotFound(key: "p", version: "9")) {
            try prompts.prompt(key: "p", version: 9)
        }
        #expect(throws: PromptError.abTestNotFound(key: "t")) { try VersionCatalog<PromptABTest>().test(key: "t") }
    }

    private var prompts: VersionCatalog<PromptRecord> {
        var catalog = VersionCatalog<PromptRecord>()
        catalog.add(PromptRecord(key: "p", version: 2, systemPrompt: "two", userTemplate: ""))
        catalog.add(PromptRecord(key: "p", version: 3, systemPrompt: "three", userTemplate: ""))
        return catalog
    }
}
