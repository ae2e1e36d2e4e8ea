import ArgumentParser

/// `fallom configs …`: the model configs of the workspace.
struct ConfigsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configs", abstract: "List, show, check, save and switch model configs.",
        subcommands: [
            ConfigsListCommand.self, ConfigsShowCommand.self, ConfigsNewCommand.self,
            ConfigsUseCommand.self,
        ],
        defaultSubcommand: ConfigsListCommand.self)
}
