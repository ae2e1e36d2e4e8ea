import Assignment
import Prompts
import Testing
import TraceModel

@testable import Console

/// What a person does with prompts: compares versions, writes the next one, leaves and comes back, saves, rolls back.
@Suite struct PromptsTests {
    private func robot(_ keys: String = "") async throws -> Robot {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("4 j")
        try await robot.press(keys)
        return robot
    }

    @Test func `versions are compared side by side, unified, and with a marked one`() async throws {
        let robot = try await robot("v")
        robot.expect("6 ↔ 7")
        robot.expect("version 6", "version 7")
        robot.expect("{{user_name}} is now {{customer_name}}")
        try await robot.press("v")
        robot.expect("-", "Welcome {{user_name}} by name.")
        robot.expect("+", "Welcome {{customer_name}} by name.")
        try await robot.press("v Tab G Space k k v")
        robot.expect("5 ↔ 7")
    }

    @Test func `a prompt is edited, left, taken up again and saved with a note`() async throws {
        let robot = try await robot("e")
        try await robot.type("New: {{tone}}. ")
        robot.expect("draft of version 8")
        robot.expect("new: tone")
        try await robot.press("Esc")
        robot.expect("the draft is kept; e goes on with it")
        #expect(robot.workspace.drafts.first?[part: "system"]?.hasPrefix("New: {{tone}}. You") == true)
        // News of the workspace tell of the drafts of the start only; ours is not forgotten over them.
        try await robot.send(.workspace(robot.workspace.bench))
        try await robot.press("e")
        robot.expect("New: {{tone}}. You")
        try await robot.press("C-s")
        try await robot.type("set the tone")
        try await robot.press("Enter")
        let prompts = try #require(robot.workspace.bench.prompts["onboarding"])
        #expect(prompts.ascending == [5, 6, 7, 8])
        #expect(prompts.currentVersion == 7)
        #expect(prompts.records[8]?.userTemplate == prompts.records[7]?.userTemplate)
        #expect(robot.workspace.bench.notes.last?.note == "set the tone")
        #expect(robot.workspace.drafts.isEmpty)
        robot.expect("saved version 8, not current yet")
        robot.expect("8", "set the tone")
        try await robot.press("e")
        robot.expectNot("changed")
    }

    @Test func `undo takes a change back and nothing is left behind`() async throws {
        let robot = try await robot("e")
        try await robot.type("xyz")
        robot.expect("system   changed")
        try await robot.press("C-z C-z C-z")
        robot.expectNot("system   changed")
        try await robot.press("Esc")
        #expect(robot.workspace.drafts.isEmpty)
    }

    @Test func `a draft of an earlier run goes on from its own version, and can be given up`() async throws {
        var bench = try Workbench.sample()
        bench.drafts = [
            WorkDraft(
                kind: .prompt, key: "onboarding", id: "console", basedOn: 6, savedAt: SampleWorld.at(0),
                parts: [.init(name: "system", text: "An old draft."), .init(name: "user", text: "U")])
        ]
        let robot = try await Robot(width: 160, height: 45, workbench: bench)
        try await robot.press("4 j e")
        robot.expect("An old draft.")
        try await robot.press("C-s Enter")
        guard
            case .savePrompt(_, "An old draft.", "U", nil, 6, false) = robot.workspace.actions.last(where: {
                if case .savePrompt = $0 { true } else { false }
            })
        else { return #expect(Bool(false), "saved as \(robot.workspace.actions)") }
        let other = try await Robot(width: 160, height: 45, workbench: bench)
        try await other.press("4 j X")
        #expect(other.workspace.drafts.isEmpty)
        try await other.press("e")
        other.expectNot("An old draft.")
    }

    @Test func `an older version is made current`() async throws {
        let robot = try await robot("Tab j M")
        #expect(robot.workspace.bench.prompts["onboarding"]?.currentVersion == 6)
        robot.expect("version 6 is current")
        robot.expect("version 6", "● current")
    }

    @Test func `a save that others came before is a conflict to look at`() async throws {
        let robot = try await robot("e x")
        robot.othersSaved([6])
        try await robot.press("C-s Enter")
        robot.expect("saved version 8; version 6 came in between")
        robot.expect("6 ↔ 8")
    }

    @Test func `the clock keeps the draft while one writes`() async throws {
        let robot = try await robot("e x")
        #expect(robot.workspace.drafts.isEmpty)
        try await robot.wait(milliseconds: 2_000)
        #expect(robot.workspace.drafts.first?[part: "system"]?.hasPrefix("xYou") == true)
    }

    @Test func `Enter in the text shows the version's calls`() async throws {
        let robot = try await robot("Tab Tab Enter")
        robot.expect("prompt:onboarding@7")
    }

    @Test func `an editor of one's own gives the draft a new text`() async throws {
        let robot = try await robot()
        robot.editorWrites = "Written elsewhere."
        try await robot.press("E")
        robot.expect("Written elsewhere.")
        robot.expect("draft of version 8")
    }
}
