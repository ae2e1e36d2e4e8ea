import Experiments
import Testing
import TraceModel

@testable import FallomCommand

@Suite(.timeLimit(.minutes(1))) struct RunLedgerTests {
    private static let one = RunPlan.Task(call: 0, variant: 0)
    private static let other = RunPlan.Task(call: 1, variant: 0)

    private func plan(budget: Int64) -> RunPlan {
        RunPlan(
            name: "r", calls: ["1", "2"].map { SpanKey(traceID: "t" + $0, spanID: "s") },
            variants: [CallVariant(tools: .answered)], budget: budget)
    }

    @Test func `of two calls whose next rounds do not both fit the budget one gives way, and the other goes on`()
        async throws
    {
        let temporary = try TemporaryStore()
        let file = try RunFile.begin(plan(budget: 100), temporary.settings)
        let ledger = RunLedger(file, interval: 0)
        for task in [Self.one, Self.other] { #expect(try await ledger.begin(task, reserving: 40)) }
        let went = try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in [Self.one, Self.other] {
                group.addTask {
                    let goesOn = try await ledger.raise(task, to: 70)
                    try await ledger.ended(task, spent: goesOn ? 65 : 30, isDone: goesOn, refusal: nil)
                    return goesOn
                }
            }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(went.filter(\.self).count == 1)
        #expect(file.state.committed == 95 && file.state.done.count == 1)
        #expect(await ledger.end == .budget)
        #expect(await ledger.next() == nil)
        try await temporary.end()
    }

    @Test func `a further round waits for what another call gives back`() async throws {
        let temporary = try TemporaryStore()
        let file = try RunFile.begin(plan(budget: 100), temporary.settings)
        let ledger = RunLedger(file, interval: 0)
        for task in [Self.one, Self.other] { #expect(try await ledger.begin(task, reserving: 40)) }
        async let goesOn = ledger.raise(Self.one, to: 70)
        try await ledger.ended(Self.other, spent: 10, isDone: true, refusal: nil)
        #expect(try await goesOn)
        #expect(file.state.reserved(for: Self.one) == 70 && file.state.committed == 80)
        #expect(await ledger.end == nil)
        try await temporary.end()
    }
}
