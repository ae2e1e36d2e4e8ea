import Cells
import TraceModel

extension SpanScreen {
    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move(.left), .move(.right): view == .attributes
        case .move, .nextPane, .previousPane, .copy, .search: true
        case .filter: false
        case .export: loaded != nil
        case .open: view == .attributes && tree.selectedRow?.isOpen != nil
        case .back: !search.isEmpty
        case .nextError, .previousError: waterfall.rows.contains { $0.stored.span.status == .error }
        case .nextMatch, .previousMatch: !search.isEmpty
        }
    }

    /// What is looked for, in any view.
    private var search: String { messages.search }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion):
            if view == .attributes {
                tree.move(motion)
            } else {
                if motion == .last { return goToEnd(&scope) }
                scrollText { $0.move(motion) }
                layOutRest(&scope)
            }
        case .nextPane: turn(1, &scope)
        case .previousPane: turn(-1, &scope)
        case .open: tree.toggle()
        case .copy: copy(&scope)
        case .export: scope.export(.span(stored.span.key))
        case .back: look(for: "", &scope)
        case .nextMatch: find(forward: true, &scope)
        case .previousMatch: find(forward: false, &scope)
        case .filter: break
        case .search: scope.move(.edit(.search, text: search))
        case .nextError: goToError(1, &scope)
        case .previousError: goToError(-1, &scope)
        }
    }

    mutating func turn(_ step: Int, _ scope: inout Scope) {
        let views = views
        let index = views.firstIndex(of: view) ?? 0
        change(to: views[(index + step + views.count) % views.count], &scope)
    }

    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope) {
        look(for: text, &scope)
        guard !text.isEmpty else { return }
        if view == .attributes {
            if !tree.find(text, forward: true) { scope.tell("not found: \(text)") }
        } else if self.text.matchCount == 0, !(view == .messages && whole.looksAgain) {
            scope.tell("not found in \(view.title): \(text)")
        }
    }

    private mutating func find(forward: Bool, _ scope: inout Scope) {
        if view == .attributes {
            if !tree.find(search, forward: forward) { scope.tell("not found: \(search)") }
        } else if text.isAtLastMatch(forward: forward), let other = neighbour(forward: forward) {
            seeking = forward
            show(other, &scope)
        } else {
            scrollText { $0.nextMatch(forward: forward) }
        }
    }

    private mutating func goToError(_ step: Int, _ scope: inout Scope) {
        guard var index = waterfall.rows.firstIndex(where: { $0.stored.span.key == stored.span.key }) else { return }
        index += step
        while waterfall.rows.indices.contains(index) {
            if waterfall.rows[index].stored.span.status == .error { return show(waterfall.rows[index].stored, &scope) }
            index += step
        }
        scope.tell("no other failed span of this trace this way")
    }

    private mutating func copy(_ scope: inout Scope) {
        switch view {
        case .messages, .figures:
            if let detail = loaded?.detail { scope.copy(ConversationSource.text(of: detail), what: "the messages") }
        case .raw: scope.copy(loaded?.json ?? "", what: "the record")
        case .attributes:
            guard let row = tree.selectedRow, let text = tree.selectedText else { return }
            scope.copy(text, what: row.name)
        }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let layout = layout(size)
        if layout.views.contains(point) {
            if let view = view(at: point.x) { change(to: view, &scope) }
        } else if layout.main.contains(point), view == .attributes {
            tree.select(at: point.y - layout.main.y)
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        if view == .attributes { return tree.scroll(by: rows) }
        scrollText { $0.scroll(by: rows) }
        layOutRest(&scope)
    }

    private static let own: [Command] = [
        view(.messages, "m", help: "Show the messages."), view(.figures, "f", help: "Show the figures."),
        view(.attributes, "a", help: "Show the attributes as a tree."),
        view(.raw, "r", help: "Show the record as JSON."),
        command(
            "span.zoom", "zoom", ["z"], hint: .of("zoom", order: 62, rank: 96),
            help: "Give the view all columns, or show waterfall and figures beside it again.",
            do: { screen, scope in
                screen.isZoomed.toggle()
                screen.appear(&scope)
            }),
        command(
            "span.next", "next span", ["]", "J"], hint: .of(["[", "]"], "spans", order: 60, rank: 55),
            help: "Go to the next span of the trace.", do: { $0.go(1, &$1) }),
        command(
            "span.previous", "previous span", ["[", "K"], help: "Go to the span of the trace before.",
            do: { $0.go(-1, &$1) }),
        command(
            "span.session", "session", ["s"], hint: .of("session", order: 65, rank: 65),
            help: "Open the span's session.",
            do: { screen, scope in
                scope.move(.open(SessionScreen(screen.stored.sessionID, selecting: screen.stored.span.key)))
            }),
        command(
            "span.link", "linked trace", ["o"], hint: .of("linked trace", order: 66, rank: 62),
            help:
                "Go to the trace that the span is linked to: to the link selected among the attributes, else the first.",
            when: { !$0.links.isEmpty }, otherwise: { _ in "the span has no link" }, do: { $0.followLink(&$1) }),
        PromptLink.opening(SpanScreen.self, "span", order: 67, rank: 60) { $0.stored },
        command(
            "span.give", "write as …", ["X"], hint: .of("write as", order: 78, rank: 92),
            help: "Write the call for a shell, in Python, in Swift, as its request or its record.",
            when: { $0.loaded != nil && $0.stored.span.kind == .llm },
            otherwise: { _ in "only a call of a model can be written as a request" },
            do: { screen, scope in scope.choose(.giving(screen.stored.span.key)) }),
        TryScreen.opening(SpanScreen.self, "span") { $0.stored },
        command(
            "span.copy-answer", "copy the answer", ["Y"],
            help: "Copy the answer alone, byte for byte as the model wrote it.",
            when: { $0.loaded.flatMap { ConversationSource.answer(of: $0.detail) } != nil },
            otherwise: { _ in "there is no answer" },
            do: { screen, scope in
                guard let answer = screen.loaded.flatMap({ ConversationSource.answer(of: $0.detail) }) else { return }
                scope.copy(answer, what: "the answer")
            }),
    ]

    static let commands: [Command] =
        own + Command.splits(SpanScreen.self, "span", of: "the figures")
        + Command.conditions(SpanScreen.self, "span", of: \.conditions)

    /// What can be filtered by here: the selected attribute, or the span's fields.
    private var conditions: [FilterCondition] {
        guard view == .attributes else { return FilterCondition.all(of: stored) }
        return tree.selectedCondition.map { [$0] } ?? []
    }

    private static func view(_ view: View, _ key: Character, help: String) -> Command {
        command(
            "span." + view.title, view.title, [.character(key)],
            hint: .of(view.title, order: 40 + view.rawValue, rank: 42 + view.rawValue), help: help,
            when: { $0.views.contains(view) }, otherwise: { _ in "they stand at the left" },
            do: { $0.change(to: view, &$1) })
    }
}

extension SpanScreen: ReadingScreen {
    var isReading: Bool { loaded != nil && view == .messages }
}

extension SpanScreen: SplitScreen {
    static let splitName = "span"
    var splitLine: Rect { layout(size).divider }
}
