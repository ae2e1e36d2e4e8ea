import Cells
import TraceModel

extension LiveScreen {
    private static let own: [Command] = [
        command(
            "live.follow", "follow", ["f"], hint: .of("follow", order: 40, rank: 45),
            help: "Keep the newest span in view, or stand still. What is shown stays; moving up stops following too.",
            do: { screen, scope in
                if screen.isFollowing, screen.pausedAt == nil {
                    screen.stopFollowing(scope)
                } else {
                    screen.follow(&scope)
                }
            }),
        command(
            "live.pause", "pause", [.space], hint: .of("pause", order: 50, rank: 46),
            help: "Hold the list; spans go on being stored, and are counted.", when: { $0.pausedAt == nil },
            do: { screen, scope in screen.togglePause(&scope) }),
        command(
            "live.resume", "go on", [.space], hint: .of("go on", order: 50, rank: 46),
            help: "Go on after a pause, with what came since.", when: { $0.pausedAt != nil },
            do: { screen, scope in screen.togglePause(&scope) }),
        command(
            "live.session", "session", ["s"], hint: .of("session", order: 60, rank: 65),
            help: "Open the selected span's session.", when: { $0.window.selected != nil },
            otherwise: { _ in "no span is selected" },
            do: { screen, scope in
                guard let selected = screen.window.selected else { return }
                scope.move(
                    .open(
                        SessionScreen(
                            selected.sessionID, selecting: selected.span.key, looking: screen.filter.sought)))
            }),
        PromptLink.opening(LiveScreen.self, "live", order: 62, rank: 67) { $0.window.selected },
        RunScreen.opening(LiveScreen.self, "live", "Ask the calls that the filter shows again, in other variants.") {
            $0.window.spans.isEmpty ? nil : RunScreen(filterText: $0.filter.text, filter: $0.filter.filter)
        },
        command(
            "live.mark", "mark to compare", ["m"],
            help: "Mark the span; then `c` on another lays the two beside each other.",
            when: { $0.window.selected != nil }, otherwise: { _ in "no span is selected" },
            do: { screen, scope in
                let selected = screen.window.selected
                screen.marked = screen.marked?.span.key == selected?.span.key ? nil : selected
                scope.tell(screen.marked == nil ? "no span is marked" : "marked; c on another compares")
            }),
        command(
            "live.compare", "compare", ["c"], help: "Lay the marked span and this one beside each other.",
            when: {
                $0.marked != nil && $0.window.selected != nil && $0.marked?.span.key != $0.window.selected?.span.key
            },
            otherwise: { $0.marked == nil ? "m marks a span first" : "this is the marked span: select another" },
            do: { screen, scope in
                guard let left = screen.marked, let right = screen.window.selected else { return }
                scope.move(.open(PairScreen(left, right)))
            }),
        TryScreen.opening(LiveScreen.self, "live") { $0.window.selected },
        command(
            "live.preview", "detail", ["d"], hint: .of("detail", order: 65, rank: 66),
            help: "Show or hide the selected span's content below the list.",
            do: { screen, scope in
                screen.wantsPreview = screen.layout.preview.isEmpty
                screen.isZoomed = false
                screen.appear(&scope)
                screen.showSelected(&scope)
            }),
        command(
            "live.zoom", "zoom", ["z"], hint: .of("zoom", order: 66, rank: 96),
            help: "Give the selected span's content nearly all rows, or make it as it was; up and down go to others.",
            do: { screen, scope in
                screen.isZoomed.toggle()
                if screen.isZoomed { screen.wantsPreview = true }
                screen.appear(&scope)
                screen.showSelected(&scope)
            }),
        command(
            "live.only-session", "only this session", ["o"], help: "Filter by the selected span's session.",
            when: { $0.window.selected != nil }, otherwise: { _ in "no span is selected" },
            do: { screen, scope in
                guard let id = screen.window.selected?.sessionID else { return }
                screen.accept(.filter, text: FilterText.condition("session", id), &scope)
            }),
    ]

    static let commands: [Command] =
        own + [.columns(LiveScreen.self, "live")] + Command.splits(LiveScreen.self, "live", of: "the list")
        + Command.conditions(LiveScreen.self, "live") { screen in
            screen.window.selected.map(FilterCondition.all) ?? []
        }

    /// The command that shows the spans of a screen's session or run here.
    /// - Parameters:
    ///   - refusal: why it would do nothing, where there is no such thing.
    ///   - condition: the filter's field and its value.
    static func opening<S: Screen>(
        _ screen: S.Type, _ name: String, hint: Command.Hint? = nil, help: String, otherwise refusal: String? = nil,
        _ condition: @escaping @Sendable (S) -> (field: String, value: String)?
    ) -> Command {
        .on(
            screen, name, "its spans in Live", ["o"], hint: hint, help: help, when: { condition($0) != nil },
            otherwise: { _ in refusal },
            do: { screen, scope in
                guard let (field, value) = condition(screen) else { return }
                scope.move(.filter(tab: place, text: FilterText.condition(field, value)))
            })
    }
}

extension LiveScreen: ReadingScreen {
    var reading: Reading {
        get { preview.reading }
        set { preview.reading = newValue }
    }
    var isReading: Bool { preview.loaded != nil && !preview.conversation.lines.isEmpty }
}

extension LiveScreen: ColumnScreen {
    static let columnTable = SpanTable.columns().table("live", titles: ["bar": "latency as a bar"])

    func fit(_ chosen: [String]?, width: Int, _ scene: Scene) -> ColumnFit {
        SpanTable(width: width, chosen: chosen, spans: window.spans).fit
    }
}
