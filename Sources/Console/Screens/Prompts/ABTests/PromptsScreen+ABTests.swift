import Assignment
import Cells
import Experiments
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

extension PromptsScreen {
    /// Whether the main pane shows an A/B test.
    var showsTest: Bool { pane == .tests || pane == .board }
    private var isAtTest: Bool { isFree && showsTest && board.test != nil }
    private var atVariant: Int? { isFree && pane == .board ? board.selectedVariant : nil }
    private var canSaveTest: Bool {
        isAtTest && board.draft?.isChanged == true && board.draft?.fault == nil && board.draft?.isSaving == false
    }

    mutating func changeTest(_ scope: inout Scope, _ body: (inout ABTestDraft) -> Void) {
        if let action = board.change(scope.now, body) { scope.work(action, as: requestID(Slot.draft, scope)) }
        if let fault = board.draft?.fault { scope.tell("\(fault)", .problem) }
    }

    static let testCommands: [Command] = testDraftCommands + testVersionCommands

    private static let testDraftCommands: [Command] = [
        .on(
            PromptsScreen.self, "prompts.tests", "A/B tests", [.character("a")],
            hint: .of([.character("a")], "A/B tests", order: 57, rank: 32),
            help: "Go to the A/B tests, those of this prompt first.", when: { $0.isFree && !$0.showsTest },
            do: { screen, _ in
                screen.board.show(screen.selectedKey)
                screen.pane = screen.board.test == nil ? .tests : .board
            }),
        .on(
            PromptsScreen.self, "prompts.test.new", "new test", [.character("n")],
            hint: .of([.character("n")], "new test", order: 40, rank: 36),
            help: "Begin an A/B test: this prompt's current version against the one before it.",
            when: { $0.isFree && $0.showsTest },
            do: { screen, _ in
                screen.pane = .board
                screen.board.editing = InPlaceEditing(.newKey, (screen.selectedKey ?? "") + "-test")
            }),
        .on(
            PromptsScreen.self, "prompts.test.more", "more weight", [.character("+"), .character("=")],
            hint: .of([.character("+"), .character("-")], "weight", order: 20, rank: 22),
            help: "Add one to the variant's weight in the draft.", when: { $0.atVariant != nil },
            do: { screen, scope in
                guard let index = screen.atVariant else { return }
                screen.changeTest(&scope) { $0.addToWeight(ofVariant: index, 1) }
            }),
        .on(
            PromptsScreen.self, "prompts.test.less", "less weight", [.character("-")],
            help: "Take one from the variant's weight in the draft.", when: { $0.atVariant != nil },
            do: { screen, scope in
                guard let index = screen.atVariant else { return }
                screen.changeTest(&scope) { $0.addToWeight(ofVariant: index, -1) }
            }),
        .on(
            PromptsScreen.self, "prompts.test.prompt", "prompt", [.character("p")],
            hint: .of([.character("p")], "prompt", order: 22, rank: 30),
            help: "Give the variant another prompt or version: onboarding@7, or onboarding for the current one.",
            when: { $0.atVariant != nil },
            do: { screen, _ in
                guard let index = screen.atVariant, let test = screen.board.test else { return }
                screen.board.editing = InPlaceEditing(.prompt(index), test.variants[index].displayName)
            }),
        .on(
            PromptsScreen.self, "prompts.test.add", "add a variant", [.character("v")],
            hint: .of([.character("v")], "add", order: 24, rank: 38),
            help: "Add a variant of weight 0: the shown version of the shown prompt.", when: { $0.isAtTest },
            do: { screen, scope in
                guard let shown = screen.shown else { return }
                screen.pane = .board
                screen.changeTest(&scope) { $0.addVariant(PromptPin(key: shown.key, version: shown.version)) }
                screen.board.item = max(0, screen.board.items.count - 2)
            }),
        .on(
            PromptsScreen.self, "prompts.test.remove", "remove", [.character("D"), .delete],
            help: "Take the variant out of the draft.", when: { $0.atVariant != nil },
            do: { screen, scope in
                guard let index = screen.atVariant else { return }
                screen.changeTest(&scope) { $0.removeVariant(index) }
            }),
        .on(
            PromptsScreen.self, "prompts.test.even", "even weights", [.character("w")],
            help: "Give all variants the same weight.", when: { $0.isAtTest },
            do: { screen, scope in screen.changeTest(&scope) { $0.divideEvenly() } }),
        .on(
            PromptsScreen.self, "prompts.test.undo", "undo", [.character("u")],
            hint: .of([.character("u")], "undo", order: 60, rank: 42), help: "Take the draft's last change back.",
            when: { $0.isAtTest && $0.board.draft?.canUndo == true },
            do: { screen, scope in screen.changeTest(&scope) { $0.undo() } }),
        .on(
            PromptsScreen.self, "prompts.test.discard", "discard draft", [.character("X")],
            help: "Give the test's draft up.", when: { $0.isAtTest && $0.board.draft != nil },
            do: { screen, scope in
                if let key = screen.board.selectedKey, let action = screen.board.forgetDraft(of: key, scope.now) {
                    scope.work(action, as: screen.requestID(Slot.draft, scope))
                }
                screen.board.show(screen.selectedKey)
                scope.tell("the draft is gone")
            }),
        .on(
            PromptsScreen.self, "prompts.test.json", "edit JSON", [.character("E")],
            hint: .of([.character("E")], "$EDITOR", order: 62, rank: 55),
            help: "Edit the test's JSON in $EDITOR; the result is the draft.", when: { $0.isAtTest },
            do: { screen, scope in
                guard let test = screen.board.test else { return }
                let record = screen.board.draft?.record ?? test.record
                scope.edit(
                    String(decoding: record.prettyBytes, as: UTF8.self) + "\n", name: test.key + ".json",
                    as: screen.requestID(Slot.testEditor, scope))
            }),
    ]

    private static let testVersionCommands: [Command] = [
        .on(
            PromptsScreen.self, "prompts.test.start", "start", [.character("S")],
            hint: .of([.character("S")], "start", order: 30, rank: 18),
            help: "Save the draft as a new version and serve it: apps divide sessions at their next sync.",
            when: { $0.canSaveTest },
            asks: { screen in screen.board.test.map { screen.board.question("start", of: $0) } },
            do: { $0.saveTest(makesCurrent: true, &$1) }),
        .on(
            PromptsScreen.self, "prompts.test.save", "save version", [.character("s")],
            hint: .of([.character("s")], "save", order: 32, rank: 20),
            help: "Save the draft as a new version without serving it.", when: { $0.canSaveTest },
            do: { $0.saveTest(makesCurrent: false, &$1) }),
        .on(
            PromptsScreen.self, "prompts.test.stop", "stop", [.character("T")],
            hint: .of([.character("T")], "stop, all on this", order: 34, rank: 26),
            help: "End the test: a new version that gives the selected variant everybody; the key stays.",
            when: { $0.atVariant != nil && $0.board.draft == nil && $0.board.saved?.isRunning == true },
            asks: { screen in screen.atVariant.flatMap { screen.board.stopQuestion(winner: $0) } },
            do: { $0.stopTest(&$1) }),
        .on(
            PromptsScreen.self, "prompts.test.serve", "serve this version", [.character("L")],
            hint: .of([.character("L")], "serve", order: 36, rank: 24),
            help: "Serve the version of the test that is shown: start it again, or go back to an older one.",
            when: { screen in
                screen.isAtTest && screen.board.draft == nil
                    && screen.board.saved?.version
                        != screen.board.selectedKey.flatMap {
                            screen.board.tests[$0]?.currentVersion
                        }
            },
            asks: { screen in
                screen.board.saved.map { screen.board.question("serve version \($0.version)", of: $0) }
            }, do: { $0.serveTest(&$1) }),
        .on(
            PromptsScreen.self, "prompts.test.older", "older version", [.character("[")],
            hint: .of([.character("["), .character("]")], "versions", order: 50, rank: 44),
            help: "Show the test's version before this one.",
            when: { $0.isAtTest && $0.board.draft == nil }, do: { screen, _ in screen.board.stepVersion(-1) }),
        .on(
            PromptsScreen.self, "prompts.test.newer", "newer version", [.character("]")],
            help: "Show the test's version after this one.",
            when: { $0.isAtTest && $0.board.draft == nil }, do: { screen, _ in screen.board.stepVersion(1) }),
        .on(
            PromptsScreen.self, "prompts.test.compare", "compare versions", [.character("V")],
            hint: .of([.character("V")], "compare", order: 52, rank: 46),
            help: "Set the draft, or the version that is shown, beside the served one and the one before.",
            when: { $0.isAtTest && !$0.board.versionPairs.isEmpty },
            do: { screen, scope in
                guard let key = screen.board.selectedKey else { return }
                scope.move(.open(VersionsScreen(kind: "A/B tests", key: key, pairs: screen.board.versionPairs)))
            }),
    ]

    // MARK: - Saving and serving

    private mutating func saveTest(makesCurrent: Bool, _ scope: inout Scope) {
        guard let draft = board.draft, let key = board.selectedKey else { return }
        board.noteSaving(key, true)
        scope.work(
            .saveABTest(draft.record, key: key, seen: draft.seen, makesCurrent: makesCurrent),
            as: testSaves.begin(key, scope))
    }

    private mutating func stopTest(_ scope: inout Scope) {
        guard let index = atVariant, let saved = board.saved else { return }
        guard saved.version == board.tests[saved.key]?.currentVersion else {
            return scope.tell("only the version that is served can be stopped", .problem)
        }
        scope.work(.stopABTest(key: saved.key, winner: index), as: testSaves.begin(saved.key, scope))
    }

    private mutating func serveTest(_ scope: inout Scope) {
        guard let saved = board.saved else { return }
        scope.work(
            .use(.abTest, key: saved.key, version: saved.version, expecting: board.tests[saved.key]?.currentVersion),
            as: testSwitches.begin(Switch(key: saved.key, version: saved.version), scope))
    }

    mutating func finishTest(
        _ key: String, _ version: Int, _ others: [Int], _ isCurrent: Bool, _ scope: inout Scope
    ) {
        let base = board.basedOn(key)
        if let action = board.noteSaved(key, as: version, isCurrent: isCurrent, scope.now) {
            scope.work(action, as: requestID(Slot.draft, scope))
        }
        let saved =
            "saved version \(version) of \(key)"
            + (isCurrent ? ", served: apps get it at their next sync" : ", not served yet: L serves it")
        let list = others.map(String.init).joined(separator: ", ")
        scope.tell(
            others.isEmpty ? saved : "version \(list) came in between, both are kept; " + saved,
            others.isEmpty ? .good : .problem)
        guard !others.isEmpty else { return }
        board.conflict = Conflict(key: key, base: base, others: others, own: version)
        showConflict(&scope)
    }

    /// Puts both sides of a test beside each other, once they are known.
    mutating func showConflict(_ scope: inout Scope) {
        guard let conflict = board.conflict, let pairs = conflict.pairs(board.tests[conflict.key]) else { return }
        board.conflict = nil
        scope.move(.open(VersionsScreen(kind: "A/B tests", key: conflict.key, pairs: pairs)))
    }

    mutating func takeEditedTest(_ text: String, _ scope: inout Scope) {
        do {
            let record = try JSONValue(parsing: Array(text.utf8))
            changeTest(&scope) { $0.change(to: record) }
        } catch {
            scope.tell("the text is no JSON, so the draft stays as it was: \(error)", .problem)
        }
    }
}
