import Assignment
import OrderedJSON
import Testing

@testable import Experiments

@Suite struct ConfigDraftTests {
    private func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test func `each change is one step of undo and the record keeps what it does not know`() throws {
        let base = try ModelConfig(
            record: parsed(
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

    @Test func `a step added to a weight leaves no digits of its own`() throws {
        let base = try ModelConfig(record: parsed(#"{"key":"k","variants":[{"model":"a","weight":98.9}]}"#))
        var draft = ConfigDraft(base)
        for _ in 0..<3 { draft.addToWeight(ofVariant: 0, 1) }
        for _ in 0..<2 { draft.addToWeight(ofVariant: 0, -1) }
        #expect(draft.made.variants[0].weight.written?.compactText == "99.9")
    }

    @Test func `a change that changes nothing is no step`() throws {
        let base = try ModelConfig(record: parsed(#"{"key":"k","variants":[{"model":"a","weight":50}]}"#))
        var draft = ConfigDraft(base)
        draft.setWeight(ofVariant: 0, to: "50")
        draft.setWeight(ofVariant: 9, to: "1")
        draft.remove(.rules, at: 3)
        #expect(draft.move(.rules, at: 0, by: 1) == 0)
        #expect(!draft.isChanged)
    }

    @Test func `a weight that is no number is kept as it is written, and a record that is no config is told`() throws {
        let base = try ModelConfig(record: parsed(#"{"key":"k","variants":[{"model":"a","weight":50}]}"#))
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
