import ArgumentParser

/// `fallom configs …`: the model configs of the workspace.
struct ConfigsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configs",
        abstract: "List, show, check, compare, judge, save, switch and take over model configs.",
        subcommands: [
            ConfigsListCommand.self, ConfigsShowCommand.self, ConfigsLintCommand.self, ConfigsNewCommand.self,
            ConfigsUseCommand.self, ConfigsDiffCommand.self, ConfigsResultsCommand.self, ConfigsGoalCommand.self,
            ConfigsImportCommand.self,
            ConfigsPullCommand.self,
        ],
        defaultSubcommand: ConfigsListCommand.self)
}
