import Assignment
import OrderedJSON
import Testing

@testable import Console

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

    @Test func `the config's own rules can be edited as text, malformed ones cannot`() throws {
        let bench = try Workbench.sample()
        let rules = try #require(bench.configs["summarizer"]?.current?.targeting?.rules)
        #expect(
            rules.compactMap { RuleText($0)?.text } == [
                "plan eq enterprise and region startsWith eu- -> 1", "country in DE, FR, 日本 -> 2",
            ])
        let broken = try #require(bench.configs["broken-agent"]?.current?.targeting?.rules)
        for rule in broken {
            if let text = RuleText(rule)?.text { #expect(throws: Never.self) { try RuleText(text, .rules) } }
        }
    }
}

@Suite struct ConfigDraftTests {
    @Test func `each change is one step of undo and the record keeps what it does not know`() throws {
        let base = try ModelConfig(
            record: Workbench.parsed(
                #"{"key":"k","version":4,"own":{"x":[1,2.50]},"variants":[{"model":"a","weight":50,"note":"n"},{"model":"b","weight":50}]}"#
            ))
        var draft = ConfigDraft(base)
        draft.setWeight(ofVariant: 0, to: "12.5")
        draft.addToWeight(ofVariant: 1, 3)
        draft.setModel(ofVariant: 1, to: "c")
        draft.addVariant()
        draft.toggleTargeting()
        draft.set(try RuleText("plan eq pro -> 1", .rules), .rules, at: nil)
        draft.set(try RuleText("customerId eq vip -> 0", .targets), .targets, at: nil)
        #expect(draft.record["own"] == base.record["own"])
        #expect(draft.made.variants.map { $0.weight.written?.compactText } == ["12.5", "53", "0"])
        #expect(draft.made.targeting?.isEnabled == false)
        for _ in 0..<7 {
            #expect(draft.canUndo)
            draft.undo()
        }
        #expect(!draft.canUndo && !draft.isChanged)
        #expect(draft.record == base.record)
    }

    @Test func `a change that changes nothing is no step`() throws {
        let base = try ModelConfig(record: Workbench.parsed(#"{"key":"k","variants":[{"model":"a","weight":50}]}"#))
        var draft = ConfigDraft(base)
        draft.setWeight(ofVariant: 0, to: "50")
        draft.setWeight(ofVariant: 9, to: "1")
        draft.remove(.rules, at: 3)
        #expect(draft.move(.rules, at: 0, by: 1) == 0)
        #expect(!draft.isChanged)
    }

    @Test func `a weight that is no number is kept as it is written, and a record that is no config is told`() throws {
        let base = try ModelConfig(record: Workbench.parsed(#"{"key":"k","variants":[{"model":"a","weight":50}]}"#))
        var draft = ConfigDraft(base)
        draft.setWeight(ofVariant: 0, to: "50%")
        #expect(draft.made.variants[0].weight.written?.string == "50%")
        #expect(draft.made.lints().contains { $0.severity == .error })
        draft.change(to: .array([]))
        #expect(draft.fault != nil)
        draft.undo()
        #expect(draft.fault == nil)
    }
}
