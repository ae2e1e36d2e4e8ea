import ArgumentParser

/// `fallom prompts …`: the managed prompts of the workspace.
struct PromptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompts", abstract: "List, show, render, save and switch prompts.",
        subcommands: [
            PromptsListCommand.self, PromptsShowCommand.self, PromptsRenderCommand.self, PromptsNewCommand.self,
            PromptsUseCommand.self,
        ],
        defaultSubcommand: PromptsListCommand.self)
}
