import Cells
import Experiments
import TraceModel

extension TryScreen {
    static let commands: [Command] = [
        RunScreen.opening(
            TryScreen.self, "try", "Ask many calls so: those of the same version of the prompt, or of the same model."
        ) { $0.run },
        command(
            "try.ask", "ask", ["t"], hint: .of("ask", order: 15, rank: 5),
            help: "Ask the call as the form says: the answer streams in beside the recorded one.",
            when: { $0.loaded != nil && !$0.isRunning },
            otherwise: { $0.isRunning ? "it is being asked; Esc lets it go" : "the call is still being read" },
            do: { $0.ask(&$1) }),
        command(
            "try.plain", "as it is, what differs", ["v"], hint: .of("plain/differences", order: 30, rank: 30),
            help: "Show the new answer as it is, or what differs by words.", when: { $0.trial != nil },
            otherwise: { _ in "it has not been asked yet" }, do: { screen, _ in screen.showPlain(!screen.isPlain) }),
        command(
            "try.span", "the new span", ["o"], hint: .of("the new span", order: 40, rank: 40),
            help: "Show the new call's span in Live.", when: { $0.trial?.recorded != nil },
            otherwise: { _ in "no new call has been recorded" },
            do: { screen, scope in
                guard let key = screen.trial?.recorded else { return }
                scope.move(.filter(tab: LiveScreen.place, text: FilterText.condition("trace", key.traceID)))
            }),
    ]

    /// The commands that open it, from wherever a recorded call is in sight.
    static func opening<S: Screen>(
        _ screen: S.Type, _ name: String, _ call: @escaping @Sendable (S) -> StoredSpan?
    ) -> Command {
        .on(
            screen, name + ".try", "try again", ["t"], hint: .of("try again", order: 68, rank: 58),
            help: "Ask the call again: another prompt version, model, provider, temperature, tools.",
            when: { call($0)?.span.kind == .llm && call($0)?.span.isRunning == false },
            otherwise: { _ in "only a finished call of a model can be tried again" },
            do: { screen, scope in
                if let stored = call(screen) { scope.move(.open(TryScreen(stored))) }
            })
    }
}
