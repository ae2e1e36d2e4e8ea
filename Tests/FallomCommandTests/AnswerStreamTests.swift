import Experiments
import Testing

@testable import FallomCommand

@Suite struct AnswerStreamTests {
    private func shown(_ states: [(round: Int, answer: String)]) -> String {
        var stream = AnswerStream()
        return states.map { stream.take(TrialState(CallOutcome(answer: $0.answer), round: $0.round)) }.joined()
    }

    @Test func `an answer is shown once, however its pieces come`() {
        #expect(shown([(0, "It"), (0, "It is"), (0, "It is"), (0, "It is so.")]) == "It is so.")
    }

    @Test func `each round is shown from its beginning, on a line of its own`() {
        #expect(shown([(0, "Let me look."), (1, "It is"), (1, "It is sunny.")]) == "Let me look.\nIt is sunny.")
        #expect(shown([(2, "Sunny.")]) == "Sunny.")
    }
}
