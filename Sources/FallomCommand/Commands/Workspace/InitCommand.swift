import ArgumentParser
import Assignment
import Cells
import OrderedJSON
import TraceModel
import Workspace
import WorkspaceModel

/// `fallom init`: a workspace to begin with.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a workspace with a config, a prompt and an A/B test.",
        discussion: """
            In ./fallom, or where --workspace says. What is there already stays as it is. The three are those of the \
            SDK's tutorial: the config my-agent, the prompt welcome in two versions, the test welcome-tone between them.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let path = environment.absolute(workspace.shared.files.workspace ?? "fallom")
        let folder = WorkspaceFolder(path: path)
        let snapshot = folder.load()
        if snapshot.configs["my-agent"] == nil {
            let models = [WeightedModel("gpt-4o-mini", 50), WeightedModel("gpt-4o", 50)]
            let saved = try folder.saveConfig(WeightedModel.record(models), key: "my-agent", makesCurrent: true)
            try report("config", "my-agent", saved)
        } else {
            sayThere("config my-agent", path)
        }
        if snapshot.prompts["welcome"] == nil {
            for tone in ["friendly", "brief"] {
                let note = VersionNote(note: "Be \(tone).", author: environment["USER"], createdAt: .now())
                let saved = try folder.savePrompt(
                    key: "welcome", system: "You are a \(tone) assistant of {{company}}.\n",
                    user: "Greet {{userName}} in one sentence.\n", note: note, makesCurrent: tone == "friendly")
                try report("prompt", "welcome", saved)
            }
        } else {
            sayThere("prompt welcome", path)
        }
        if snapshot.abTests["welcome-tone"] == nil {
            let variants: [JSONValue] = [1, 2].map {
                ["prompt_key": "welcome", "prompt_version": .number($0), "weight": 50]
            }
            let saved = try folder.saveABTest(
                ["variants": .array(variants)], key: "welcome-tone", makesCurrent: true)
            try report("prompt A/B test", "welcome-tone", saved)
        } else {
            sayThere("prompt A/B test welcome-tone", path)
        }
    }

    private func report(_ kind: String, _ key: String, _ saved: SavedVersion) throws {
        try SavedReport(kind, key, saved).print(json: workspace.json)
    }

    private func sayThere(_ what: String, _ path: String) {
        StandardError.line("the \(what) is in \(harmlessText(path)) already")
    }
}
