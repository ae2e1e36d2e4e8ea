import Cells
import Experiments
import TraceModel

extension RunScreen {
    static let commands: [Command] = [
        command(
            "run.start", "begin, go on", ["t"], hint: .of("begin", order: 15, rank: 5),
            help: "Ask the calls in all variants; a run that was stopped goes on, and pays for nothing twice.",
            when: {
                !$0.isRunning && !$0.form.variants.isEmpty
                    && ($0.name == nil || $0.standing.map { $0.done < $0.total } ?? true)
            },
            otherwise: {
                $0.isRunning ? "it goes on already" : $0.form.variants.isEmpty ? "add a variant first" : "all is done"
            },
            do: { $0.start(&$1) }),
        command(
            "run.hold", "hold, let go", [.space], hint: .of("hold", order: 20, rank: 10),
            help: "Begin no further call until Space is pressed again.", when: { $0.isRunning && !$0.isEnding },
            otherwise: { $0.isEnding ? "it is ending" : "it does not go on" }, do: { $0.hold(&$1) }),
        command(
            "run.stop", "stop", ["S"], hint: .of("stop", order: 25, rank: 15),
            help: "End after the calls under way; t goes on later.", when: { $0.isRunning && !$0.isEnding },
            otherwise: { $0.isEnding ? "it is ending" : "it does not go on" }, do: { $0.stop(&$1) }),
        LiveScreen.opening(
            RunScreen.self, "run.spans", hint: .of([.character("o")], "in Live", order: 40, rank: 40),
            help: "Show the run's calls in Live.", otherwise: "it has not begun"
        ) { $0.name.map { ("run", $0) } },
    ]

    /// The command that opens it.
    static func opening<S: Screen>(
        _ screen: S.Type, _ name: String, _ help: String, _ run: @escaping @Sendable (S) -> RunScreen?
    ) -> Command {
        .on(
            screen, name + ".run", "run variants", ["T"], hint: .of("run variants", order: 69, rank: 93), help: help,
            when: { run($0) != nil }, otherwise: { _ in "there is no call to ask again" },
            do: { screen, scope in
                if let opened = run(screen) { scope.move(.open(opened)) }
            })
    }
}

extension SessionsScreen {
    /// A run over the marked session and the selected one, else over what the filter shows.
    var run: RunScreen? {
        guard window.total > 0 else { return nil }
        guard let marked else { return RunScreen(filterText: filter.text, filter: filter.filter) }
        let ids = [marked] + (window.selected.map { [$0.sessionID] } ?? []).filter { $0 != marked }
        return RunScreen(
            filterText: ids.map { FilterText.condition("session", $0) }.joined(separator: " OR "),
            filter: .or(ids.map { .text(.session, .init($0)) }))
    }
}

extension TryScreen {
    /// A run of what the form says over the calls of the same prompt, or of the same model.
    var run: RunScreen? {
        let span = stored.span
        var (text, filter): (String, SpanFilter) = ("", .all)
        if let key = span.promptKey {
            text = FilterText.condition("prompt", key + (span.promptVersion.map { "@" + $0 } ?? ""))
            filter = .text(.promptKey, .init(key))
            if let version = span.promptVersion { filter = .and([filter, .text(.promptVersion, .init(version))]) }
        } else if let model = span.requestModel ?? span.responseModel {
            text = FilterText.condition("model", model)
            filter = .text(.model, .init(model))
        }
        return RunScreen(
            filterText: text, filter: filter, variants: form.variant == CallVariant() ? [] : [form.variant])
    }
}
