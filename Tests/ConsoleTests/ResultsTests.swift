import Assignment
import Experiments
import Testing
import TraceModel
import WorkspaceModel

@testable import Console

/// What is said of a config's variants from recorded sessions.
@Suite struct ResultsTests {
    /// So many sessions of `summarizer` version 2 with the model that it gives them.
    private func sessions(
        _ count: Int, _ config: ModelConfig
    ) throws -> [(id: String, customer: String?, context: AttributeMap?, assigned: (Int, String)?)] {
        try (0..<count).map { number in
            let id = "session-\(number)"
            let customer = number % 20 == 0 ? "vip-1" : "c-\(number % 7)"
            let model = try config.assign(sessionID: id, customerID: customer).model
            return (id, customer, AttributeMap(), (2, model))
        }
    }

    private func robot(_ count: Int) async throws -> Robot {
        let robot = try await Robot(width: 160, height: 60, world: nil)
        let config = try #require(robot.workspace.snapshot.configs["summarizer"]?.current)
        var recorded = try sessions(count, config)
        recorded.append(("wrong", "c-1", AttributeMap(), (2, "another-model")))
        recorded.append(("old", "c-1", AttributeMap(), (1, "gpt-4o")))
        recorded.append(("unrecorded", "c-1", AttributeMap(), nil))
        recorded.append(("untold", nil, nil, (2, "gpt-4o")))
        try await robot.record(recorded)
        try await robot.press("3 j j j j")
        return robot
    }

    @Test func `results count whom the weights placed, and say who is left out`() async throws {
        let robot = try await robot(400)
        robot.expect("results of version 2 from traces, last 7 days")
        robot.expect("VARIANT", "SESSIONS", "ERRORS", "P50", "COST/SESSION")
        let config = try #require(robot.workspace.snapshot.configs["summarizer"]?.current)
        let placed = try sessions(400, config).filter { $0.customer != "vip-1" }
        for model in ["gpt-4o", "claude-sonnet-4-5"] {
            // The column cuts long names.
            robot.expect(String(model.prefix(11)), "\(placed.count { $0.assigned?.1 == model })", "500ms")
        }
        // The third variant expects two sessions, where no approximation holds.
        robot.expect("sample ratio: too few sessions to check")
        #expect(robot.screen.contains("20 targeted left out"))
        for reason in ["1 with another version", "1 without a recorded assignment", "recorded with another model"] {
            #expect(robot.screen.contains(reason), "\(reason) is not in\n\(robot.screen)")
        }
        // Both variants have the same latency, and the third too few sessions to say anything.
        robot.expectNot("slower")
        #expect(robot.screen.contains("too few sessions to compare"))
        try await robot.press("Tab G Enter")
        robot.expect("configs · summarizer · results of version 2")
        robot.expect("error rate", "%", "…")
        robot.expect("first token p50")
        try await robot.press("Esc [")
        robot.expect("results of version 1 from traces")
    }

    @Test func `an early look says that it is too early`() async throws {
        let robot = try await robot(20)
        #expect(robot.screen.contains("too few sessions to compare"))
    }

    @Test func `a period leaves out what is older`() async throws {
        let robot = try await robot(40)
        try await robot.press("p")
        robot.expect("last 30 days")
        try await robot.press("p p")
        robot.expect("last 24 hours")
    }

    @Test func `the list of who moves is what each session gets by itself, and opens the session`() async throws {
        let robot = try await robot(300)
        try await robot.press("r Tab - - - - - j + + + + +")
        let live = try #require(robot.workspace.snapshot.configs["summarizer"]?.current)
        var draft = ConfigDraft(live)
        draft.setWeight(ofVariant: 0, to: "65")
        draft.setWeight(ofVariant: 1, to: "34.5")
        let movers = (0..<300).map { "session-\($0)" }.enumerated().filter { number, id in
            let customer = number % 20 == 0 ? "vip-1" : "c-\(number % 7)"
            let before = try? live.assign(sessionID: id, customerID: customer).model
            return before != (try? draft.made.assign(sessionID: id, customerID: customer).model)
        }.map(\.element)
        let others = ["wrong", "old", "unrecorded"].filter { id in
            (try? live.assign(sessionID: id, customerID: "c-1").model)
                != (try? draft.made.assign(sessionID: id, customerID: "c-1").model)
        }
        let count = movers.count + others.count
        robot.expect("\(count) sessions would have had another model")
        robot.expect("MODEL", "DRAFT", "SAVED", "ASSIGNED")
        robot.expect("cannot tell", "1")
        try await robot.press("G k Enter")
        robot.expect("configs · summarizer · who moves")
        robot.expect("\(count) of 304 recorded sessions")
        let last = try #require(movers.last)
        robot.expect(last, "gpt-4o", "→", "claude-sonnet-4-5")
        try await robot.press("Enter")
        robot.expect("session ·")
    }

    @Test func `a recorded session fills the form, and its fields are suggested`() async throws {
        let robot = try await Robot(width: 160, height: 45, world: nil)
        let context = AttributeMap([.init("plan", .string("enterprise")), .init("team", .string("blue"))])
        try await robot.record([("one", "acme", context, (2, "gpt-4o"))])
        try await robot.press("3 j j j j")
        robot.expect("team", "absent")
        try await robot.press("R")
        robot.expect("SIMULATE", "recorded one")
        robot.expect("customerId", "acme")
        robot.expect("team", "blue")
    }
}
