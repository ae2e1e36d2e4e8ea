import Assignment
import Cells
import Experiments
import Prompts
import WorkspaceModel

extension ABTestsScreen {
    static let commands: [Command] = recordCommands("ab-tests") + testCommands + variantCommands + typingCommands

    private static let testCommands: [Command] = [
        command(
            "ab-tests.new", "new test", ["n"], hint: .of("new test", order: 40, rank: 36),
            help: "Begin an A/B test: the prompt's current version against the one before it.",
            when: { $0.editing == nil },
            do: { screen, _ in
                screen.pane = .test
                screen.editing = InPlaceEditing(.newKey, screen.prompt.key + "-test")
            }),
        command(
            "ab-tests.stop", "stop", ["T"], hint: .of("stop, all on this", order: 34, rank: 26),
            help: "End the test: a new version that gives the selected variant everybody; the key stays.",
            when: { $0.selectedVariant != nil && $0.board.draft == nil && $0.board.saved?.isRunning == true },
            otherwise: { screen in
                if screen.board.draft != nil { return "a draft is shown: s saves it, X gives it up" }
                return screen.board.saved?.isRunning == true
                    ? "select the variant that everybody is to get" : "it does not run"
            },
            asks: \.stopQuestion, do: { $0.stop(&$1) }),
        command(
            "ab-tests.even", "even weights", ["w"], hint: .of("even", order: 21, rank: 62),
            help: "Give all variants the same weight.", when: { $0.isFree }, otherwise: { _ in nothing },
            do: { screen, scope in screen.change(&scope) { $0.divideEvenly() } }),
    ]

    private static let variantCommands: [Command] = [
        command(
            "ab-tests.prompt", "prompt", ["p"], hint: .of("prompt", order: 22, rank: 28),
            help: "Give the variant another prompt or version: onboarding@7, or onboarding for the current one.",
            when: { $0.selectedVariant != nil }, otherwise: { _ in noVariant },
            do: { screen, _ in
                guard let index = screen.selectedVariant, let test = screen.test else { return }
                screen.editing = InPlaceEditing(.prompt(index), test.variants[index].displayName)
            }),
        command(
            "ab-tests.add", "add a variant", ["v"], hint: .of("add", order: 24, rank: 38),
            help: "Add a variant of weight 0: the version of the prompt that one came from.", when: { $0.isFree },
            otherwise: { _ in nothing },
            do: { screen, scope in
                screen.pane = .test
                let prompt = screen.prompt
                screen.change(&scope) { $0.addVariant(prompt) }
                screen.item = max(0, screen.items.count - 2)
            }),
        command(
            "ab-tests.remove", "remove", ["D", .delete], help: "Take the variant out of the draft.",
            when: { $0.selectedVariant != nil }, otherwise: { _ in noVariant },
            do: { screen, scope in
                guard let index = screen.selectedVariant else { return }
                screen.change(&scope) { $0.removeVariant(index) }
            }),
    ]

    /// What is typed in place takes these keys itself; they stand here so that hint line, help and manual tell of them.
    private static let typingCommands: [Command] = [
        typed("ab-tests.typing.accept", "take it", .enter, order: 10, help: "Take what is typed."),
        typed("ab-tests.typing.cancel", "cancel", .escape, order: 30, help: "Leave it as it was."),
    ]

    // MARK: - Stopping

    private mutating func stop(_ scope: inout Scope) {
        guard let index = selectedVariant, let saved = board.saved else { return }
        guard saved.version == board.versions?.currentVersion else {
            return scope.tell("only the version that is current can be stopped", .problem)
        }
        board.work(.stopABTest(key: saved.key, winner: index), savesVersionOf: saved.key, &scope)
    }

    /// What is asked before a test is ended.
    private var stopQuestion: String? {
        guard let index = selectedVariant, let saved = board.saved, saved.variants.indices.contains(index) else {
            return nil
        }
        let name = saved.variants[index].displayName
        let moves = SplitOverlap(saved.split, saved.split).moves(
            from: saved.outcomes, to: saved.outcomes.map { _ in name })
        return "give everybody \(name)? " + RecordBoard<PromptABTest>.movers(moves)
    }
}
