import Cells

extension CommandTable {
    /// What the same keys do on every screen.
    static let everywhere: [Command] = motions + gestures + tabs + overlays + Tour.commands + process

    private static let motions: [Command] = [
        .gesture(
            "move.down", "down", [.character("j"), .down], .move(.down),
            hint: .of([.up, .down], "move", order: 10, rank: 40), help: "Go to the next row, or scroll down."),
        .gesture("move.up", "up", [.character("k"), .up], .move(.up), help: "Go to the row before, or scroll up."),
        .gesture(
            "move.left", "left", [.character("h"), .left], .move(.left),
            help: "Fold, or go to the turn before, or the column at the left."),
        .gesture(
            "move.right", "right", [.character("l"), .right], .move(.right),
            help: "Unfold, or go to the turn after, or the column at the right."),
        .gesture(
            "move.half-down", "half a page down", [.control("d")], .move(.halfPageDown), help: "Go half a page down."),
        .gesture("move.half-up", "half a page up", [.control("u")], .move(.halfPageUp), help: "Go half a page up."),
        .gesture("move.page-down", "page down", [.pageDown, .control("f")], .move(.pageDown), help: "Go a page down."),
        .gesture("move.page-up", "page up", [.pageUp, .control("b")], .move(.pageUp), help: "Go a page up."),
        .gesture("move.first", "first", [.home], .move(.first), help: "Go to the first row."),
        Command(
            name: "move.top", title: "first", keys: [.character("g")],
            help: "Go to the first row, where `g` does not put rows together.", place: .everywhere, hint: nil,
            isAvailable: {
                $0.overlay == nil && !$0.top.screen.groupsRows && $0.top.screen.offers(.move(.first))
            },
            action: { state, effects in state.updateTop(&effects) { $0.perform(.move(.first), &$1) } }),
        .gesture("move.last", "last", [.character("G"), .end], .move(.last), help: "Go to the last row."),
    ]

    private static let gestures: [Command] = [
        .gesture(
            "open", "open", [.enter], .open, hint: .of([.enter], "open", order: 20, rank: 20),
            help: "Open what is selected."),
        Command(
            name: "back", title: "back", keys: [.escape],
            help: "Go back: end a search, clear a filter, or close the screen.", place: .everywhere,
            hint: Command.Hint(
                keys: [.escape], title: "back", order: 25, rank: 25,
                titleNow: { $0.cameFrom == nil ? $0.top.screen.backTitle : "back" }),
            isAvailable: { $0.overlay == nil && $0.canGoBack },
            action: { state, effects in state.goBack(&effects) }),
        .gesture(
            "filter", "filter", [.character("/")], .filter, hint: .of([.character("/")], "filter", order: 30, rank: 30),
            help: "Type a filter: model:gpt-4o* latency>2s status:error since:15m \"free text\"."),
        .gesture(
            "search", "search", [.character("/")], .search, hint: .of([.character("/")], "search", order: 30, rank: 30),
            help: "Look for a text in what is shown."),
        .gesture(
            "match.next", "next match", [.character("n")], .nextMatch,
            hint: .of([.character("n"), .character("N")], "next", order: 35, rank: 35),
            help: "Go to the next match of the search."),
        .gesture(
            "match.previous", "previous match", [.character("N")], .previousMatch,
            help: "Go to the match before."),
        .gesture(
            "error.next", "next error", [.character("e")], .nextError,
            hint: .of([.character("e"), .character("E")], "errors", order: 70, rank: 70),
            help: "Go to the next failed span."),
        .gesture(
            "error.previous", "previous error", [.character("E")], .previousError, help: "Go to the failed span before."
        ),
        .gesture(
            "copy", "copy", [.character("y")], .copy, hint: .of([.character("y")], "copy", order: 75, rank: 75),
            help: "Copy what is selected to the clipboard (OSC 52)."),
        .gesture(
            "export", "export", [.character("x")], .export,
            hint: .of([.character("x")], "export", order: 77, rank: 90),
            help: "Write the selected span or session to a file in the working directory."),
        .gesture(
            "pane.next", "next pane", [.tab], .nextPane, hint: .of([.tab], "pane", order: 80, rank: 41),
            help: "Give the keys to the next pane."),
        .gesture(
            "pane.previous", "previous pane", [.backTab], .previousPane, help: "Give the keys to the pane before."),
    ]

    private static let tabs: [Command] = TabRegistry.all.enumerated().map { index, tab in
        Command(
            name: "tab." + tab.place.title.lowercased(), title: tab.place.title,
            keys: index < 9 ? [.character(Character(String(index + 1)))] : [], help: "Go to \(tab.place.title).",
            place: .everywhere, hint: nil, isAvailable: { $0.overlay == nil },
            action: { state, effects in state.showTab(index, &effects) })
    }

    private static let overlays: [Command] = [
        Command(
            name: "palette", title: "commands", keys: [.character(":"), .control("p")],
            help: "Find a command by its name and run it.", place: .everywhere,
            hint: .of([.character(":")], "commands", order: 90, rank: 50), isAvailable: { $0.overlay == nil },
            action: { state, _ in state.overlay = .picker(PaletteOverlay()) }),
        Command(
            name: "filters", title: "filters", keys: [.alt("f")],
            help: "Choose one of the filters that are kept under a name.", place: .everywhere, hint: nil,
            isAvailable: { $0.overlay == nil }, action: { state, _ in state.overlay = .picker(FiltersOverlay()) }),
        Command(
            name: "save", title: "save the filter", keys: [.alt("s")],
            help: "Keep the filter under a name, in the settings; `:save NAME` does so at once.", place: .everywhere,
            hint: nil, isAvailable: { $0.overlay == nil && $0.shownFilter != nil },
            action: { state, _ in
                if let text = state.shownFilter { state.edit(.naming(filter: text), text: "") }
            }),
        Command(
            name: "help", title: "help", keys: [.character("?"), Key(.function(1))],
            help: "Show every key of this screen and of all others; type to search.", place: .everywhere,
            hint: .of([.character("?")], "help", order: 95, rank: 10), isAvailable: { $0.overlay == nil },
            action: { state, _ in state.overlay = .help(HelpOverlay(place: state.place, keys: state.settings.keys)) }),
        Command(
            name: "health", title: "health", keys: [.alt("h")],
            help: "Show which ways in listen, what was lost and why, and what was passed over by its name.",
            place: .everywhere, hint: nil, isAvailable: { $0.overlay == nil },
            action: { state, _ in state.overlay = .health(HealthOverlay()) }),
    ]

    private static let process: [Command] = [
        Command(
            name: "themes", title: "themes", keys: [.control("t")],
            help: "Try the themes on this screen, and keep one.", place: .everywhere, hint: nil,
            isAvailable: { $0.overlay == nil && !$0.settings.themes.isEmpty },
            action: { state, _ in state.overlay = .picker(ThemeOverlay(state: state)) }),
        Command(
            name: "mouse", title: "mouse", keys: [.alt("m"), Key(.function(2))],
            help: "Leave the mouse to the terminal, to select text by dragging, or take it back.", place: .everywhere,
            hint: nil, isAvailable: { _ in true },
            action: { state, _ in
                state.reportsMouse.toggle()
                state.notice = Notice(
                    state.reportsMouse ? "the mouse clicks and scrolls" : "the mouse selects text; M-m takes it back")
            }),
        Command(
            name: "redraw", title: "redraw", keys: [.control("l")], help: "Draw the whole screen again.",
            place: .everywhere, hint: nil, isAvailable: { _ in true },
            action: { _, effects in effects.append(.redraw) }),
        Command(
            name: "suspend", title: "suspend", keys: [.control("z")],
            help: "Stop; the shell's `fg` comes back. In a text C-z is undo.",
            place: .everywhere, hint: nil, isAvailable: { _ in true },
            action: { _, effects in effects.append(.suspend) }),
        Command(
            name: "quit", title: "quit", keys: [.character("q"), .control("c")], help: "End the console.",
            place: .everywhere,
            hint: .of([.character("q")], "quit", order: 97, rank: 95, rankWhenWide: 68), isAvailable: { _ in true },
            action: { _, effects in effects.append(.quit) }),
    ]
}
