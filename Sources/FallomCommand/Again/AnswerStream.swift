import Experiments

/// What of an answer is to be shown next, as it comes. Every round has an answer of its own, which begins a line.
struct AnswerStream: Sendable {
    private var round = 0
    /// Bytes of this round's answer.
    private var shown = 0
    /// Whether the line that was shown last has no end yet.
    private(set) var isWithinLine = false

    /// Takes how far it has come; gives what is new.
    mutating func take(_ state: TrialState) -> String {
        var new = ""
        if state.round != round {
            if isWithinLine { new = "\n" }
            (round, shown, isWithinLine) = (state.round, 0, false)
        }
        let answer = state.outcome.answer.utf8
        guard answer.count > shown else { return new }
        new += String(decoding: answer.dropFirst(shown), as: UTF8.self)
        (shown, isWithinLine) = (answer.count, true)
        return new
    }
}
