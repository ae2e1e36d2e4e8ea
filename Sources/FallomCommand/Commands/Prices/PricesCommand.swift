import ArgumentParser

/// `fallom prices …`: what models cost.
struct PricesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices",
        abstract: "List and show what models cost, take over a list, price the past anew.",
        discussion: """
            Costs that an app does not report are estimated from a table in the program, with the prices of the call's time. \
            Your own prices come first: prices.yaml in the workspace, then beside the settings, then an imported list.

            \(PriceFile.example)
            """,
        subcommands: [
            PricesListCommand.self, PricesShowCommand.self, PricesImportCommand.self, PricesApplyCommand.self,
        ],
        defaultSubcommand: PricesListCommand.self)
}
