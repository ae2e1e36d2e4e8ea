import ArgumentParser

/// `fallom store …`: the file of spans itself.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Look through the store's file, or begin a new one.",
        subcommands: [StoreCheckCommand.self, StoreRenewCommand.self])
}
