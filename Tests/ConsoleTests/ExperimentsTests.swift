import Assignment
import OrderedJSON
import Testing
import TraceModel
import WorkspaceModel

@testable import Console

/// What a person does with model configs: changes shares and targeting, sees who would move, saves, goes back.
@Suite struct ExperimentsTests {
    private func robot(_ keys: String = "") async throws -> Robot {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("3 j j j j")
        try await robot.press(keys)
        return robot
    }

    @Test func `a weight is changed, seen at once, and saved as a version that is not current`() async throws {
        let robot = try await robot("Tab Enter BSpace BSpace")
        try await robot.type("60")
        try await robot.press("Enter")
        robot.expect("gpt-4o", "60", "60.0000%", "-10.0")
        robot.expect("draft, not saved")
        robot.expect("of sessions change model.")
        try await robot.press("s")
        robot.expect("saved version 3 of summarizer, not current yet")
        #expect(robot.workspace.snapshot.configs["summarizer"]?.currentVersion == 2)
        #expect(robot.workspace.drafts.isEmpty)
        robot.expect("version 3")
        robot.expectNot("draft, not saved")
        try await robot.press("M Enter")
        #expect(robot.workspace.snapshot.configs["summarizer"]?.currentVersion == 3)
        robot.expect("v3 current")
    }

    @Test func `what is typed over a weight stands in its place`() async throws {
        let robot = try await robot("Tab Enter")
        robot.expect("weight 70")
        try await robot.type("53")
        robot.expect("weight 53")
        try await robot.press("Enter Enter")
        try await robot.type("90")
        robot.expect("weight 90")
        robot.expectNot("5390")
    }

    @Test func `what a changed weight leaves is shared among the others by one key, which the hints name`() async throws
    {
        let robot = try await robot("Tab")
        #expect(robot.lines.last?.contains("share the rest") == false)
        try await robot.press("W")
        robot.expect("the weights are 100 together")
        try await robot.press("Enter")
        try await robot.type("40")
        try await robot.press("Enter")
        robot.expectHint("W share the rest")
        try await robot.press("W")
        // 29.5 and 0.5 of 30, now of 60.
        robot.expect("gpt-4o", "40", "40.0000%")
        robot.expect("claude-sonnet-4-5", "59", "59.0000%")
        robot.expect("gemini-2.5-pro", "1", "1.0000%")
        #expect(robot.lines.last?.contains("share the rest") == false)
        try await robot.press("u")
        robot.expect("claude-sonnet-4-5", "29.5")
        robot.expectHint("W share the rest")
    }

    @Test func `a version is rolled back`() async throws {
        let robot = try await robot("[")
        robot.expect("version 1")
        robot.expectNot("v1 current")
        try await robot.press("M Enter")
        robot.expect("v1 current")
        #expect(robot.workspace.snapshot.configs["summarizer"]?.currentVersion == 1)
    }

    @Test func `what reaches running apps is asked once, with who moves`() async throws {
        let robot = try await robot("Tab +")
        try await robot.press("S")
        robot.expect("make the draft current? ", "% of sessions change model", "Enter yes", "Esc no")
        // Esc is no and nothing else; another letter is no and does its own work.
        try await robot.press("Esc S j M")
        robot.expectNot("Enter yes")
        robot.expect("draft, not saved")
        try await robot.press("u u u [ M")
        robot.expect("make version 1 current? ")
        try await robot.press("[")
        #expect(robot.workspace.snapshot.configs["summarizer"]?.currentVersion == 2)
        try await robot.press("M Enter")
        #expect(robot.workspace.snapshot.configs["summarizer"]?.currentVersion == 1)
    }

    @Test func `saving tells of versions that came in between`() async throws {
        let robot = try await robot("Tab +")
        robot.othersSaved([7])
        try await robot.press("S S")
        robot.expect("saved version 3 of summarizer, now current", "7 came in between, both are kept")
    }

    @Test func `an answer that comes late is about what was saved, not about what is selected then`() async throws {
        let robot = try await robot("Tab +")
        robot.holdsWork = true
        try await robot.press("s BTab k Tab + + BTab")
        robot.expect("configs · router")
        try await robot.letWorkGo()
        robot.expect("saved version 3")
        // The other config's draft is still there, and the saved one can be saved again.
        robot.expect("draft, not saved")
        #expect(robot.workspace.drafts.map(\.key) == ["router"])
        try await robot.press("j Tab + s")
        #expect(robot.workspace.snapshot.configs["summarizer"]?.ascending == [1, 2, 3, 4])
    }

    @Test func `a weight changed while the draft is saved is a draft of the new version`() async throws {
        let robot = try await robot("Tab +")
        robot.holdsWork = true
        try await robot.press("S Enter + +")
        try await robot.letWorkGo()
        robot.expect("saved version 3 of summarizer, now current")
        robot.expect("draft, not saved")
        try await robot.press("S S")
        robot.expect("saved version 4 of summarizer, now current")
        let weights = robot.workspace.snapshot.configs["summarizer"]?.records.mapValues {
            $0.variants[0].weight.percent
        }
        #expect(weights?[3] == 71 && weights?[4] == 73)
    }

    @Test func `a refused save leaves the draft to be saved again`() async throws {
        let robot = try await robot("Tab +")
        robot.refusesWork = "the disk is full"
        try await robot.press("S S")
        robot.expect("the disk is full")
        robot.expect("draft, not saved")
        robot.refusesWork = nil
        try await robot.press("S S")
        robot.expect("saved version 3 of summarizer, now current")
    }

    @Test func `a config with a fault is made current at the second key only`() async throws {
        let robot = try await robot("Tab a")
        try await robot.type("plan eq pro -> 9")
        try await robot.press("Enter S")
        robot.expect("make the draft current? no session moves by weight, but ", "Enter yes", "Esc no")
        #expect(robot.workspace.snapshot.configs["summarizer"]?.currentVersion == 2)
        try await robot.press("S")
        robot.expect("saved version 3 of summarizer, now current")
    }

    @Test func `a version saved a moment ago is compared with the current one, once`() async throws {
        let robot = try await robot("Tab + s V")
        robot.expect("version 2, current ↔ version 3")
        robot.expectNot("pair 1 of")
    }

    @Test func `a variant is added where variants have names`() async throws {
        let robot = try await robot("k k Tab v")
        robot.expect("configs · keyed-agent")
        robot.expect("3  variant-1 new-model", "0.0000%")
    }

    @Test func `a conflict shows both sides, then each against what it was begun from`() async throws {
        let robot = try await robot("Tab +")
        try robot.another { workspace in
            let record = #"{"variants": [{"model": "gpt-4o", "weight": 50}, {"model": "o3", "weight": 50}]}"#
            return try workspace.perform(
                .saveConfig(.parsed(record), key: "summarizer", seen: 2, makesCurrent: false))
        }
        robot.othersSaved([3])
        try await robot.press("s")
        robot.expect("3 came in between, both are kept")
        robot.expect("version 3, saved by others ↔ version 4, yours", "3 changes", "pair 1 of 3")
        robot.expect("\"weight\": 50", "\"weight\": 71")
        robot.expect("\"model\": \"o3\"", "\"model\": \"claude-sonnet-4-5\"")
        robot.expect("of sessions get another model with version 4, yours than with version 3, saved by others")
        try await robot.press("V")
        robot.expect("version 2, where both began ↔ version 3, saved by others", "pair 2 of 3")
        try await robot.press("Right")
        robot.expect("version 2, where both began ↔ version 4, yours", "1 change")
        try await robot.press("Esc")
        robot.expect("version 4")
        robot.expectNot("where both began")
    }

    @Test func `a draft is set beside what it was begun from, and a version beside the one before`() async throws {
        let robot = try await robot("Tab + V")
        robot.expect("version 2, current", "draft")
        robot.expect("\"weight\": 70", "\"weight\": 71")
        try await robot.press("v")
        robot.expect("version 2, current ↔ draft")
        try await robot.press("V")
        robot.expect("version 1 ↔ version 2, current")
        try await robot.press("Esc X V")
        robot.expect("version 1 ↔ version 2, current")
        robot.expect("30.0000% of sessions get another model with version 2, current than with version 1.")
    }

    static let operators: [(String, String)] = [
        ("plan eq enterprise -> 2", "plan=enterprise"), ("plan neq free -> 2", "plan=pro"),
        ("plan in a, \"b c\", d -> 2", "plan=b c"), ("plan nin a, b -> 2", "plan=c"),
        ("plan contains terp -> 2", "plan=enterprise"), ("plan startsWith ent -> 2", "plan=enterprise"),
        ("plan endsWith prise -> 2", "plan=enterprise"),
    ]

    @Test(arguments: operators)
    func `a rule of each operator is typed and the simulated answer changes`(rule: String, field: String) async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("3 j j j Tab a")
        try await robot.type(rule)
        try await robot.press("Enter")
        robot.expect("RULES")
        robot.expect("nothing matched: by weight")
        try await robot.press("Tab G Enter")
        try await robot.type(field)
        try await robot.press("Enter")
        robot.expect("large", "by rule 1")
        // Without the field no operator matches, `neq` and `nin` included (docs/assignment.md §1).
        try await robot.press("d")
        robot.expect("nothing matched: by weight")
    }

    @Test func `every reason is reached by keys alone`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("3 j j j")
        robot.expect("small", "by weight")
        // Weights that leave all buckets over: the last variant takes them.
        try await robot.press("Tab")
        for place in 0..<3 {
            try await robot.press((place == 0 ? "" : "j ") + "Enter C-u 0 Enter")
        }
        robot.expect("large", "by weight, the remainder")
        // A weight that is no number: an error, or what the app falls back on.
        try await robot.press("g Enter C-u")
        try await robot.type("much")
        try await robot.press("Enter")
        robot.expect("no model", "error")
        try await robot.press("Tab G k Enter")
        try await robot.type("gpt-4o-mini")
        try await robot.press("Enter")
        robot.expect("gpt-4o-mini", "fallback")
        // A rule, a target, which goes before it, and targeting switched off.
        try await robot.press("BTab X a")
        try await robot.type("plan eq pro -> 2")
        try await robot.press("Enter Tab G Enter")
        try await robot.type("plan=pro")
        try await robot.press("Enter")
        robot.expect("large", "by rule 1")
        try await robot.press("BTab t")
        try await robot.type("vip -> 1")
        try await robot.press("Enter Tab g j Enter")
        try await robot.type("vip")
        try await robot.press("Enter")
        robot.expect("medium", "by target 1")
        try await robot.press("BTab o")
        robot.expect("small", "by weight, targeting is off")
    }

    @Test func `each operator of the contract has its test above`() {
        let written = Set(Self.operators.map { $0.0.split(separator: " ")[1] }.map(String.init))
        #expect(written == Set(Condition.Operator.allCases.map(\.rawValue)))
    }

    @Test func `a rule with a mistake says which, keeps the text and takes it when it is right`() async throws {
        let robot = try await robot("Tab a")
        try await robot.type("plan equals pro -> 1")
        robot.expect("\"equals\" is no operator; there are eq neq")
        try await robot.press("Enter")
        robot.expect("plan equals pro -> 1")
        try await robot.press("Esc")
        robot.expectNot("plan equals pro")
        robot.expectNot("draft, not saved")
    }

    @Test func `rules are moved, removed, and brought back by undo`() async throws {
        let robot = try await robot("Tab j j j j J")
        robot.expect("1  country")
        try await robot.press("D")
        robot.expectNot("plan is \"enterprise\"")
        try await robot.press("u u")
        robot.expectNot("draft, not saved")
        #expect(robot.workspace.drafts.isEmpty)
    }

    @Test func `Esc brings a simulated value back`() async throws {
        let robot = try await robot("Tab Tab Enter")
        try await robot.type("-other")
        robot.expect("session id", "session-123-other")
        try await robot.press("Esc")
        robot.expect("session id", "session-123")
        robot.expectNot("session-123-other")
    }

    @Test func `a draft is kept on disk and taken up at the next start, but not after it was given up`() async throws {
        let first = try await robot("Tab + + +")
        let draft = try #require(first.workspace.drafts.first)
        #expect(draft.basedOn == 2)
        let second = try await Robot(width: 160, height: 45, drafts: [draft])
        try await second.press("3 j j j j")
        second.expect("draft, not saved")
        second.expect("gpt-4o", "73")
        try await second.press("X")
        second.expectNot("draft, not saved")
        #expect(second.workspace.drafts.isEmpty)
        try await second.send(.workspace(second.workspace.snapshot))
        second.expectNot("draft, not saved")
    }

    @Test func `what comes back from $EDITOR is the draft, and what is no JSON is refused`() async throws {
        let robot = try await robot()
        robot.editorWrites = "{\"key\": \"summarizer\", \"variants\": [{\"model\": \"new\", \"weight\": 100}]}"
        try await robot.press("E")
        #expect(robot.edited.first?.contains("claude-sonnet-4-5") == true)
        robot.expect("new", "100.0000%")
        robot.expect("draft, not saved")
        robot.editorWrites = "{"
        try await robot.press("E")
        robot.expect("the text is no JSON, so the draft stays as it was")
        robot.expect("new", "100.0000%")
        robot.editorWrites = "{\"variants\": []}"
        try await robot.press("E")
        robot.expect("a config needs a key that is text")
        #expect(robot.lines.last?.contains("key") == true)
    }

    @Test func `recorded sessions are replayed, and those without a context are told apart`() async throws {
        let robot = try await Robot(width: 160, height: 45, world: nil)
        try await robot.press("3 j j j j")
        try await robot.record([
            ("one", nil, AttributeMap([.init("country", .string("DE"))]), (2, "gemini-2.5-pro")),
            ("two", "vip-1", nil, nil), ("three", nil, nil, nil),
        ])
        try await robot.press("r")
        robot.expect("replayed on 3 recorded sessions")
        robot.expect("by target 1", "1")
        robot.expect("by rule 2", "1")
        robot.expect("cannot tell", "1")
        robot.expect("1 of 1", "recorded assignments are what the saved version gives")
    }

    @Test(arguments: ["broken-agent", "empty-agent", "keyed-agent"])
    func `a malformed config is shown with what is wrong, and can be worked on`(key: String) async throws {
        let robot = try await Robot(width: 160, height: 120)
        let index = try #require(robot.workspace.snapshot.configs.keys.firstIndex(of: key))
        try await robot.press("3 g" + String(repeating: " j", count: index))
        let config = try #require(robot.workspace.snapshot.configs[key]?.current)
        for lint in config.lints() {
            // What is about one target or rule stands below it, with the field alone.
            let field = lint.targetingPath.map { String(lint.path.dropFirst($0.count).drop { $0 == "." }) } ?? lint.path
            robot.expect(field.isEmpty ? String(lint.humanMessage.prefix(20)) : field)
        }
        try await robot.press("Tab")
        for _ in 0..<30 { try await robot.press("Enter Esc + - J K m Esc j") }
        try await robot.press("v a")
        try await robot.type("-> 0")
        try await robot.press("Enter o u u u u X")
        #expect(robot.workspace.snapshot.configs[key]?.ascending.count == 1)
    }

    @Test func `a click selects what it points at`() async throws {
        let robot = try await robot()
        try await robot.click("country is one of")
        robot.expect("▎2  country")
        try await robot.press("D")
        robot.expectNot("country is one of")
        try await robot.click("router")
        robot.expect("configs · router")
    }

    @Test func `a small screen scrolls the answer and shows what is typed`() async throws {
        let robot = try await Robot(width: 80, height: 24)
        try await robot.press("3 j j j j c Tab Tab")
        robot.expectNot("b shows the joint table")
        try await robot.press("PgDn PgDn PgDn PgDn")
        robot.expect("b shows the joint table")
        try await robot.press("PgUp PgUp PgUp PgUp Tab C")
        robot.expect("save as", "enterprise in Europe")
        try await robot.type(" 2")
        try await robot.press("Enter")
        #expect(robot.workspace.snapshot.contexts.last?.name == "enterprise in Europe 2")
    }

    @Test func `making a version current fails when another was quicker, and says so`() async throws {
        let robot = try await robot("[")
        try robot.another { try $0.perform(.use(.config, key: "summarizer", version: 1, expecting: 2)) }
        try await robot.press("M Enter")
        robot.expect("another made version 1 current meanwhile")
    }

    @Test func `the joint table goes through the tests that share the buckets`() async throws {
        let robot = try await robot("b")
        robot.expect("summarizer", "against broken-agent")
        try await robot.press("k")
        robot.expect("against onboarding-test")
        try await robot.press("Esc")
        robot.expect("SIMULATE")
    }
}
