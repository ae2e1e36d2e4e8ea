import Cells

/// A walk through the console in eight steps: a box tells what is seen and asks for one thing to be done. The keys go on
/// meaning what they mean; once the thing is done, by key or by mouse, the next step begins.
struct Tour: Hashable, Sendable {
    /// A step.
    struct Step: Sendable {
        /// What is seen.
        let says: String
        /// What is asked for, after the key: `opens the call`.
        let asks: String
        /// The command whose key is shown.
        let command: String
        /// Whether it has been done.
        let isDone: @Sendable (ConsoleState) -> Bool
    }

    /// How many steps lie behind.
    private(set) var index = 0

    /// What is asked for now; `nil` once all has been seen.
    var step: Step? { index < Self.steps.count ? Self.steps[index] : nil }

    /// Goes on without the step being done; whether there was another.
    mutating func skip() -> Bool {
        guard index < Self.steps.count else { return false }
        index += 1
        return true
    }

    /// Looks whether what was asked for has been done.
    mutating func look(at state: ConsoleState) {
        if let step, step.isDone(state) { index += 1 }
    }

    static let commands: [Command] = [
        .anywhere(
            "tour", "tour", [.alt("t")], help: "Begin a tour of the console in eight steps, or end it.",
            do: { state, _ in state.tour = state.tour == nil ? Tour() : nil }),
        .anywhere(
            "tour.next", "next step", [.alt("n")], help: "Skip a step of the tour; after the last one, close it.",
            when: { $0.overlay == nil && $0.tour != nil },
            do: { state, _ in if state.tour?.skip() == false { state.tour = nil } }),
    ]
}

extension ConsoleState {
    /// Begins the tour at its first step.
    public mutating func beginTour() { tour = Tour() }
}
