import Assignment
import Experiments
import Prompts
import Testing
import TraceModel
import WorkspaceModel

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
        try await robot.send(.workspace(robot.workspace.snapshot))
        try await robot.press("e")
        robot.expect("New: {{tone}}. You")
        try await robot.press("C-s")
        try await robot.type("set the tone")
        try await robot.press("Enter")
        let prompts = try #require(robot.workspace.snapshot.prompts["onboarding"])
        #expect(prompts.ascending == [5, 6, 7, 8])
        #expect(prompts.currentVersion == 7)
        #expect(prompts.records[8]?.userTemplate == prompts.records[7]?.userTemplate)
        #expect(robot.workspace.snapshot.note(ofPrompt: "onboarding", version: 8)?.note == "set the tone")
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
        let drafts = [
            Draft(
                kind: .prompt, key: "onboarding", basedOn: 6, savedAt: SampleWorld.at(0),
                parts: [.init(name: "system", text: "An old draft."), .init(name: "user", text: "U")])
        ]
        let robot = try await Robot(width: 160, height: 45, drafts: drafts)
        try await robot.press("4 j e")
        robot.expect("An old draft.")
        try await robot.press("C-s Enter")
        guard
            case .savePrompt(let draft, nil, false) = robot.workspace.actions.last(where: {
                if case .savePrompt = $0 { true } else { false }
            }), draft.basedOn == 6, draft[part: "system"] == "An old draft.", draft[part: "user"] == "U"
        else { return #expect(Bool(false), "saved as \(robot.workspace.actions)") }
        let other = try await Robot(width: 160, height: 45, drafts: drafts)
        try await other.press("4 j X")
        #expect(other.workspace.drafts.isEmpty)
        try await other.press("e")
        other.expectNot("An old draft.")
    }

    @Test(arguments: [(80, 24), (160, 45)])
    func `a prompt whose draft is kept says so in its row, in the second row and in the hints`(width: Int, height: Int)
        async throws
    {
        let robot = try await Robot(width: width, height: height)
        try await robot.press("4 j")
        robot.expectNot("draft, not saved")
        robot.expectHint("e edit")
        try await robot.press("e")
        try await robot.type("New. ")
        try await robot.press("Esc")
        robot.expectSelected("onboarding", "▸")
        robot.expect("▲ draft, not saved")
        // What was told goes with the next key; the mark stays, on other prompts too.
        try await robot.press("k")
        robot.expect("  onboarding", "▸")
        robot.expectNot("draft, not saved")
        robot.expectHint("e edit")
        try await robot.press("j")
        robot.expectHint("e go on with draft")
        try await robot.press("X k")
        #expect(!robot.lines.contains { $0.contains("  onboarding") && $0.contains("▸") })
    }

    @Test func `an older version is made current`() async throws {
        let robot = try await robot("Tab j M")
        robot.expect("make 6 current, not 7? all apps get it at their next sync", "Enter yes")
        #expect(robot.workspace.snapshot.prompts["onboarding"]?.currentVersion == 7)
        try await robot.press("M")
        #expect(robot.workspace.snapshot.prompts["onboarding"]?.currentVersion == 6)
        robot.expect("version 6 of onboarding is current")
        robot.expect("version 6", "● current")
    }

    @Test func `Esc and a letter that tmux joined to Alt leave the editor and change nothing`() async throws {
        let robot = try await robot("e")
        try await robot.type("Kept. ")
        for keys in ["M-d", "M-BSpace", "M-x", "M-c", "M-z"] {
            try await robot.press(keys)
            robot.expectNot("system   changed")
            #expect(robot.workspace.drafts.first?[part: "system"]?.hasPrefix("Kept. ") == true, "\(keys)")
            try await robot.press("Esc Esc e")
            robot.expect("Kept. You are")
        }
    }

    @Test func `placeholders of a long text are looked through with the next second`() async throws {
        var snapshot = try WorkspaceSnapshot.sample()
        let long = String(repeating: "Some words of a very long prompt.\n", count: 2_000)
        snapshot.prompts.add(
            PromptRecord(key: "onboarding", version: 9, systemPrompt: long, userTemplate: "U"), key: "onboarding",
            version: 9)
        let robot = try await Robot(width: 160, height: 45, workspace: snapshot)
        try await robot.press("4 j e")
        try await robot.type("{{fresh}}")
        robot.expect("{{fresh}}Some words")
        robot.expectNot("new: fresh")
        try await robot.wait(milliseconds: 1_000)
        robot.expect("new: fresh")
        try await robot.press("BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace Esc")
        robot.expectNot("the draft is kept")
        #expect(robot.workspace.drafts.isEmpty)
    }

    @Test func `a prompt with what is nearly a placeholder is marked in the list`() async throws {
        var snapshot = try WorkspaceSnapshot.sample()
        snapshot.prompts.add(
            PromptRecord(key: "doubtful", version: 1, systemPrompt: "Dear {{user-name}}, {{#if x}}", userTemplate: "U"),
            key: "doubtful", version: 1)
        let robot = try await Robot(width: 160, height: 45, workspace: snapshot)
        try await robot.press("4")
        #expect(robot.lines.contains { $0.contains("doubtful") && $0.prefix(40).contains("▲") })
        #expect(!robot.lines.contains { $0.contains("onboarding") && $0.prefix(40).contains("▲") })
    }

    @Test func `an answer that comes late leaves another prompt's editor alone`() async throws {
        let robot = try await robot("e x")
        robot.holdsWork = true
        try await robot.press("C-s Enter Esc k e y")
        robot.expect("prompts · farewell · draft")
        try await robot.letWorkGo()
        robot.expect("prompts · farewell · draft")
        robot.expect("ySay goodbye")
        #expect(robot.workspace.snapshot.prompts["onboarding"]?.ascending.last == 8)
        #expect(robot.workspace.drafts.allSatisfy { $0.key != "onboarding" })
    }

    @Test func `words written while the version is saved stay in the editor`() async throws {
        let robot = try await robot("e x")
        robot.holdsWork = true
        try await robot.press("C-s Enter z")
        try await robot.letWorkGo()
        robot.expect("saved version 8")
        robot.expect("xzYou")
        try await robot.press("C-s Enter")
        robot.expect("saved version 9")
        #expect(robot.workspace.snapshot.prompts["onboarding"]?.records[8]?.systemPrompt.hasPrefix("xYou") == true)
        #expect(robot.workspace.snapshot.prompts["onboarding"]?.records[9]?.systemPrompt.hasPrefix("xzYou") == true)
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

    @Test func `a call leads to its prompt and the text as it was sent, and back to the calls`() async throws {
        let robot = try await robot("o")
        robot.expect("prompt:onboarding@7")
        robot.expectHint("p prompt")
        try await robot.press("G p")
        robot.expect("prompts · onboarding · 7 ↔ as sent")
        robot.expect("version 7", "as sent")
        robot.expect("{{company}}.")
        // Esc comes back to the call it came from, wherever that was.
        try await robot.press("Esc")
        robot.expectNot("as sent")
        robot.expect("prompt:onboarding@7")
        try await robot.press("G Enter p")
        robot.expect("prompts · onboarding · 7 ↔ as sent")
        try await robot.press("j Esc")
        #expect(robot.state.tabs[robot.state.activeTab].screens.count == 2)
        // Once something is done here, Esc is the screen's own.
        try await robot.press("p v Esc")
        robot.expect("prompts · onboarding")
        robot.expectNot("as sent")
    }

    @Test func `a call of a prompt or version that is not here says so`() async throws {
        var snapshot = try WorkspaceSnapshot.sample()
        snapshot.prompts.remove(key: "onboarding")
        let robot = try await Robot(width: 160, height: 45, workspace: snapshot)
        try await robot.press("/")
        try await robot.type("prompt:onboarding")
        try await robot.press("Enter G p")
        robot.expect("this workspace has no prompt onboarding")
    }

    @Test func `a draft that cannot be kept is told for as long as that lasts`() async throws {
        let robot = try await robot("e")
        robot.refusesWork = "no space left on device"
        try await robot.press("x")
        try await robot.wait(milliseconds: 1_000)
        robot.expect("draft NOT kept")
        try await robot.press("y z")
        robot.expect("draft NOT kept")
        robot.refusesWork = nil
        try await robot.wait(milliseconds: 1_000)
        robot.expectNot("draft NOT kept")
        #expect(robot.workspace.drafts.first?[part: "system"]?.hasPrefix("xyz") == true)
    }

    @Test func `callers are named with what is known of the variables they pass`() throws {
        let key = { (number: Int) in SpanKey(traceID: "t", spanID: "\(number)") }
        func stored(_ number: Int, _ config: String?) -> StoredSpan {
            StoredSpan(
                sequence: Int64(number), span: Span(key: key(number), name: "chat", start: SampleWorld.at(0)),
                sessionID: "s", customerID: nil, configKey: config, depth: 0)
        }
        let spans = [stored(1, "bot"), stored(2, "bot"), stored(3, "web"), stored(4, nil)]
        var callers = PromptCallers(spans)
        #expect(callers.all.map(\.name) == ["bot", "chat", "web"])
        callers.learn([
            LoadedSpan(
                stored: spans[1],
                detail: SpanDetail(
                    input: .messages([Message(role: "system", parts: [.text("Within {{ days }} days.")])])), json: ""),
            LoadedSpan(
                stored: spans[2],
                detail: SpanDetail(
                    attributes: AttributeMap([
                        .init("llm.prompt_template.variables", .string(#"{"name": "Ada"}"#))
                    ])), json: ""),
        ])
        #expect(
            callers.sentences(on: "days") == [
                "sent unfilled by bot (2 calls)", "not passed by web (1 call)",
                "used by chat (1 call): their spans do not say what they pass",
            ])
        #expect(callers.sentences(on: "name").count == 1)
    }

    @Test func `an editor of one's own gives the draft a new text`() async throws {
        let robot = try await robot()
        robot.editorWrites = "Written elsewhere."
        try await robot.press("E")
        robot.expect("Written elsewhere.")
        robot.expect("draft of version 8")
    }
}
