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
        let listed = book.layers.flatMap { layer in
            layer.table.listed.filter { isWanted($0, layer.table) }
                .map { PriceDocument(price: $0, source: layer.source, time: time) }
        }
        guard !listed.isEmpty else { return StandardError.line("no model with a price matches") }
        var table = Table(PriceDocument.columns)
        for document in listed { table.append(document.cells) }
        try StandardOutput.print(
            json: json, listed.lazy.map(\.json), table.lines(for: .standardOutput(environment)))
    }

    private func isWanted(_ price: ModelPrice, _ table: PriceTable) -> Bool {
        if let name, !price.model.lowercased().contains(name.lowercased()) { return false }
        guard let provider else { return true }
        return table.isProvider(price.provider, named: provider)
    }
}
