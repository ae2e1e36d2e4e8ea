import Assignment
import Testing

@testable import Experiments

@Suite struct PlanTextTests {
    @Test(arguments: [
        "", "helpful", "helpful, latency_p95=10%, cost_per_session=5%", "less toxicity, error_rate=1%",
        "error_rate, less toxicity=0.1, helpful=2%", "latency_p95", "more more or less, tokens_per_session=100",
        "score.cost, cost_per_session=0.01",
    ])
    func `a plan that is written is read back the same`(text: String) throws {
        let plan = try PlanText.plan(text)
        #expect(PlanText.text(plan) == text)
        #expect(try PlanText.plan(PlanText.text(plan) ?? "?") == plan)
    }

    @Test func `figures have the short names that people type`() throws {
        let plan = try PlanText.plan(" more helpful ,p95 = 10 %, errors=1pp,, less rude=0")
        #expect(plan.goal == .score("helpful"))
        #expect(
            plan.guardrails == [
                .init(.latencyP95, .relative(0.1)), .init(.errorRate, .absolute(0.01)),
                .init(.score("rude"), .absolute(0)),
            ])
        #expect(plan.lowerIsBetter == ["rude"])
        #expect(plan.goalWords == "more helpful")
        #expect(plan.guardrailWords.first == "at most 10% more p95 latency")
    }

    @Test(arguments: ["a, b", "p95=quick", "p95=", "=10%", "more p95", "p95=-1"])
    func `what is no plan is told`(text: String) {
        #expect(throws: PlanText.Mistake.self) { try PlanText.plan(text) }
    }

    @Test func `a name that cannot be typed is not written`() {
        #expect(PlanText.text(DecisionPlan(goal: .score("a, b"))) == nil)
        #expect(PlanText.text(DecisionPlan(goal: .score("a=b"))) == nil)
    }
}
