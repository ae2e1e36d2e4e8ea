import Assignment
import Cells
import Experiments
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

extension ExperimentsScreen {
    var isFree: Bool { editing == nil && config != nil }
    var selectedVariant: Int? {
        if case .variant(let index) = selectedItem, pane == .config, editing == nil { index } else { nil }
    }
    private var selectedField: Int? {
        guard pane == .simulate, editing == nil, simulation.lines.indices.contains(line),
            case .field(let index) = simulation.lines[line]
        else { return nil }
        return index
    }
    private var selectedTargeting: (TargetingList, Int)? {
        guard pane == .config, editing == nil else { return nil }
        return switch selectedItem {
        case .target(let index): (.targets, index)
        case .rule(let index): (.rules, index)
        default: nil
        }
    }

    static let commands: [Command] =
        recordCommands("experiments") + draftCommands + simulationCommands + typingCommands

    /// What is typed in place takes these keys itself; they stand here so that hint line, help and manual tell of them.
    private static let typingCommands: [Command] = [
        typed("experiments.typing.accept", "take it", .enter, order: 10, help: "Take what is typed."),
        typed(
            "experiments.typing.next-line", "next line", .tab, order: 20,
            help: "Take the value and go on to the next line.", when: { $0.editing?.target.isLine == true }),
        typed("experiments.typing.cancel", "cancel", .escape, order: 30, help: "Leave it as it was."),
    ]

    private static let noPane = "Tab goes to the config first"
    private static let noTargeting = "no target or rule is selected: Tab goes to the config"

    private static let draftCommands: [Command] = [
        command(
            "experiments.even", "even weights", ["w"], hint: .of("even", order: 21, rank: 62),
            help: "Give all variants the same weight in the draft.", when: { $0.isFree && $0.pane == .config },
            otherwise: { _ in noPane }, do: { screen, scope in screen.change(&scope) { $0.divideEvenly() } }),
        command(
            "experiments.model", "model", ["m"], hint: .of("model", order: 22, rank: 50),
            help: "Give the variant another model.", when: { $0.selectedVariant != nil }, otherwise: { _ in noVariant },
            do: { screen, _ in
                guard let index = screen.selectedVariant else { return }
                screen.begin(.model(index), screen.config?.variants[index].model ?? "")
            }),
        command(
            "experiments.add-variant", "add a variant", ["v"], help: "Add a variant of weight 0 to the draft.",
            when: { $0.isFree && $0.pane == .config }, otherwise: { _ in noPane },
            do: { screen, scope in screen.change(&scope) { $0.addVariant() } }),
        command(
            "experiments.add-rule", "add rule", ["a"], hint: .of("add rule", order: 30, rank: 35),
            help: "Add a rule as text: plan eq enterprise and region startsWith eu- -> 1.",
            when: { $0.isFree && $0.pane == .config }, otherwise: { _ in noPane },
            do: { screen, _ in screen.begin(.targeting(.rules, nil), "") }),
        command(
            "experiments.add-target", "add target", ["t"],
            help: "Add an individual target as text: customerId eq vip-1 -> 0.",
            when: { $0.isFree && $0.pane == .config }, otherwise: { _ in noPane },
            do: { screen, _ in screen.begin(.targeting(.targets, nil), "customerId eq ") }),
        command(
            "experiments.remove", "remove", ["D", .delete], help: "Take the target or rule out of the draft.",
            when: { $0.selectedTargeting != nil }, otherwise: { _ in noTargeting },
            do: { screen, scope in
                guard let (list, index) = screen.selectedTargeting else { return }
                screen.change(&scope) { $0.remove(list, at: index) }
            }),
        command(
            "experiments.down", "move down", ["J"], hint: .of(["J", "K"], "reorder", order: 32, rank: 45),
            help: "Move the target or rule down: the first that matches wins.", when: { $0.selectedTargeting != nil },
            otherwise: { _ in noTargeting }, do: { $0.reorder(1, &$1) }),
        command(
            "experiments.up", "move up", ["K"], help: "Move the target or rule up.",
            when: { $0.selectedTargeting != nil }, otherwise: { _ in noTargeting }, do: { $0.reorder(-1, &$1) }),
        command(
            "experiments.targeting", "targeting on/off", ["o"], help: "Switch targeting on or off in the draft.",
            when: { $0.isFree }, otherwise: { _ in nothing },
            do: { screen, scope in screen.change(&scope) { $0.toggleTargeting() } }),
    ]

    private static let simulationCommands: [Command] = [
        command(
            "experiments.context", "next context", ["c"], hint: .of("contexts", order: 40, rank: 42),
            help: "Take the workspace's next sample context over.",
            when: { $0.isFree && !$0.workspace.contexts.isEmpty },
            otherwise: { _ in "no sample context is saved: C saves one" },
            do: { screen, scope in
                screen.takeNextContext()
                screen.simulationChanged(&scope)
            }),
        command(
            "experiments.save-context", "save context", ["C"], help: "Save what is simulated as a named context.",
            when: { $0.isFree }, otherwise: { _ in nothing },
            do: { screen, _ in
                screen.pane = .simulate
                screen.begin(.contextName, screen.simulation.contextName ?? "")
            }),
        command(
            "experiments.remove-field", "remove field", ["d"], help: "Take the field out of the simulated context.",
            when: { $0.selectedField != nil }, otherwise: { _ in "no field of the simulation is selected" },
            do: { screen, scope in
                guard let index = screen.selectedField else { return }
                screen.simulation.removeField(index)
                screen.simulationChanged(&scope)
            }),
        command(
            "experiments.joint", "joint table", ["b"],
            help: "Show which pairs of variants this and each other test give, exact.",
            when: { $0.isFree && $0.workspace.configs.keys.count + $0.workspace.abTests.keys.count > 1 },
            otherwise: { _ in "there is no other test to set it beside" }, do: { $0.openJoint(&$1) }),
        command(
            "experiments.replay", "replay", ["r"], hint: .of("replay", order: 45, rank: 38),
            help: "Replay the config on the recorded sessions: who decides, and who would move.", when: { $0.isFree },
            otherwise: { _ in nothing },
            do: { screen, scope in
                screen.loadSessions(&scope)
                screen.loadResults(&scope)
            }),
        command(
            "experiments.goal", "goal", ["O"], hint: .of("goal", order: 47, rank: 58),
            help: "Say which figure decides and what must not get worse: helpful, p95=10%, cost=5%.",
            when: { $0.isFree && $0.saved != nil }, otherwise: { _ in nothing }, do: { $0.beginPlan(&$1) }),
        command(
            "experiments.period", "period", ["p"], hint: .of("period", order: 46, rank: 60),
            help: "Look at recorded sessions of the last 24 hours, 7 days, 30 days, or all.", when: { $0.isFree },
            otherwise: { _ in nothing }, do: { $0.changePeriod(&$1) }),
        command(
            "experiments.recorded", "from a recorded session", ["R"],
            help: "Fill the form from the next recorded session: who asked, with what.", when: { $0.isFree },
            otherwise: { _ in nothing }, do: { $0.takeRecordedSession(&$1) }),
        command(
            "experiments.made-up", "made-up sessions", ["n"],
            help: "Try the draft on 10,000, 100,000 or 1,000 made-up sessions with the simulated context.",
            when: { $0.isFree && $0.board.isChanged }, otherwise: { _ in "nothing is changed: they try a draft" },
            do: { screen, scope in
                screen.madeUpCount = screen.madeUpCount == 100_000 ? 1_000 : screen.madeUpCount * 10
                screen.recount(&scope)
            }),
    ]

    /// Lets the goal be typed where it stands.
    private mutating func beginPlan(_ scope: inout Scope) {
        guard let text = PlanText.text(plan) else {
            return scope.tell("a name in it has a comma: 'fallom configs goal' changes it", .problem)
        }
        pane = .config
        begin(.plan, text)
    }

    private mutating func reorder(_ step: Int, _ scope: inout Scope) {
        guard let (list, index) = selectedTargeting else { return }
        var moved = index
        change(&scope) { moved = $0.move(list, at: index, by: step) }
        item = items.firstIndex(of: list == .targets ? .target(moved) : .rule(moved)) ?? item
    }

    private func openJoint(_ scope: inout Scope) {
        guard let config else { return }
        let configs = workspace.configs.keys.filter { $0 != config.key }.compactMap { workspace.configs[$0]?.current }
        let tests = workspace.abTests.keys.compactMap { workspace.abTests[$0]?.current }
        let others =
            configs.map { JointScreen.Test($0) }
            + tests.map { test in
                JointScreen.Test(
                    name: test.key, variants: test.variants.map { $0.promptKey ?? "(no prompt)" }, split: test.split)
            }
        scope.move(
            .open(
                JointScreen(
                    JointScreen.Test(config, isDraft: board.isChanged),
                    others: others.filter { $0.variants.count > 1 })))
    }

    private mutating func takeNextContext() {
        let names = workspace.contexts.map(\.name)
        let index = simulation.contextName.flatMap { names.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        simulation.take(workspace.contexts[index % names.count])
        if let config { simulation.suggestFields(of: config) }
    }
}
