/// The tabs in the order of their numbers. A new one is its own folder under Screens and one line here.
enum TabRegistry {
    /// A tab: what it is and its first screen.
    struct Tab: Sendable {
        let place: Place
        let make: @Sendable () -> any Screen
        let commands: [Command]
    }

    static let all: [Tab] = [
        Tab(
            place: LiveScreen.place, make: { LiveScreen() },
            commands: LiveScreen.commands + Command.reading(LiveScreen.self, "live", rank: 85)
                + Command.judging(LiveScreen.self, "live", of: "the span")),
        Tab(
            place: SessionsScreen.place, make: { SessionsScreen() },
            commands: SessionsScreen.commands + Command.judging(SessionsScreen.self, "sessions", of: "the session")),
        Tab(
            place: ExperimentsScreen.place, make: { ExperimentsScreen() }, commands: ExperimentsScreen.commands),
        Tab(place: PromptsScreen.place, make: { PromptsScreen() }, commands: PromptsScreen.commands),
        Tab(place: UsageScreen.place, make: { UsageScreen() }, commands: UsageScreen.commands),
    ]

    /// Commands of screens that open above a tab's own.
    static let opened: [[Command]] = [
        SessionScreen.commands + Command.reading(SessionScreen.self, "session", rank: 58)
            + Command.judging(SessionScreen.self, "session", of: "the session", isPlain: true), CompareScreen.commands,
        SpanScreen.commands + Command.reading(SpanScreen.self, "span", rank: 32)
            + Command.judging(SpanScreen.self, "span", of: "the span"), ABTestsScreen.commands,
        VersionsScreen.commands, TryScreen.commands, RunScreen.commands, PairScreen.commands,
        JointScreen.commands,
    ]
}
