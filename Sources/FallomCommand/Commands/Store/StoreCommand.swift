import ArgumentParser

/// `fallom store …`: the file of spans itself.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Look through the store's file, save what is whole, or begin a new one.",
        subcommands: [StoreCheckCommand.self, StoreSalvageCommand.self, StoreRenewCommand.self])
}
