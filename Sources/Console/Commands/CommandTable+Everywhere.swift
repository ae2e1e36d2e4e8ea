import Cells

extension CommandTable {
    /// What the same keys do on every screen.
    static let everywhere: [Command] = motions + gestures + tabs + overlays + Tour.commands + process

    private static let motions: [Command] = [
        .gesture(
            "move.down", "down", ["j", .down], .move(.down), hint: .of([.up, .down], "move", order: 10, rank: 40),
            help: "Go to the next row, or scroll down."),
        .gesture("move.up", "up", ["k", .up], .move(.up), help: "Go to the row before, or scroll up."),
        .gesture(
            "move.left", "left", ["h", .left], .move(.left),
            help: "Fold, or go to the turn before, or the column at the left."),
        .gesture(
            "move.right", "right", ["l", .right], .move(.right),
            help: "Unfold, or go to the turn after, or the column at the right."),
        .gesture(
            "move.half-down", "half a page down", [.control("d")], .move(.halfPageDown), help: "Go half a page down."),
        .gesture("move.half-up", "half a page up", [.control("u")], .move(.halfPageUp), help: "Go half a page up."),
        .gesture("move.page-down", "page down", [.pageDown, .control("f")], .move(.pageDown), help: "Go a page down."),
        .gesture("move.page-up", "page up", [.pageUp, .control("b")], .move(.pageUp), help: "Go a page up."),
        .gesture("move.first", "first", [.home], .move(.first), help: "Go to the first row."),
        .anywhere(
            "move.top", "first", ["g"], help: "Go to the first row, where `g` does not put rows together.",
            when: {
                $0.overlay == nil && !$0.top.screen.groupsRows && $0.top.screen.offers(.move(.first))
            },
            do: { state, effects in state.updateTop(&effects) { $0.perform(.move(.first), &$1) } }),
        .gesture("move.last", "last", ["G", .end], .move(.last), help: "Go to the last row."),
    ]

    private static let gestures: [Command] = [
        .gesture(
            "open", "open", [.enter], .open, hint: .of("open", order: 20, rank: 20), help: "Open what is selected."),
        .anywhere(
            "back", "back", [.escape],
            hint: Command.Hint(
                keys: [.escape], title: "back", order: 25, rank: 25,
                titleNow: { $0.cameFrom == nil ? $0.top.screen.backTitle : "back" }),
            help: "Go back: end a search, clear a filter, or close the screen.",
            when: { $0.overlay == nil && $0.canGoBack }, do: { state, effects in state.goBack(&effects) }),
        .gesture(
            "filter", "filter", ["/"], .filter, hint: .of("filter", order: 30, rank: 30),
            help: "Type a filter: model:gpt-4o* latency>2s status:error since:15m \"free text\"."),
        .gesture(
            "search", "search", ["/"], .search, hint: .of("search", order: 30, rank: 30),
            help: "Look for a text in what is shown."),
        .gesture(
            "match.next", "next match", ["n"], .nextMatch, hint: .of(["n", "N"], "next", order: 35, rank: 35),
            help: "Go to the next match of the search."),
        .gesture("match.previous", "previous match", ["N"], .previousMatch, help: "Go to the match before."),
        .gesture(
            "error.next", "next error", ["e"], .nextError, hint: .of(["e", "E"], "errors", order: 70, rank: 70),
            help: "Go to the next failed span."),
        .gesture("error.previous", "previous error", ["E"], .previousError, help: "Go to the failed span before."),
        .gesture(
            "copy", "copy", ["y"], .copy, hint: .of("copy", order: 75, rank: 75),
            help: "Copy what is selected to the clipboard (OSC 52)."),
        .gesture(
            "export", "export", ["x"], .export, hint: .of("export", order: 77, rank: 90),
            help: "Write the selected span or session to a file in the working directory."),
        .gesture(
            "pane.next", "next pane", [.tab], .nextPane, hint: .of("pane", order: 80, rank: 41),
            help: "Give the keys to the next pane."),
        .gesture(
            "pane.previous", "previous pane", [.backTab], .previousPane, help: "Give the keys to the pane before."),
    ]

    private static let tabs: [Command] = TabRegistry.all.enumerated().map { index, tab in
        .anywhere(
            "tab." + tab.place.title.lowercased(), tab.place.title,
            index < 9 ? [.character(Character(String(index + 1)))] : [], help: "Go to \(tab.place.title).",
            do: { state, effects in state.showTab(index, &effects) })
    }

    private static let overlays: [Command] = [
        .anywhere(
            "palette", "commands", [":", .control("p")], hint: .of("commands", order: 90, rank: 50),
            help: "Find a command by its name and run it.",
            do: { state, _ in state.overlay = .picker(PaletteOverlay()) }),
        .anywhere(
            "filters", "filters", [.alt("f")], help: "Choose one of the filters that are kept under a name.",
            do: { state, _ in state.overlay = .picker(FiltersOverlay()) }),
        .anywhere(
            "save", "save the filter", [.alt("s")],
            help: "Keep the filter under a name, in the settings; `:save NAME` does so at once.",
            when: { $0.overlay == nil && $0.shownFilter != nil },
            do: { state, _ in
                if let text = state.shownFilter { state.edit(.naming(filter: text), text: "") }
            }),
        .anywhere(
            "help", "help", ["?", Key(.function(1))], hint: .of("help", order: 95, rank: 10),
            help: "Show every key of this screen and of all others; type to search.",
            do: { state, _ in state.overlay = .help(HelpOverlay(place: state.place, keys: state.settings.keys)) }),
        .anywhere(
            "health", "health", [.alt("h")],
            help: "Show which ways in listen, what was lost and why, and what was passed over by its name.",
            do: { state, _ in state.overlay = .health(HealthOverlay()) }),
    ]

    private static let process: [Command] = [
        .anywhere(
            "themes", "themes", [.control("t")], help: "Try the themes on this screen, and keep one.",
            when: { $0.overlay == nil && !$0.settings.themes.isEmpty },
            do: { state, _ in state.overlay = .picker(ThemeOverlay(state: state)) }),
        .anywhere(
            "mouse", "mouse", [.alt("m"), Key(.function(2))],
            help: "Leave the mouse to the terminal, to select text by dragging, or take it back.", when: { _ in true },
            do: { state, _ in
                state.reportsMouse.toggle()
                state.notice = Notice(
                    state.reportsMouse ? "the mouse clicks and scrolls" : "the mouse selects text; M-m takes it back")
            }),
        .anywhere(
            "redraw", "redraw", [.control("l")], help: "Draw the whole screen again.", when: { _ in true },
            do: { _, effects in effects.append(.redraw) }),
        .anywhere(
            "suspend", "suspend", [.control("z")], help: "Stop; the shell's `fg` comes back. In a text C-z is undo.",
            when: { _ in true }, do: { _, effects in effects.append(.suspend) }),
        .anywhere(
            "quit", "quit", ["q", .control("c")], hint: .of("quit", order: 97, rank: 95, rankWhenWide: 68),
            help: "End the console.", when: { _ in true }, do: { _, effects in effects.append(.quit) }),
    ]
}
