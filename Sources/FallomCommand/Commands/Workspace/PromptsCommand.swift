import ArgumentParser

/// `fallom prompts …`: the managed prompts of the workspace.
struct PromptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompts", abstract: "List, show, render, compare, judge, save, switch and take over prompts.",
        subcommands: [
            PromptsListCommand.self, PromptsShowCommand.self, PromptsRenderCommand.self, PromptsDiffCommand.self,
            PromptsMetricsCommand.self, PromptsNewCommand.self, PromptsUseCommand.self, PromptsImportCommand.self,
            PromptsPullCommand.self,
        ],
        defaultSubcommand: PromptsListCommand.self)
}
