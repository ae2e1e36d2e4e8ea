import ArgumentParser
import OrderedJSON
import Pricing
import TraceModel

/// `fallom prices list`: every model that has a price.
struct PricesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List models and their prices.")

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "Only models whose name holds this.")
    var name: String?

    @Option(help: "Only this provider's models.")
    var provider: String?

    @Option(help: ArgumentHelp("The prices of that day or moment (default: now).", valueName: "date"))
    var at: MomentOption?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let book = try PriceSources(try shared.settings(environment)).book()
        let time = at?.moment ?? .now()
        let output = StandardOutput()
        var table = Table(PriceDocument.columns)
        var listed = 0
        for layer in book.layers {
            for price in layer.table.listed where isWanted(price, layer.table) {
                listed += 1
                let document = PriceDocument(price: price, source: layer.source, time: time)
                if json { try output.line(document.json.compactBytes) } else { table.append(document.cells) }
            }
        }
        if listed == 0 {
            StandardError.line("no model with a price matches")
        } else if !json {
            for line in table.lines(for: .standardOutput(environment)) { try output.line(line) }
        }
        try output.flush()
    }

    private func isWanted(_ price: ModelPrice, _ table: PriceTable) -> Bool {
        if let name, !price.model.lowercased().contains(name.lowercased()) { return false }
        guard let provider else { return true }
        return table.isProvider(price.provider, named: provider)
    }
}
