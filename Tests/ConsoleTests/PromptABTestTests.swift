import Assignment
import OrderedJSON
import Prompts
import Testing
import TraceModel
import WorkspaceModel

@testable import Console

/// What a person does with prompt A/B tests and sample variables, all by keyboard at 80×24.
@Suite struct PromptABTestTests {
    private func robot(
        _ keys: String, workspace: WorkspaceSnapshot? = nil, drafts: [Draft] = [], width: Int = 80
    ) async throws -> Robot {
        let robot = try await Robot(width: width, height: 24, workspace: workspace, drafts: drafts)
        try await robot.press("4 j")
        try await robot.press(keys)
        return robot
    }

    private func test(_ robot: Robot, _ key: String = "onboarding-test") throws -> PromptABTest {
        try #require(robot.workspace.snapshot.abTests[key]?.current)
    }

    @Test func `weights are changed with plus and minus, taken back, and started as a new version`() async throws {
        let robot = try await robot("a + +")
        robot.expect("42", "42.0000%", "+2.0")
        robot.expect("the weights sum to 102.0, not 100")
        robot.expect("2.0000%", "onboarding@7", "onboarding@6")
        robot.expect("2.0000% of sessions get another prompt.")
        try await robot.press("j - -")
        robot.expectNot("the weights sum to")
        try await robot.press("u u j S Enter")
        robot.expectNot("draft, not saved")
        robot.expect("saved version 2 of onboarding-test, now current")
        #expect(try test(robot).variants.map(\.weight.percent) == [42, 60])
        #expect(robot.workspace.drafts.isEmpty)
    }

    @Test func `a variant gets another version, checked as it is typed`() async throws {
        let robot = try await robot("a p")
        try await robot.press("C-u")
        try await robot.type("onboarding@9")
        robot.expect("no version '9' of onboarding; there is 5, 6, 7")
        try await robot.press("Enter")
        robot.expect("no version '9' of onboarding")
        try await robot.press("C-h 5 Enter")
        robot.expect("0", "onb", "@5")
        #expect(robot.workspace.drafts.first?.kind == .abTest)
        try await robot.press("X")
        #expect(robot.workspace.drafts.isEmpty)
    }

    @Test func `a session's prompt is looked up while its id is typed, and is sticky`() async throws {
        let robot = try await robot("a G Enter C-u")
        try await robot.type("session-123")
        robot.expect("gets", "0 onboarding@6")
        robot.expect("because", "bucket 5,516 lies in 0–399,999")
        try await robot.press("Enter Enter C-u")
        try await robot.type("é")
        robot.expect("gets", "1 onboarding@7")
        robot.expect("bucket 812,119 lies in 400,000–999,999")
        try await robot.press("Esc")
        robot.expect("session", "session-123")
    }

    @Test func `a new test begins with the last two versions, and is stopped for one of them`() async throws {
        let robot = try await robot("a n C-u")
        try await robot.type("onboarding-test")
        robot.expect("there is a test of that key")
        try await robot.press("C-u")
        try await robot.type("tone")
        try await robot.press("Enter")
        robot.expect("tone", "new, not saved yet")
        try await robot.press("v")
        robot.expect("2", "@7", "0")
        robot.expect("is the same as variant 1")
        try await robot.press("D S S")
        robot.expect("tone", "version 1", "current")
        #expect(try test(robot, "tone").variants.map(\.displayName) == ["onboarding@6", "onboarding@7"])
        try await robot.press("g j T T")
        robot.expect("saved version 2 of tone, now current")
        #expect(try test(robot, "tone").variants.map(\.weight.percent) == [0, 100])
        robot.expect("stopped")
        try await robot.press("[ M M")
        #expect(try test(robot, "tone").version == 1)
    }

    @Test func `a draft of an earlier run is taken up, and a conflict is told`() async throws {
        let drafts = [
            Draft(
                kind: .abTest, key: "onboarding-test", basedOn: 1, savedAt: SampleWorld.at(0),
                parts: [
                    .init(
                        name: "record",
                        text:
                            #"{"key":"onboarding-test","version":1,"variants":[{"prompt_key":"onboarding","weight":100}]}"#
                    )
                ])
        ]
        let robot = try await robot("a", drafts: drafts, width: 160)
        robot.expect("draft, begun from version 1")
        robot.expect("stopped: everybody gets onbo")
        robot.othersSaved([2])
        try await robot.press("s")
        robot.expect("version 2 came in between, both are kept")
    }

    @Test func `a conflict of a test shows both sides`() async throws {
        let robot = try await robot("a +", width: 160)
        try robot.another { workspace in
            let record = #"{"variants": [{"prompt_key": "onboarding", "weight": 100}]}"#
            return try workspace.perform(
                .saveABTest(.parsed(record), key: "onboarding-test", seen: 1, makesCurrent: true))
        }
        robot.othersSaved([2])
        try await robot.press("s")
        robot.expect("version 2, saved by others", "version 3, yours")
        robot.expect("get another prompt with version 3, yours")
        try await robot.press("Esc V")
        robot.expect("version 2, current", "version 3")
    }

    @Test func `the JSON is edited elsewhere, and what is no JSON changes nothing`() async throws {
        let robot = try await robot("a")
        robot.editorWrites = "no json"
        try await robot.press("E")
        robot.expect("the text is no JSON")
        robot.editorWrites = #"{"key":"onboarding-test","variants":[]}"#
        try await robot.press("E")
        robot.expect("no variant yet: v adds one")
    }

    @Test func `variables are filled in, used while they are typed, saved, and missing ones are told`() async throws {
        let robot = try await robot("i", width: 160)
        robot.expect("company", "missing")
        try await robot.press("x Enter")
        try await robot.type("Acme")
        robot.expect("customers of Acme.")
        try await robot.press("Tab")
        try await robot.type("Ada")
        robot.expect("Welcome Ada by name.")
        try await robot.press("Esc")
        robot.expect("Welcome {{customer_name}} by name.")
        try await robot.press("C")
        try await robot.type("first")
        try await robot.press("Enter")
        let saved = try #require(robot.workspace.snapshot.samples.first)
        #expect(saved.name == "first" && saved.variables == ["company": "Acme"])
        try await robot.press("D")
        robot.expect("customer_name", "missing")
    }

    @Test func `while writing, new, missing and unused variables are told at once`() async throws {
        var snapshot = try WorkspaceSnapshot.sample()
        snapshot.samples = [
            PromptSample(key: "onboarding", name: "ada", variables: ["company": "Acme", "old_name": "x"])
        ]
        let robot = try await Robot(width: 160, height: 45, workspace: snapshot)
        try await robot.press("4 j")
        robot.expect("old_name", "unused")
        try await robot.press("e")
        try await robot.type("{{tone}} ")
        robot.expect("tone", "missing")
        robot.expect("new: tone")
    }

    @Test func `two versions are compared as rendered with the same variables`() async throws {
        var snapshot = try WorkspaceSnapshot.sample()
        snapshot.samples = [
            PromptSample(
                key: "onboarding", name: "ada",
                variables: ["company": "Acme", "user_name": "Ada", "customer_name": "Ada"])
        ]
        let robot = try await Robot(width: 160, height: 45, workspace: snapshot)
        try await robot.press("4 j x v")
        robot.expect("rendered with ada")
        robot.expect("2  Welcome Ada by name.", "2  Welcome Ada by name.")
    }
}
