import ArgumentParser

/// `fallom store …`: the file of spans itself.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Look through the store's file, save what is whole, begin a new one, make one in a ClickHouse.",
        subcommands: [
            StoreCheckCommand.self, StoreSalvageCommand.self, StoreRenewCommand.self, StoreCreateCommand.self,
        ])
}
