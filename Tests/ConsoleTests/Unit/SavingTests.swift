import Assignment
import Experiments
import OrderedJSON
import Prompts
import Testing

@testable import Console

/// What is changed while a save is on its way is not lost when the answer comes.
@Suite struct SavingTests {
    private func config(_ weight: Int) throws -> ModelConfig {
        try ModelConfig(record: try JSONValue.parsed(Self.text(weight)))
    }

    private static func text(_ weight: Int) -> String {
        #"{"key": "a", "version": 1, "variants": [{"model": "x", "weight": \#(weight)}, {"model": "y", "weight": 9}]}"#
    }

    @Test func `a config's draft goes when nothing was changed since it was sent`() throws {
        var draft = ConfigDraft(try config(1))
        draft.setWeight(ofVariant: 0, to: "5")
        draft.noteSaving(true)
        #expect(draft.rest(savedAs: 2) == nil)
    }

    @Test func `a weight changed while the config is saved stays a draft of the new version`() throws {
        var draft = ConfigDraft(try config(1))
        draft.setWeight(ofVariant: 0, to: "5")
        draft.noteSaving(true)
        draft.setWeight(ofVariant: 0, to: "6")
        let rest = try #require(draft.rest(savedAs: 2))
        #expect(rest.base.version == 2)
        #expect(rest.base.record["variants"]?[0]?["weight"]?.int == 5)
        #expect(rest.record["variants"]?[0]?["weight"]?.int == 6)
        #expect(rest.isChanged)
        #expect(!rest.isSaving)
    }

    @Test func `a save that failed leaves the whole draft`() throws {
        var draft = ConfigDraft(try config(1))
        draft.setWeight(ofVariant: 0, to: "5")
        draft.noteSaving(true)
        draft.noteSaving(false)
        #expect(!draft.isSaving)
        #expect(draft.isChanged)
    }

    @Test func `text written while a prompt is saved stays in the editor, begun from the new version`() {
        let base = PromptRecord(key: "p", version: 3, systemPrompt: "Be kind.", userTemplate: "{{q}}")
        var editor = PromptEditor(base, seen: 3, kept: nil)
        editor.replaceText("Be brief.", in: .system)
        editor.noteSaving(true)
        editor.replaceText("Be brief and {{tone}}.", in: .system)
        let goesOn = editor.noteSaved(as: 4)
        #expect(goesOn)
        #expect(editor.base.version == 4)
        #expect(editor.base.systemPrompt == "Be brief.")
        #expect(editor.text(.system) == "Be brief and {{tone}}.")
        #expect(editor.baseVariables == ["q"])
        #expect(editor.isUnkept)
        editor.noteSaving(true)
        let isDone = !editor.noteSaved(as: 5)
        #expect(isDone)
    }
}
