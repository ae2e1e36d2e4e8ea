import Assignment
import OrderedJSON
import Testing

@testable import Experiments

@Suite struct RuleTextTests {
    @Test(arguments: [
        "plan eq pro -> 1", "-> 0", "plan in a, b, c -> 2", "plan nin \"a b\", \"c,d\", \"say \\\"x\\\"\" -> 0",
        "a eq \"and\" and b startsWith eu- -> 1", "\"a field\" contains \"\" -> 3", "x endsWith \"->\" -> 0",
        "plan in \"\" -> 1", "日本 eq 語 -> 1", "plan in a -> 4",
    ])
    func `a rule as text comes back as it was written`(text: String) throws {
        let rule = try RuleText(text, .rules)
        #expect(rule.text == text)
        #expect(try RuleText(rule.text, .rules) == rule)
        let record = rule.record(.rules)
        #expect(record["variantIndex"]?.int == rule.variantIndex)
        #expect(record["conditions"]?.array?.count == rule.parts.count)
    }

    @Test(arguments: [
        "", "plan eq pro", "plan eq pro ->", "plan eq pro -> x", "plan pro -> 1", "plan is pro -> 1",
        "plan eq two words -> 1", "plan eq \"open -> 1", "and -> 1", "a eq b and -> 1", "a eq b and and c eq d -> 1",
        "plan eq a, b -> 1", "-> 1 more",
    ])
    func `what is no rule is refused with a reason`(text: String) {
        #expect(throws: RuleText.Mistake.self) { try RuleText(text, .rules) }
    }

    @Test(arguments: ["plan neq a -> 1", "a eq b and c eq d -> 0", "-> 0", "plan in a -> 0"])
    func `a target is one field and one value`(text: String) {
        #expect(throws: RuleText.Mistake.self) { try RuleText(text, .targets) }
    }
}
