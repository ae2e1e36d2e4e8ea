import Cells
import Experiments
import Testing
import TraceModel

@testable import Console

/// A recorded call asked again, many of them, and given away, by keys.
@Suite struct AgainTests {
    private static let answer = TrialState(
        CallOutcome(
            answer: "Quite another answer.", finishReason: "stop", model: "gpt-4o", latency: 300_000_000,
            firstToken: 90_000_000, usage: TokenUsage(prompt: 10, completion: 4, total: 14),
            cost: Cost(nanoDollars: 1_000_000, isEstimated: true)),
        recorded: SpanKey(traceID: "tried", spanID: "again"), isOver: true)

    @Test(arguments: [(80, 24), (160, 45)])
    func `a call is asked again with another model and stands beside the recorded one`(width: Int, height: Int)
        async throws
    {
        let robot = try await Robot(width: width, height: height)
        try await robot.press("k t")
        for label in ["prompt", "model", "provider", "temperature", "tools"] { robot.expect(label) }
        try await robot.press("j Enter")
        try await robot.type("gpt-4o")
        try await robot.press("Enter")
        robot.trialAnswers = Self.answer
        try await robot.press("t")
        #expect(robot.trials.map(\.variant) == [CallVariant(model: "gpt-4o")])
        #expect(robot.trials.first?.run == Trial.byHand)
        robot.expect("another")
        robot.expect("latency", "300ms")
        try await robot.press("y")
        #expect(robot.copied == ["Quite another answer."])
    }

    @Test func `what was typed and is no temperature is told where it stands`() async throws {
        let robot = try await Robot()
        try await robot.press("k t j j j Enter")
        try await robot.type("hot")
        try await robot.press("Enter")
        robot.expect("0 to 2")
        try await robot.press("Esc l l t")
        #expect(robot.trials.first?.variant == CallVariant(temperature: 0.2))
    }

    @Test func `a call that is under way is let go with Esc, and only then the screen is closed`() async throws {
        let robot = try await Robot()
        try await robot.press("k t t")
        robot.expect("asking")
        try await robot.press("Esc")
        robot.expect("stopped")
        try await robot.press("Esc")
        #expect(!(robot.state.top.screen is TryScreen))
    }

    @Test(arguments: [(80, 24), (160, 45)])
    func `why a call or a run could not be asked stands once, and stays`(width: Int, height: Int) async throws {
        let robot = try await Robot(width: width, height: height)
        let reason = "there is no key for openai: set OPENAI_API_KEY"
        try await robot.press("k t")
        robot.trialRefusal = reason
        try await robot.press("t")
        #expect(robot.lines.count { $0.contains(reason) } == 1, "\(robot.screen)")
        try await robot.press("j")
        robot.expect(reason)
        try await robot.press("Esc 1 T G Enter")
        try await robot.type("model=gpt-4o")
        robot.runAnswers = { if case .estimate = $0 { .estimate(calls: 2, likely: 1, unknown: 0) } else { nil } }
        try await robot.press("Enter")
        robot.runRefusal = reason
        try await robot.press("t")
        #expect(robot.lines.count { $0.contains(reason) } == 1, "\(robot.screen)")
        // A low terminal has no room for it on the screen: the bottom row says it.
        let low = try await Robot(width: width, height: 12)
        try await low.press("k t")
        low.trialRefusal = reason
        try await low.press("t")
        #expect(low.lines.last?.contains(reason) == true, "\(low.screen)")
    }

    private static func table(_ order: RunOrder) -> RunTable {
        let calls = [SpanKey(traceID: "a", spanID: "1"), SpanKey(traceID: "b", spanID: "2")]
        let plan = RunPlan(name: order.name, calls: calls, variants: order.variants, budget: order.budget)
        return RunTable(
            plan, base: .recorded,
            [
                (CallOutcome(answer: "one two"), order.variants.map { _ in CallOutcome(answer: "one two") }),
                (CallOutcome(answer: "three"), order.variants.map { _ in CallOutcome(answer: "utterly else") }),
            ])
    }

    @Test(arguments: [(80, 24), (160, 45)])
    func `a run is ordered, estimated, begun, and its pairs opened`(width: Int, height: Int) async throws {
        let robot = try await Robot(width: width, height: height)
        robot.runAnswers = { request in
            switch request {
            case .estimate: .estimate(calls: 2, likely: 30_000_000, unknown: 0)
            case .start(let order):
                .table(Self.table(order), RunStanding(done: 4, total: 4, failed: 0, spent: 20_000_000), message: nil)
            case .resume, .table: nil
            }
        }
        try await robot.press("1 T G Enter")
        try await robot.type("model=gpt-4o")
        try await robot.press("Enter")
        robot.expect("2 calls in 1 variant: about $0.0300")
        try await robot.press("t")
        guard case .start(let order)? = robot.runs.last else {
            Issue.record("the run was not begun")
            return
        }
        #expect(order.variants == [CallVariant(model: "gpt-4o")] && order.budget == 1_000_000_000)
        robot.expect("4 of 4 asked", "$0.0200")
        robot.expect("pairs, those that differ most first")
        robot.expect("100%", "three", "utterly else")
        try await robot.press("Enter")
        for word in ["three", "utterly"] { robot.expect(word) }
        try await robot.press("i")
        robot.expect("what was said to them")
    }

    @Test func `a run is held, let go and stopped`() async throws {
        let robot = try await Robot()
        robot.runAnswers = { if case .estimate = $0 { .estimate(calls: 2, likely: 1, unknown: 0) } else { nil } }
        try await robot.press("1 T G Enter")
        try await robot.type("temperature=0")
        try await robot.press("Enter t Space")
        let name = try #require((robot.state.top.screen as? RunScreen)?.name)
        #expect(robot.held[name] == true)
        robot.expect("held")
        try await robot.press("Space S")
        #expect(robot.held[name] == false && robot.stopped == [name])
    }

    /// A console in which a run of two calls goes on.
    private static func asking() async throws -> (robot: Robot, run: String) {
        let robot = try await Robot()
        robot.runAnswers = { if case .estimate = $0 { .estimate(calls: 2, likely: 1, unknown: 0) } else { nil } }
        try await robot.press("1 T G Enter")
        try await robot.type("temperature=0")
        try await robot.press("Enter t")
        robot.expect("asking")
        return (robot, try #require((robot.state.top.screen as? RunScreen)?.name))
    }

    @Test func `a run that goes on is stopped with Esc, and only then its screen is closed`() async throws {
        let (robot, run) = try await Self.asking()
        try await robot.press("Esc")
        #expect(robot.stopped == [run] && robot.state.top.screen is RunScreen)
        robot.expect("ending after the calls under way", "Esc leaves")
        try await robot.press("Space S")
        #expect(robot.held.isEmpty && robot.stopped == [run])
        try await robot.press("Esc")
        #expect(!(robot.state.top.screen is RunScreen))
    }

    @Test func `a run that goes on is kept while its spans are looked at, and gone back to`() async throws {
        let (robot, run) = try await Self.asking()
        try await robot.press("o")
        #expect(robot.state.top.screen is LiveScreen)
        robot.expect("1 again goes back to \(run)")
        try await robot.press("Esc k Enter")
        #expect(robot.state.top.screen is SpanScreen)
        try await robot.press("1 1 Esc")
        #expect((robot.state.top.screen as? RunScreen)?.name == run && robot.stopped.isEmpty)
        try await robot.press("S")
        #expect(robot.stopped == [run])
    }

    @Test func `what is copied of a session is chosen`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("2 Enter y")
        for choice in ["its id", "Markdown", "JSON"] { robot.expect(choice) }
        let id = try #require((robot.state.top.screen as? SessionScreen)?.pane.id)
        try await robot.press("m y i y Down Down Enter X h")
        #expect(robot.copiedDocuments == [.sessionMarkdown(id), .session(id)])
        #expect(robot.copied == [id])
        #expect(robot.exports == [.sessionPage(id)])
    }

    @Test func `two calls stand beside each other`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k m k c")
        robot.expect("answers")
        robot.expect("latency")
        try await robot.press("i")
        robot.expect("what was said to them")
    }
}
