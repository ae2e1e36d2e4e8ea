import Assignment
import Cells
import Prompts
import WorkspaceModel

extension PromptsScreen {
    static let commands: [Command] =
        sampleCommands + listCommands + textCommands + editorCommands + lineCommands + inPlaceCommands

    /// What keys say that cannot act.
    private static let nothing = "no prompt is here"

    private static let sampleCommands: [Command] = [
        command(
            "prompts.fill", "fill in variables", ["i"], hint: .of("fill in", order: 42, rank: 40),
            help: "Give the placeholders sample values; x shows the text with them.",
            when: { $0.isFree && $0.pane != .variables && !$0.desk.variableRows($0.list).isEmpty },
            otherwise: { $0.pane == .variables ? "Enter fills in the selected one" : "the prompt has no placeholders" },
            do: { screen, _ in
                screen.pane = .variables
                let rows = screen.desk.variableRows(screen.list)
                screen.desk.samples.selected = rows.firstIndex { $0.value == nil } ?? 0
            }),
        command(
            "prompts.next-sample", "next sample", ["c"], hint: .of("next sample", order: 44, rank: 46),
            help: "Take the next saved sample of this prompt over.", when: { $0.isFree && !$0.list.samples.isEmpty },
            otherwise: { _ in "no sample of this prompt is saved" }, do: { $0.desk.nextSample($0.list, &$1) }),
        command(
            "prompts.save-sample", "save sample", ["C"], hint: .of("save sample", order: 46, rank: 41),
            help: "Save the values as a sample, beside the prompt's versions.",
            when: { $0.isFree && $0.pane == .variables && !$0.desk.filling($0.list).variables.isEmpty },
            otherwise: { $0.pane == .variables ? "no value is filled in" : "i goes to the variables first" },
            do: { screen, _ in screen.desk.beginSampleName(screen.list) }),
        command(
            "prompts.clear-variable", "clear value", ["D", .delete], help: "Take the variable's value away.",
            when: { $0.variable?.value != nil }, otherwise: { _ in "no value is selected: i goes to the variables" },
            do: { screen, _ in
                guard let name = screen.variable?.name else { return }
                screen.desk.changeFilling(screen.list) { $0.remove(name) }
            }),
    ]

    private static let listCommands: [Command] = [
        command(
            "prompts.mark", "mark for diff", [.space], hint: .of("mark for diff", order: 20, rank: 30),
            help: "Mark the version; another one is then compared with it.", when: { $0.isFree },
            otherwise: { _ in nothing }, do: { screen, _ in screen.list.mark() }),
        command(
            "prompts.calls", "its calls", ["o"], hint: .of("its calls", order: 48, rank: 34),
            help: "Show the calls made with this version in Live; p on a call comes back.", when: { $0.isFree },
            otherwise: { _ in nothing }, do: { $0.openCalls(&$1) }),
        command(
            "prompts.tests", "A/B tests", ["a"], hint: .of("A/B tests", order: 57, rank: 32),
            help: "Go to the A/B tests, those of this prompt first.", when: { $0.isFree }, otherwise: { _ in nothing },
            do: { $0.openTests(&$1) }),
        command(
            "prompts.use", "make current", ["M"], hint: .of("make current", order: 60, rank: 28),
            help: "Serve the version that is shown; going back to an older one is the same.",
            when: { $0.isFree && !$0.list.isShownCurrent },
            otherwise: { $0.list.shown == nil ? nothing : "this version is current already" }, asks: \.list.question,
            do: { $0.list.use(&$1) }),
    ]

    /// What the key does where a draft is kept.
    private static let editHint: Command.Hint = {
        var hint = Command.Hint.of([.character("e")], "edit", order: 50, rank: 20)
        hint.titleNow = { state in
            (state.top.screen as? PromptsScreen)?.hasKeptDraft == true ? "go on with draft" : "edit"
        }
        return hint
    }()

    private static let textCommands: [Command] = [
        command(
            "prompts.diff", "side by side, unified, text", ["v", "d"], hint: .of("diff", order: 30, rank: 25),
            help:
                "Compare with the marked version, else the one before: side by side, then unified, then the text alone.",
            when: { $0.isFree && $0.list.other != nil },
            otherwise: { _ in "there is no other version to compare with" },
            do: { screen, _ in screen.desk.nextMode() }),
        command(
            "prompts.part", "system/user", ["t"], hint: .of("system/user", order: 35, rank: 35),
            help: "Show the other part of the prompt.", when: { $0.isFree }, otherwise: { _ in nothing },
            do: { screen, _ in screen.desk.turnPart() }),
        command(
            "prompts.render", "rendered", ["x"], hint: .of("rendered", order: 40, rank: 45),
            help: "Fill the sample values in, and compare what comes out; i gives them, c takes the next sample.",
            when: { $0.isFree }, otherwise: { _ in nothing }, do: { screen, _ in screen.desk.toggleRendered() }),
        command(
            "prompts.edit", "edit", ["e"], hint: editHint,
            help:
                "Write the next version here, beginning with the one that is shown, or go on with the draft that is kept.",
            when: { $0.isFree }, otherwise: { _ in nothing }, do: { $0.desk.beginEditing($0.list, &$1) }),
        command(
            "prompts.editor", "$EDITOR", ["E"], hint: .of("$EDITOR", order: 55, rank: 50),
            help: "Edit the shown part in $EDITOR; what comes back is the draft.", when: { $0.isFree },
            otherwise: { _ in nothing }, do: { $0.desk.editElsewhere($0.list, &$1) }),
        command(
            "prompts.discard", "discard draft", ["X"], hint: .of("give draft up", order: 52, rank: 33),
            help: "Give up the unsaved draft of this prompt.", when: { $0.isFree && $0.hasKeptDraft },
            otherwise: { _ in "there is no draft of this prompt" },
            do: { screen, scope in
                if let key = screen.list.selectedKey { screen.desk.drafts.discard(key, &scope) }
            }),
    ]

    // The editor and what is typed in place take their keys themselves; they stand here so that the hint line, help and
    // the manual tell of them.

    private static let editorCommands: [Command] = [
        editor("save", "save version", .control("s"), order: 10, help: "Ask for a note, then save as a new version."),
        editor("save-current", "save, make current", .alt("s"), order: 12, help: "Save and make it current at once."),
        editor("find", "find", .control("f"), order: 20, help: "Find text; small letters find large ones too."),
        editor("undo", "undo", .control("z"), order: 30, help: "Take the last change back; C-y does it again."),
        editor("other-part", "system/user", .control("t"), order: 40, help: "Edit the other part."),
        editor("external", "$EDITOR", .control("o"), order: 50, help: "Go on in $EDITOR."),
        editor("leave", "leave", .escape, order: 60, rank: 5, help: "Leave the editor; the draft is kept."),
    ]

    private static let lineCommands: [Command] = [
        line("accept", "take it", .enter, order: 10, help: "Save with the note, or go to what is looked for."),
        line("cancel", "cancel", .escape, order: 20, help: "Go back to the text."),
    ]

    private static let inPlaceCommands: [Command] = [
        inPlace("accept", "take it", .enter, order: 10, help: "Take what is typed."),
        inPlace("next", "next variable", .tab, order: 20, help: "Take the value and go on to the next variable.") {
            if case .variable = $0.target { true } else { false }
        },
        inPlace("cancel", "cancel", .escape, order: 30, help: "Leave it as it was."),
    ]

    private static func editor(
        _ name: String, _ title: String, _ key: Key, order: Int, rank: Int? = nil, help: String
    ) -> Command {
        command(
            "prompts.editor.\(name)", title, [key], hint: .of(title, order: order, rank: rank ?? order), help: help,
            when: { $0.desk.editor?.focus == .text }, otherwise: { _ in "e opens the editor first" },
            do: { screen, scope in _ = screen.type(key, &scope) })
    }

    private static func line(_ name: String, _ title: String, _ key: Key, order: Int, help: String) -> Command {
        typed("prompts.line.\(name)", title, key, order: order, help: help) {
            $0.desk.editor.map { $0.focus != .text } ?? false
        }
    }

    private static func inPlace(
        _ name: String, _ title: String, _ key: Key, order: Int, help: String,
        when isAvailable: @escaping @Sendable (InPlaceEditing<PromptSamples.Line>) -> Bool = { _ in true }
    ) -> Command {
        typed("prompts.typing.\(name)", title, key, order: order, help: help) {
            $0.desk.samples.line.map(isAvailable) ?? false
        }
    }
}
