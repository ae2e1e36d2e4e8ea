import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

extension PromptsScreen {
    private static let inEditor: @Sendable (PromptsScreen) -> Bool = { $0.editor?.focus == .text }

    /// What keys say that cannot act.
    static let nothing = "no prompt is here"

    static let commands: [Command] =
        sampleCommands
        + [
            .on(
                PromptsScreen.self, "prompts.mark", "mark for diff", [.space],
                hint: .of([.space], "mark for diff", order: 20, rank: 30),
                help: "Mark the version; another one is then compared with it.", when: { $0.isFree },
                otherwise: { _ in nothing },
                do: { screen, _ in
                    screen.marked = screen.marked == screen.shown?.version ? nil : screen.shown?.version
                }),
            .on(
                PromptsScreen.self, "prompts.diff", "side by side, unified, text", [.character("v"), .character("d")],
                hint: .of([.character("v")], "diff", order: 30, rank: 25),
                help:
                    "Compare with the marked version, else the one before: side by side, then unified, then the text alone.",
                when: { $0.isFree && $0.other != nil },
                otherwise: { _ in "there is no other version to compare with" },
                do: { screen, _ in
                    screen.sent = nil
                    screen.mode =
                        screen.mode == .text ? .sideBySide : screen.mode == .sideBySide ? .unified : .text
                    screen.place.scroll(to: 0)
                }),
            .on(
                PromptsScreen.self, "prompts.part", "system/user", [.character("t")],
                hint: .of([.character("t")], "system/user", order: 35, rank: 35),
                help: "Show the other part of the prompt.", when: { $0.isFree }, otherwise: { _ in nothing },
                do: { screen, _ in
                    screen.part = screen.part == .system ? .user : .system
                    screen.place.scroll(to: 0)
                }),
            .on(
                PromptsScreen.self, "prompts.render", "rendered", [.character("x")],
                hint: .of([.character("x")], "rendered", order: 40, rank: 45),
                help: "Fill the sample values in, and compare what comes out; i gives them, c takes the next sample.",
                when: { $0.isFree }, otherwise: { _ in nothing },
                do: { screen, _ in
                    screen.sent = nil
                    screen.isRendered.toggle()
                }),
            .on(
                PromptsScreen.self, "prompts.calls", "its calls", [.character("o")],
                hint: .of([.character("o")], "its calls", order: 48, rank: 34),
                help: "Show the calls made with this version in Live; p on a call comes back.", when: { $0.isFree },
                otherwise: { _ in nothing },
                do: { $0.openCalls(&$1) }),
            .on(
                PromptsScreen.self, "prompts.edit", "edit", [.character("e")],
                hint: .of([.character("e")], "edit", order: 50, rank: 20),
                help: "Write the next version here, beginning with the one that is shown.", when: { $0.isFree },
                otherwise: { _ in nothing },
                do: { $0.beginEditing(&$1) }),
            .on(
                PromptsScreen.self, "prompts.editor", "$EDITOR", [.character("E")],
                hint: .of([.character("E")], "$EDITOR", order: 55, rank: 50),
                help: "Edit the shown part in $EDITOR; what comes back is the draft.", when: { $0.isFree },
                otherwise: { _ in nothing },
                do: { screen, scope in
                    guard let shown = screen.shown else { return }
                    let text = screen.part == .system ? shown.systemPrompt : shown.userTemplate
                    scope.edit(
                        screen.keptDraft?[part: screen.part.name] ?? text, name: "\(shown.key)-\(screen.part.name).txt",
                        as: screen.requestID(Slot.editor, scope))
                }),
            .on(
                PromptsScreen.self, "prompts.tests", "A/B tests", [.character("a")],
                hint: .of([.character("a")], "A/B tests", order: 57, rank: 32),
                help: "Go to the A/B tests, those of this prompt first.", when: { $0.isFree },
                otherwise: { _ in nothing },
                do: { $0.openTests(&$1) }),
            .on(
                PromptsScreen.self, "prompts.use", "make current", [.character("M")],
                hint: .of([.character("M")], "make current", order: 60, rank: 28),
                help: "Serve the version that is shown; an older one rolls back.",
                when: { $0.isFree && $0.shown?.version != $0.versions?.currentVersion },
                otherwise: { $0.shown == nil ? nothing : "this version is current already" },
                asks: { screen in
                    guard let shown = screen.shown else { return nil }
                    let instead = screen.versions?.currentVersion.map { " instead of \($0)" } ?? ""
                    return "serve version \(shown.version)\(instead)? all apps get it at their next sync"
                },
                do: { screen, scope in
                    guard let shown = screen.shown else { return }
                    scope.work(
                        .use(
                            .prompt, key: shown.key, version: shown.version, expecting: screen.versions?.currentVersion),
                        as: screen.switches.begin(Switch(key: shown.key, version: shown.version), scope))
                }),
            .on(
                PromptsScreen.self, "prompts.discard", "discard draft", [.character("X")],
                help: "Give up the unsaved draft of this prompt.",
                when: { screen in screen.isFree && screen.keptDraft != nil },
                otherwise: { _ in "there is no draft of this prompt" },
                do: { screen, scope in
                    guard let draft = screen.keptDraft else { return }
                    screen.keptDrafts[draft.key] = nil
                    scope.work(.removeDraft(draft), as: screen.requestID(Slot.draft, scope))
                    scope.tell("the draft is gone")
                }),
        ] + editorCommands + inPlaceCommands

    /// The editor takes these keys itself; they stand here so that the hint line, help and the manual tell of them.
    private static let editorCommands: [Command] = [
        line("accept", "take it", .enter, order: 10, help: "Save with the note, or go to what is looked for."),
        line("cancel", "cancel", .escape, order: 20, help: "Go back to the text."),
        entry("save", "save version", .control("s"), order: 10, help: "Ask for a note, then save as a new version."),
        entry("save-current", "save, make current", .alt("s"), order: 12, help: "Save and serve it at once."),
        entry("find", "find", .control("f"), order: 20, help: "Find text; small letters find large ones too."),
        entry("undo", "undo", .control("z"), order: 30, help: "Take the last change back; C-y does it again."),
        entry("other-part", "system/user", .control("t"), order: 40, help: "Edit the other part."),
        entry("external", "$EDITOR", .control("o"), order: 50, help: "Go on in $EDITOR."),
        entry("leave", "leave", .escape, order: 60, help: "Leave the editor; the draft is kept."),
    ]

    /// What is typed in place takes these keys itself.
    private static let inPlaceCommands: [Command] = [
        inPlace("accept", "take it", .enter, order: 10, help: "Take what is typed."),
        inPlace("next", "next variable", .tab, order: 20, help: "Take the value and go on to the next variable.") {
            if case .variable = $0.lineEditing?.target { true } else { false }
        },
        inPlace("cancel", "cancel", .escape, order: 30, help: "Leave it as it was."),
    ]

    private static func inPlace(
        _ name: String, _ title: String, _ key: Key, order: Int, help: String,
        when isAvailable: @escaping @Sendable (PromptsScreen) -> Bool = { $0.lineEditing != nil }
    ) -> Command {
        .on(
            PromptsScreen.self, "prompts.typing.\(name)", title, [key],
            hint: .of([key], title, order: order, rank: order), help: help, when: isAvailable,
            do: { screen, scope in _ = screen.type(key, &scope) })
    }

    private static func line(_ name: String, _ title: String, _ key: Key, order: Int, help: String) -> Command {
        .on(
            PromptsScreen.self, "prompts.line.\(name)", title, [key],
            hint: .of([key], title, order: order, rank: order), help: help,
            when: { $0.editor.map { $0.focus != .text } ?? false },
            do: { screen, scope in _ = screen.type(key, &scope) })
    }

    private static func entry(_ name: String, _ title: String, _ key: Key, order: Int, help: String) -> Command {
        .on(
            PromptsScreen.self, "prompts.editor.\(name)", title, [key],
            hint: .of([key], title, order: order, rank: key == .escape ? 5 : order), help: help, when: inEditor,
            otherwise: { _ in "e opens the editor first" }, do: { screen, scope in _ = screen.type(key, &scope) })
    }
}
