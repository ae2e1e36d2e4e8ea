import ArgumentParser
import Assignment
import Cells
import Experiments
import Workspace
import WorkspaceModel

/// `fallom configs goal KEY METRIC`: by what an experiment is decided.
struct ConfigsGoalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "goal",
        abstract: "Say by which figure a config's variants are decided, and what must not get worse.",
        discussion: """
            fallom configs goal support-bot helpful --guard p95=10% --guard cost=5% --guard errors=1pp

            Figures: a score by its name, errors, p50, p95, ttft, cost, tokens. A limit is a part of the other variant's \
            figure (10%), points of a share (1pp), or a number in the figure's own unit (ms, dollars). Without a figure and \
            options it prints what is set. It is kept beside the config (configs/KEY/goals.json).
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key.", completion: Completing.config)
    var key: String

    @Argument(help: "The figure to improve.")
    var figure: String?

    @Option(
        name: .customLong("guard"), help: ArgumentHelp("What must not get worse by more.", valueName: "figure=limit"))
    var guards: [NamedText] = []

    @Option(help: ArgumentHelp("A score that is better when it is lower.", valueName: "name"))
    var lowerIsBetter: [String] = []

    @Flag(help: "Forget goal and guardrails.")
    var clear = false

    func run() async throws {
        let access = try workspace.open()
        _ = try access.config(key, version: nil)
        var plan = access.snapshot.plan(ofConfig: key)
        if clear { plan = DecisionPlan() }
        let isChanged = clear || figure != nil || !guards.isEmpty || !lowerIsBetter.isEmpty
        if let figure {
            guard let metric = DecisionMetric(figure) else { throw ValidationError("a figure has a name") }
            plan.goal = metric
        }
        if !guards.isEmpty { plan.guardrails = try guards.map(Self.guardrail) }
        if !lowerIsBetter.isEmpty { plan.lowerIsBetter = lowerIsBetter }
        guard plan.guardrails.count <= DecisionPlan.mostGuardrails else {
            throw ValidationError("\(DecisionPlan.mostGuardrails) guardrails are the most")
        }
        if isChanged { try access.folder.savePlan(plan, ofConfig: key) }
        tellScores(plan)
        try StandardOutput.print(json: workspace.json, [plan.record], Self.lines(plan).map(harmlessText))
    }

    /// A name that no figure has is a score's, and may be a slip of the finger.
    private func tellScores(_ plan: DecisionPlan) {
        let named = Set(guards.map(\.name) + (figure.map { [$0] } ?? []))
        for name in named.sorted() where DecisionMetric(name).map({ $0.isScore }) == true && !name.hasPrefix("score.") {
            StandardError.line("'\(name)' is a score; figures are errors, p50, p95, ttft, cost and tokens")
        }
    }

    private static func guardrail(_ named: NamedText) throws -> DecisionPlan.Guardrail {
        guard let metric = DecisionMetric(named.name), let limit = DecisionPlan.Limit(named.value) else {
            throw ValidationError(
                "'\(named.name)=\(named.value)' is no guardrail; use p95=10%, errors=1pp or cost=0.01")
        }
        return DecisionPlan.Guardrail(metric, limit)
    }

    static func lines(_ plan: DecisionPlan) -> [String] {
        [plan.goalWords.map { "goal: " + $0 } ?? "no goal: 'fallom configs goal KEY FIGURE' sets one"]
            + plan.guardrailWords.map { "guardrail: " + $0 }
    }
}
