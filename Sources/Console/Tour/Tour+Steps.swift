extension Tour {
    /// The eight steps. The first screens of `fallom demo` are made for them, but they hold on any store.
    static let steps: [Step] = [
        Step(
            says: """
                Every row is a call to a model, a tool or an agent, as it happens. The thin part of a bar is the wait for the \
                first token. The newest stays in view.
                """,
            asks: "goes up a row and stands still", command: "move.up",
            isDone: { ($0.top.screen as? LiveScreen).map { !$0.isFollowing } ?? false }),
        Step(
            says: """
                The list stands still while spans go on coming, and counts them. What is selected is shown with its figures \
                and its conversation where there is room.
                """,
            asks: "opens the call", command: "open", isDone: { $0.tabs[$0.activeTab].screens.count > 1 }),
        Step(
            says: """
                All that is known of a call: where it stands in its trace, what it cost, what was said. What the call before \
                held already is one quiet line. `a` shows attributes, `r` what came over the wire.
                """,
            asks: "goes back to the list", command: "back", isDone: { $0.tabs[$0.activeTab].screens.count == 1 }),
        Step(
            says: """
                A filter finds calls by anything they hold: model, latency, customer, tag, or words that were said. Try \
                status:error and Enter.
                """,
            asks: "begins a filter", command: "filter",
            isDone: { $0.overlay == nil && ($0.top.screen as? LiveScreen)?.filter.isEmpty == false }),
        Step(
            says: """
                The same language filters sessions and usage, and every command that reads: `fallom spans status:error`. Esc \
                clears it. Next: sessions, whole conversations with what they took and cost.
                """,
            asks: "shows Sessions", command: "tab.sessions", isDone: { $0.shows(SessionsScreen.place) }),
        Step(
            says: """
                A session is one person's talk with your app, over many traces. Enter opens it, turn by turn; Space marks two \
                to compare. Next: which session gets which model, and why.
                """,
            asks: "shows Experiments", command: "tab.experiments", isDone: { $0.shows(ExperimentsScreen.place) }),
        Step(
            says: """
                A config gives models by weight, after rules about who asks. The right side says what any context gets, as \
                every SDK would answer; `r` replays the recorded sessions against a change before it is saved.
                """,
            asks: "shows Prompts", command: "tab.prompts", isDone: { $0.shows(PromptsScreen.place) }),
        Step(
            says: """
                Prompts have versions; running apps get the current one. Space marks two to compare word by word, `e` edits, \
                and the figures below come from the calls that used each.
                """,
            asks: "shows Usage", command: "tab.usage", isDone: { $0.shows(UsageScreen.place) }),
    ]

    /// What is said when all has been seen.
    static let end = """
        What it cost, by model, customer, prompt or any attribute; Enter goes to the calls behind a row. That was the tour: \
        ? shows the keys of every screen, : finds a command by its name, and `fallom env` prints what your app needs.
        """
}

extension ConsoleState {
    fileprivate func shows(_ place: Place) -> Bool { tabs[activeTab].place == place }
}
